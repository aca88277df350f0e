// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * A fenced write as the ensemble has it: the true order, whatever its writer heard of it. Each fenced write creates a node
 * of its own beside the one that it changes, so that none is lost when the next one comes.
 *
 * @param zxid its place in the ensemble's history
 * @param run who wrote it, as {@link Run#name()}
 * @param token the grant it was written under
 * @param write which of the grant's writes
 */
public record CommittedWrite(long zxid, String run, long token, int write) {

    /** The ensemble's order. */
    public static final Comparator<CommittedWrite> ORDER = Comparator.comparingLong(CommittedWrite::zxid);

    /** Returns what such a write puts into its nodes. */
    public static byte[] data(String run, long token, int write) {
        return "%s %x %d".formatted(run, token, write).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the write that made a node with this data in this transaction. */
    public static CommittedWrite read(byte[] data, long zxid) {
        String[] words = new String(data, StandardCharsets.UTF_8).split(" ", 3);
        return new CommittedWrite(zxid, words[0], Long.parseUnsignedLong(words[1], 16), Integer.parseInt(words[2]));
    }

    @Override
    public String toString() {
        return "write %d of %s under %x, zxid %x".formatted(write, run, token, zxid);
    }
}
