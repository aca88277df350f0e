// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.Version;

/**
 * A ZooKeeper release that servers can run, and the jars it needs.
 *
 * @param version the release, as in 3.9.5
 * @param classPath its jars
 */
public record Release(String version, List<Path> classPath) {

    /** The system property that names the directory with one sub-directory of jars per release. */
    public static final String RELEASES_PROPERTY = "holdfast.releases";

    /** One class of each jar that a server of the current release loads. */
    private static final List<String> NEEDED = List.of(
            "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            "org.apache.jute.Record",
            "org.slf4j.Logger",
            "ch.qos.logback.classic.Logger",
            "ch.qos.logback.core.Appender",
            "com.codahale.metrics.MetricRegistry",
            "org.xerial.snappy.Snappy");

    private static final List<String> LOADED_ON_DEMAND = List.of(
            "org.apache.commons.io.FilenameUtils",
            "org.apache.yetus.audience.InterfaceAudience",
            "io.netty.handler.ssl.SslHandler",
            "io.netty.channel.Channel",
            "io.netty.channel.unix.Unix",
            "io.netty.channel.epoll.Epoll",
            "io.netty.buffer.ByteBuf",
            "io.netty.util.Version",
            "io.netty.handler.codec.ByteToMessageDecoder",
            "io.netty.resolver.AddressResolver");

    public Release {
        classPath = List.copyOf(classPath);
    }

    /**
     * Returns the release this JVM has on its own class path, however that was put together.
     *
     * @throws IllegalStateException if something that a server needs is missing there
     */
    public static Release current() {
        Set<Path> jars = new LinkedHashSet<>();
        for (String name : NEEDED) {
            jars.add(origin(name)
                    .orElseThrow(() -> new IllegalStateException(
                            "a server needs " + name + ", which is not on the class path of this JVM")));
        }
        LOADED_ON_DEMAND.forEach(name -> origin(name).ifPresent(jars::add));
        return new Release(Version.getVersion(), List.copyOf(jars));
    }

    /**
     * Returns another release, from the directory in the system property {@value #RELEASES_PROPERTY} or else from
     * {@code releases} in the build directory of this harness.
     *
     * @throws IllegalArgumentException if there are no jars of that release
     */
    public static Release of(String version) {
        Path directory = BuildDirectory.find(RELEASES_PROPERTY, "releases").resolve(version);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("release is '" + version + "', but there is no directory " + directory
                    + "; the build of integration-tests copies the releases there, or set -D" + RELEASES_PROPERTY);
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
            if (jars.stream().noneMatch(jar -> jar.getFileName().toString().startsWith("zookeeper-" + version))) {
                throw new IllegalArgumentException(
                        "release is '" + version + "', but there is no zookeeper-" + version + ".jar in " + directory);
            }
            return new Release(version, jars);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "ZooKeeper " + version;
    }

    /** Returns whether this release is older than the first one of this line. */
    boolean isBefore(int major, int minor) {
        String[] numbers = version.split("\\.", 3);
        int ours = Integer.parseInt(numbers[0]);
        return ours < major || (ours == major && Integer.parseInt(numbers[1]) < minor);
    }

    /** Returns the class path of a server: the release, and what of ours has to run inside it. */
    String classPathWith(Path ours) {
        return Stream.concat(classPath.stream(), Stream.of(ours))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    static Optional<Path> origin(String className) {
        try {
            return origin(Class.forName(className, false, Release.class.getClassLoader()));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    static Optional<Path> origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(type + " has an unusable origin " + source.getLocation(), e);
        }
    }
}
