// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * The container of one server: the official image with the variables it documents.
 *
 * <p>Testcontainers makes and first starts it; from then on it is the same container that is stopped and started.
 */
final class ServerContainer extends GenericContainer<ServerContainer> {

    static final int CLIENT_PORT = 2181;

    private static final String HEAP_MEGABYTES = "256";

    private final int id;
    private final Subnets subnets;
    private final Path log;

    ServerContainer(String image, int id, EnsembleSettings settings, ServerFiles files, Subnets subnets) {
        super(image);
        this.id = id;
        this.subnets = subnets;
        this.log = files.log();
        Mounts mounts = new Mounts();
        shareWithOtherUsers(files.gates());
        String gates = mounts.shared(files.gates());
        List<String> flags =
                JvmFlags.of(settings, files, path -> path.equals(files.gates()) ? gates : mounts.readOnly(path));
        withEnv("JVMFLAGS", String.join(" ", flags));
        withEnv("ZK_SERVER_HEAP", HEAP_MEGABYTES);
        withEnv("JMXDISABLE", "true");
        if (settings.byteman().isUsed()) {
            withEnv("CLASSPATH", mounts.readOnly(BuildDirectory.classes()));
        }
        withEnv("ZOO_MY_ID", Integer.toString(id));
        withEnv("ZOO_SERVERS", serverLines(settings));
        withEnv("ZOO_CFG_EXTRA", configLines(settings));
        withNetwork(subnets.clients().network());
        withLabels(StarterLabel.ofThisProcess());
        withCreateContainerCmdModifier(command -> complete(command, mounts));
        withStartupCheckStrategy(new DoNotCheck());
        setWaitStrategy(new DoNotWait());
    }

    /** Starts the container again, which has ended since. */
    void startAgain() {
        follow(getContainerId());
        getDockerClient().startContainerCmd(getContainerId()).exec();
    }

    /** Before the first start: nothing the server says is missed, and it never was on one network only. */
    @Override
    protected void containerIsCreated(String containerId) {
        subnets.peers().connect(containerId, id);
        follow(containerId);
    }

    private void follow(String containerId) {
        try {
            getDockerClient()
                    .attachContainerCmd(containerId)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(true)
                    .exec(new LogFile(log))
                    .awaitStarted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while attaching to server " + id, e);
        }
    }

    private void complete(CreateContainerCmd command, Mounts mounts) {
        command.withIpv4Address(subnets.clients().addressOf(id));
        Objects.requireNonNull(command.getHostConfig(), "host configuration").withBinds(mounts.binds());
    }

    /** Before 3.5 the client port is not part of a server's line. */
    private String serverLines(EnsembleSettings settings) {
        String clientPort = settings.release().isBefore(3, 5) ? "" : ";" + CLIENT_PORT;
        return IntStream.rangeClosed(1, settings.servers())
                .mapToObj(peer -> "server." + peer + "=" + subnets.peers().addressOf(peer) + ":2888:3888" + clientPort)
                .collect(Collectors.joining(" "));
    }

    private static String configLines(EnsembleSettings settings) {
        return settings.configWithDefaults().entrySet().stream()
                .map(line -> line.getKey() + "=" + line.getValue())
                .collect(Collectors.joining(" "));
    }

    /** The server runs as a user of its own. */
    private static void shareWithOtherUsers(Path directory) {
        try {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that ends at once says why in its log, which whoever waits for it reads. */
    private static final class DoNotCheck extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient client, String containerId) {
            return StartupStatus.SUCCESSFUL;
        }
    }

    private static final class DoNotWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            // The ensemble waits for all its servers at once.
        }
    }
}
