// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.observer.OwnerObserver;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/** Curator's own recipes on a client that has the drop-in. */
final class DropInChecks {

    private DropInChecks() {}

    /** Curator's recipes create with a request that servers before 3.5 do not know, with the drop-in or without it. */
    static Finding curatorsRecipes(Stage stage, Socket socket) throws Exception {
        if (!stage.release().hasCreate2()) {
            return unimplemented(stage, socket);
        }
        mutex(stage, socket);
        latch(stage, socket);
        persistentNode(stage, socket);
        return Finding.works();
    }

    private static Finding unimplemented(Stage stage, Socket socket) throws Exception {
        String path = "/mutex-" + socket.segment();
        try (CuratorFramework client = stage.started(socket)) {
            KeeperException.UnimplementedException refusal = catchThrowableOfType(
                    KeeperException.UnimplementedException.class,
                    () -> new InterProcessMutex(client, path).acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertThat(refusal).isNotNull();
            return new Finding("no", Optional.of("KeeperErrorCode = " + refusal.code()));
        }
    }

    private static void mutex(Stage stage, Socket socket) throws Exception {
        String path = "/mutex-" + socket.segment();
        try (CuratorFramework one = stage.started(socket);
                CuratorFramework two = stage.started(socket)) {
            InterProcessMutex first = new InterProcessMutex(one, path);
            InterProcessMutex second = new InterProcessMutex(two, path);
            assertThat(first.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(second.acquire(200, TimeUnit.MILLISECONDS)).isFalse();
            first.release();
            assertThat(second.acquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            second.release();
        }
    }

    private static void latch(Stage stage, Socket socket) throws Exception {
        String path = "/latch-" + socket.segment();
        try (CuratorFramework one = stage.started(socket);
                CuratorFramework two = stage.started(socket);
                LeaderLatch second = new LeaderLatch(two, path)) {
            try (LeaderLatch first = new LeaderLatch(one, path)) {
                first.start();
                assertThat(first.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                second.start();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(first.getParticipants()).hasSize(2));
                assertThat(second.hasLeadership()).isFalse();
            }
            assertThat(second.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void persistentNode(Stage stage, Socket socket) throws Exception {
        String path = "/persistent-" + socket.segment();
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble()).watch(path);
                CuratorFramework client = stage.started(socket);
                PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, path, new byte[0])) {
            node.start();
            assertThat(node.waitForInitialCreate(30, TimeUnit.SECONDS)).isTrue();
            observer.awaitOwner(path, client.getZookeeperClient().getZooKeeper().getSessionId(), PATIENCE);
        }
    }
}
