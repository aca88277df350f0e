// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;

/** The container engine of this machine, as Testcontainers finds it, and its images of ZooKeeper. */
final class Engine {

    private static final String HOW_TO_RUN =
            "; to run: start one on this Linux machine, as integration-tests/containers/engine.sh does";

    private static final long PULL_SECONDS = 300;

    private static @GuardedBy("Engine.class") @Nullable DockerClient client;

    /** What could not be pulled is not tried again by each test. */
    private static final Map<String, BackendUnavailableException> REFUSED = new ConcurrentHashMap<>();

    private Engine() {}

    /**
     * Returns the client of the engine.
     *
     * @throws BackendUnavailableException if there is none, or none on this machine
     */
    static synchronized DockerClient client() {
        DockerClient known = client;
        if (known != null) {
            return known;
        }
        DockerClient found = connect();
        StarterLabel.removeWhatTheDeadLeft(found);
        client = found;
        return found;
    }

    /**
     * Sees to it that the official image of this release is on this machine.
     *
     * @throws BackendUnavailableException if it is not and cannot be pulled
     */
    static synchronized void requireImage(Release release) {
        String name = image(release);
        BackendUnavailableException known = REFUSED.get(name);
        if (known != null) {
            throw known;
        }
        try {
            client().inspectImageCmd(name).exec();
        } catch (NotFoundException absent) {
            pull(release, name);
        }
    }

    /** Returns the name of the official image of this release. */
    static String image(Release release) {
        return "zookeeper:" + release.version();
    }

    private static DockerClient connect() {
        try {
            DockerClient found = DockerClientFactory.instance().client();
            URI host = DockerClientFactory.instance().getTransportConfig().getDockerHost();
            if (!"unix".equals(host.getScheme())) {
                throw new BackendUnavailableException("no container engine on this machine: " + host
                        + " is elsewhere, and so are the addresses of its containers" + HOW_TO_RUN);
            }
            return found;
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            String configured = System.getenv("DOCKER_HOST");
            throw new BackendUnavailableException(
                    "no container engine: none answers at "
                            + (configured == null ? "/var/run/docker.sock, and DOCKER_HOST is not set" : configured)
                            + HOW_TO_RUN,
                    e);
        }
    }

    private static void pull(Release release, String name) {
        String reason;
        try {
            if (client().pullImageCmd(name).start().awaitCompletion(PULL_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            reason = "not within " + PULL_SECONDS + " seconds";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reason = "interrupted";
        } catch (RuntimeException e) {
            reason = String.valueOf(e.getMessage()).strip();
        }
        BackendUnavailableException refusal =
                new BackendUnavailableException("no image " + name + ": it is not here and cannot be pulled (" + reason
                        + "); to run: integration-tests/containers/build-image.sh " + release.version());
        REFUSED.put(name, refusal);
        throw refusal;
    }
}
