// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.Version;
import org.apache.zookeeper.ZooKeeper;

/**
 * Checks that the client libraries of the application are new enough. Asked for what a library can do, not for its number: an
 * application may have patched jars, or two of them.
 */
public final class ClientLibraries {

    /**
     * One library as it was found.
     *
     * @param name what people call it
     * @param artifact its Maven coordinates
     * @param oldest the oldest version that has all that is used
     * @param found the version found, or where it was loaded from
     * @param isEnough whether it has what the oldest one has
     */
    record Library(String name, String artifact, String oldest, String found, boolean isEnough) {}

    private ClientLibraries() {}

    /**
     * Refuses libraries that lack what is used of them.
     *
     * @throws IllegalStateException if one is too old; the message says which, and what to do
     */
    public static void require() {
        Class<?> builder = CuratorFrameworkFactory.Builder.class;
        tooOld(List.of(
                        new Library(
                                "Curator",
                                "org.apache.curator:curator-framework",
                                "5.2.0",
                                origin(builder),
                                hasMethod(builder, "getZkClientConfig")),
                        new Library(
                                "The ZooKeeper client",
                                "org.apache.zookeeper:zookeeper",
                                "3.6.0",
                                Version.getVersion(),
                                hasMethod(ZooKeeper.class, "getEphemerals"))))
                .ifPresent(message -> {
                    throw new IllegalStateException(message);
                });
    }

    static Optional<String> tooOld(List<Library> libraries) {
        return libraries.stream()
                .filter(library -> !library.isEnough())
                .findFirst()
                .map(library -> library.name() + " must be " + library.oldest() + " or later, but was "
                        + library.found() + ": raise the version of " + library.artifact()
                        + " on the class path, and look for a second, older copy of it there");
    }

    private static boolean hasMethod(Class<?> type, String name) {
        return Arrays.stream(type.getMethods())
                .anyMatch(method -> method.getName().equals(name));
    }

    /** Curator's classes do not know their version, but the name of their jar does. */
    private static String origin(Class<?> type) {
        return type.getProtectionDomain().getCodeSource() == null
                ? "of unknown origin"
                : "that of " + type.getProtectionDomain().getCodeSource().getLocation();
    }
}
