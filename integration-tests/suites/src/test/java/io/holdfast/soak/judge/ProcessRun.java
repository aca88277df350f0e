// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that one process wrote down.
 *
 * @param process the name that it shares with those before and after it
 * @param number which of them it is, from 1
 * @param notes in order
 * @param endNanos when it was gone, or closed all its clients, or the record ends
 */
public record ProcessRun(String process, int number, List<Note> notes, long endNanos) {

    /** Sorts the notes: several threads write them. */
    public ProcessRun {
        notes = notes.stream().sorted(Comparator.comparingLong(Note::nanoTime)).toList();
    }

    /** Returns the notes of one kind, in order. */
    public <N extends Note> Stream<N> all(Class<N> kind) {
        return notes.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Returns whether it closed its clients itself, and was not killed before it had. */
    public boolean hasLeft() {
        return all(Note.Left.class).findAny().isPresent();
    }

    @Override
    public String toString() {
        return process + "." + number;
    }
}
