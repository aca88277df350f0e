// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowFailuresIT {

    private static final int UNAVAILABLE = 69;

    @TempDir
    Path directory;

    @Test
    void both_failures_hurt_an_ordinary_client_and_not_holdfast() {
        Path picture = directory.resolve("own.svg");

        assertThat(ShowFailures.run("--quiet", "--out", picture.toString())).isZero();
        assertThat(picture).content().contains("gone, still believed", "orphan").doesNotContain("HOLDFAST FAILED");
    }

    @Test
    void both_failures_can_be_shown_on_servers_that_nothing_is_done_to() throws Exception {
        try (Ensemble ensemble = Ensemble.builder().servers(1).start()) {
            String picture = directory.resolve("user.svg").toString();
            String path = "/mine";

            int exitCode = ShowFailures.run(
                    "--quiet", "--connect", ensemble.connectString(), "--path", path, "--out", picture);

            assertThat(exitCode).isZero();
            assertThat(childrenOfRoot(ensemble)).containsExactly("zookeeper");
        }
    }

    @Test
    void a_path_that_exists_is_refused_and_left_alone() throws Exception {
        try (Ensemble ensemble = Ensemble.builder().servers(1).start()) {
            int exitCode =
                    ShowFailures.run("--quiet", "--connect", ensemble.connectString(), "--path", "/zookeeper/quota");

            assertThat(exitCode).isEqualTo(UNAVAILABLE);
            assertThat(childrenOfRoot(ensemble)).containsExactly("zookeeper");
        }
    }

    @Test
    void servers_that_do_not_answer_are_reported_as_such() throws IOException {
        assertThat(ShowFailures.run("--quiet", "--connect", "127.0.0.1:" + closedPort()))
                .isEqualTo(UNAVAILABLE);
    }

    private static List<String> childrenOfRoot(Ensemble ensemble) throws Exception {
        ZooKeeper reader = new ZooKeeper(ensemble.connectString(), 10_000, event -> {});
        try {
            return reader.getChildren("/", false);
        } finally {
            reader.close();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
