// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that one process of one member wrote down.
 *
 * @param member who
 * @param number which of the member's processes, from 1
 * @param entries in the order of the file, which several threads write: times may be out of order by a little
 * @param deadNanos when it was killed, and gone; {@link Long#MAX_VALUE} if it was not
 */
public record Run(String member, int number, List<Entry> entries, long deadNanos) {

    /** Copies the list. */
    public Run {
        entries = List.copyOf(entries);
    }

    /** Returns the file in this directory that such a process writes. */
    public static Path file(Path directory, String member, int number) {
        return directory.resolve(member + "." + number + ".history");
    }

    /** Reads what the process has written so far; a line that is not complete yet does not count. */
    public static Run read(Path directory, String member, int number, long deadNanos) throws IOException {
        Path file = file(directory, member, number);
        String text = Files.exists(file) ? Files.readString(file) : "";
        List<Entry> entries = new ArrayList<>();
        text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Entry::parse).forEach(entries::add);
        return new Run(member, number, entries, deadNanos);
    }

    /** Returns the member and the number of the process. */
    public String name() {
        return member + "." + number;
    }

    /** Returns the entries of one kind, in order. */
    public <E extends Entry> Stream<E> all(Class<E> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Returns the first entry of one kind at this token. */
    public <E extends Entry.OfGrant> Optional<E> first(Class<E> kind, long token) {
        return all(kind).filter(entry -> entry.token() == token).findFirst();
    }
}
