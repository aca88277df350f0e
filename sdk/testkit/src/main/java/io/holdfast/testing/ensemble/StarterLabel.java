// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The label on everything the harness makes in a container engine: the process that made it.
 *
 * <p>Testcontainers removes what a JVM has made when the JVM ends. If it is killed, whoever comes next does it.
 */
final class StarterLabel {

    private static final String KEY = "io.holdfast.starter";
    private static final String OURS = nameOf(ProcessHandle.current());

    private StarterLabel() {}

    static Map<String, String> ofThisProcess() {
        return Map.of(KEY, OURS);
    }

    /** Removes the containers and networks of all processes of this machine that have ended. */
    static void removeWhatTheDeadLeft(DockerClient client) {
        for (Container container : client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(KEY))
                .exec()) {
            if (!lives(container.getLabels().getOrDefault(KEY, OURS))) {
                quietly(() -> client.removeContainerCmd(container.getId())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec());
            }
        }
        for (Network network :
                client.listNetworksCmd().withFilter("label", List.of(KEY)).exec()) {
            if (!lives(network.getLabels().getOrDefault(KEY, OURS))) {
                quietly(() -> client.removeNetworkCmd(network.getId()).exec());
            }
        }
    }

    private static void quietly(Runnable removal) {
        try {
            removal.run();
        } catch (DockerException e) {
            // Somebody else is removing it.
        }
    }

    private static boolean lives(String starter) {
        long pid = Long.parseLong(starter.substring(0, starter.indexOf('-')));
        return ProcessHandle.of(pid)
                .map(StarterLabel::nameOf)
                .filter(starter::equals)
                .isPresent();
    }

    /** Process ids are used again, but not in the same instant. */
    private static String nameOf(ProcessHandle process) {
        Optional<Instant> start = process.info().startInstant();
        return process.pid() + "-" + start.map(Instant::toEpochMilli).orElse(0L);
    }
}
