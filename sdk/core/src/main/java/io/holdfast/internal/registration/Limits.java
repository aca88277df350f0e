// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.CapacityExceededException;
import io.holdfast.internal.write.WriteLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.jute.BinaryOutputArchive;
import org.apache.jute.Record;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;

/**
 * What a request and a session may hold.
 *
 * @param chroot the connect string's chroot: part of every path on the servers, and of none here
 * @param requestBytes the largest request the ensemble takes ({@code jute.maxbuffer})
 * @param pathBytes the most bytes that the paths of one session's nodes may have together: one closeSession carries them
 *     all, and above {@code jute.maxbuffer} it breaks the followers (protocol, H11; ZOOKEEPER-4306)
 */
public record Limits(String chroot, int requestBytes, int pathBytes) {

    /** Room for the request's header, the lengths in it and an ACL of some entries. */
    private static final int REQUEST_OVERHEAD = 1024;

    /** The number that ZooKeeper appends to a sequential name. */
    private static final int SEQUENCE_DIGITS = 10;

    /** Returns how writes share requests of this size. */
    public WriteLimits writes() {
        return WriteLimits.of(chroot.getBytes(StandardCharsets.UTF_8).length, requestBytes);
    }

    /** Refuses data that would not fit a request. */
    void requireFits(String path, byte[] data) {
        int room = requestBytes - REQUEST_OVERHEAD - cost(path, false);
        if (data.length > room) {
            throw new IllegalArgumentException("data of " + path + " must be at most " + room
                    + " bytes, its tag included (jute.maxbuffer is " + requestBytes + "), but were " + data.length);
        }
    }

    /**
     * Refuses a transaction that would not fit a request: a server closes the connection over it, and what became of it looks
     * unknown.
     */
    public void requireFits(List<Op> ops) {
        int room = requestBytes - REQUEST_OVERHEAD;
        long size = size(new MultiOperationRecord(ops))
                + (long) ops.size() * chroot.getBytes(StandardCharsets.UTF_8).length;
        if (size > room) {
            throw new IllegalArgumentException("transaction of " + ops.size() + " operations must be at most " + room
                    + " bytes, its paths and ACLs included (jute.maxbuffer is " + requestBytes + "), but was " + size);
        }
    }

    private static long size(Record request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            request.serialize(BinaryOutputArchive.getArchive(bytes), "request");
        } catch (IOException e) { // nothing is written to
            throw new UncheckedIOException(e);
        }
        return bytes.size();
    }

    /** Returns what a path takes of the budget. */
    int cost(String path, boolean isSequential) {
        int length = (chroot + path).getBytes(StandardCharsets.UTF_8).length;
        return Integer.BYTES + length + (isSequential ? SEQUENCE_DIGITS : 0);
    }

    /** Refuses a path for which the budget has no room. */
    void requireRoom(String path, int cost, int used) {
        if (cost > pathBytes - used) {
            throw new CapacityExceededException("path " + path + " takes " + cost + " bytes, but of the pathBudget of "
                    + pathBytes + " bytes for all paths of one session " + used
                    + " are in use: one closeSession carries all paths and must stay under jute.maxbuffer;"
                    + " maxSessions lets a client spread its nodes over more sessions");
        }
    }
}
