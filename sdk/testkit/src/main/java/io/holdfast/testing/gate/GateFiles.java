// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files through which a test and a server talk about one gate, both sides of it.
 *
 * <p>{@code NAME.closed} exists while the gate is closed: a line that differs at each closing, then the sessions it is closed for, none
 * meaning all. {@code NAME.reached.SESSION} exists while a thread of the server waits. Uses nothing outside the JDK, because it also
 * runs inside servers of other releases.
 */
final class GateFiles {

    /** One closing of a gate. */
    record Closing(String nonce, Set<Long> sessions) {

        boolean concerns(long session) {
            return sessions.isEmpty() || sessions.contains(session);
        }
    }

    private static final String CLOSED = ".closed";

    private final Path directory;
    private final String name;

    GateFiles(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /** Returns the names of all gates that are closed there. */
    static Set<String> namesIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(CLOSED))
                    .map(file -> file.substring(0, file.length() - CLOSED.length()))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close(Set<Long> sessions) {
        String text = UUID.randomUUID()
                + sessions.stream()
                        .map(session -> "\n" + Long.toHexString(session))
                        .collect(Collectors.joining());
        try {
            // not a temporary file, which the user of another container could not read
            Path draft = Files.writeString(directory.resolve(name + "." + UUID.randomUUID() + ".draft"), text);
            moveInPlace(draft, closedFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void open() {
        delete(closedFile());
        waiting().forEach(session -> delete(reachedFile(session)));
    }

    Optional<Closing> closing() {
        try {
            List<String> lines = Files.readAllLines(closedFile());
            Set<Long> sessions = lines.stream()
                    .skip(1)
                    .map(line -> Long.parseUnsignedLong(line, 16))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            return Optional.of(new Closing(lines.get(0), sessions));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void markReached(long session) {
        try {
            Files.writeString(reachedFile(session), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void markLeft(long session) {
        delete(reachedFile(session));
    }

    Set<Long> waiting() {
        String prefix = name + ".reached.";
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith(prefix))
                    .map(file -> Long.parseUnsignedLong(file.substring(prefix.length()), 16))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path closedFile() {
        return directory.resolve(name + CLOSED);
    }

    private Path reachedFile(long session) {
        return directory.resolve(name + ".reached." + Long.toHexString(session));
    }

    private static void moveInPlace(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
