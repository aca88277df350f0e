// SPDX-License-Identifier: Apache-2.0
package io.holdfast.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.holdfast.HoldfastClient;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.junit.EnsembleExtension;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The library, and the drop-in under every recipe of Curator's, on the oldest client libraries that it works with (SLF4J 1.7
 * among them), on some in between, and on those of the build. {@code releases.txt} says which these are.
 */
class ClientLibrariesIT {

    private static final String OF_THE_BUILD = "newest";

    /** Ours, and what only we need. */
    private static final List<Class<?>> OURS = List.of(
            HoldfastClient.class,
            FencedLock.class,
            CircuitBreaker.class,
            IntervalFunction.class,
            ClientLibrariesIT.class);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1).jvmProperty("zookeeper.extendedTypesEnabled", "true"));

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"clients-oldest", "clients-middle", OF_THE_BUILD})
    void theLibraryAndTheDropInWorkOn(String libraries) throws Exception {
        Path output = directory.resolve(libraries + ".log");

        int exit = run(libraries, SERVERS.ensemble().connectString(), output);

        assertThat(Files.readString(output)).contains(LibrariesProcess.DONE);
        assertThat(exit).isZero();
    }

    @Test
    void librariesThatAreTooOldAreRefusedAtTheStartByName() throws Exception {
        Path output = directory.resolve("too-old.log");

        int exit = run("clients-too-old", SERVERS.ensemble().connectString(), output);

        assertThat(exit).isNotZero();
        assertThat(Files.readString(output))
                .contains("IllegalStateException", "Curator", "5.2.0 or later", "curator-framework");
    }

    private static int run(String libraries, String connectString, Path output) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(libraries),
                        LibrariesProcess.class.getName(),
                        connectString)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS))
                    .as(() -> text(output))
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath(String libraries) throws IOException {
        if (libraries.equals(OF_THE_BUILD)) {
            return System.getProperty("java.class.path");
        }
        Path jars = Path.of(System.getProperty(Release.RELEASES_PROPERTY), libraries);
        try (Stream<Path> files = Files.list(jars)) {
            return Stream.concat(OURS.stream().map(ClientLibrariesIT::origin), files.map(Path::toString))
                    .distinct()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static String origin(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
