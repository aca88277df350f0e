// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK on this machine besides the one that runs the tests.
 *
 * @param home where it is
 * @param version its feature release
 */
public record NewerJdk(Path home, int version) {

    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
    private static final Path USUAL_PLACE = Path.of("/usr/lib/jvm");

    /** Returns the oldest one of at least this release: the running one, or one where Linux distributions put them. */
    public static Optional<NewerJdk> since(int version) {
        Stream<Path> homes = Stream.of(Path.of(System.getProperty("java.home")));
        try (Stream<Path> installed = Files.isDirectory(USUAL_PLACE) ? Files.list(USUAL_PLACE) : Stream.empty()) {
            return Stream.concat(homes, installed)
                    .flatMap(home -> of(home).stream())
                    .filter(jdk -> jdk.version() >= version)
                    .min(Comparator.comparingInt(NewerJdk::version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<NewerJdk> of(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        try {
            Matcher found = VERSION.matcher(Files.readString(release));
            return found.find() ? Optional.of(new NewerJdk(home, Integer.parseInt(found.group(1)))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns its launcher. */
    public String java() {
        return home.resolve("bin/java").toString();
    }
}
