// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where the servers of an ensemble run. All verbs mean the same there; some exist in one only. */
public enum Backend {
    /** As processes on loopback: needs nothing but a JDK, and no server can lose its network. */
    PROCESSES {
        @Override
        Site open(EnsembleSettings settings, Path directory) throws IOException {
            return new ProcessSite(settings, directory);
        }

        @Override
        void require(Release release) {
            // Whoever has the release's jars has all it takes.
        }
    },

    /**
     * Each in a container with addresses of its own, from the official image: needs Testcontainers on the class path and
     * a container engine on this machine, whose system must be Linux.
     */
    CONTAINERS {
        @Override
        Site open(EnsembleSettings settings, Path directory) {
            require(settings.release());
            return new ContainerSite(settings);
        }

        @Override
        void require(Release release) {
            try {
                Engine.requireImage(release);
            } catch (NoClassDefFoundError e) {
                throw new BackendUnavailableException(
                        "no Testcontainers: " + e.getMessage() + " is not on the class path; to run: add"
                                + " org.testcontainers:testcontainers to it",
                        e);
            }
        }
    };

    /** The system property that names the backend of every ensemble whose builder names none: {@code containers}. */
    public static final String PROPERTY = "holdfast.backend";

    /**
     * Returns the backend in the system property {@value #PROPERTY}, or else processes.
     *
     * @throws IllegalArgumentException if there is no backend of that name
     */
    public static Backend configured() {
        String name = System.getProperty(PROPERTY, PROCESSES.toString());
        return Arrays.stream(values())
                .filter(backend -> backend.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(PROPERTY + " is '" + name + "', must be one of "
                        + Arrays.stream(values()).map(Backend::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Checks that servers of this release can run there.
     *
     * @throws BackendUnavailableException if they cannot
     */
    abstract void require(Release release);

    /** Makes ready what the servers of one ensemble share; none of them runs yet. */
    abstract Site open(EnsembleSettings settings, Path directory) throws IOException;
}
