// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import java.util.Collection;
import java.util.List;
import org.apache.zookeeper.data.ACL;

/**
 * How many writes share a transaction, and how many are under way.
 *
 * @param chrootBytes what the chroot adds to each path
 * @param mostTogether the most writes of one transaction
 * @param mostBytes the most bytes of one transaction
 * @param mostUnderWay the most writes in all requests that are not answered yet
 */
public record WriteLimits(int chrootBytes, int mostTogether, int mostBytes, int mostUnderWay) {

    /** The header of an operation, the lengths in it, a version or flags, and what a log entry adds. */
    private static final int OVERHEAD = 64;

    private static final int MOST_TOGETHER = 500;
    private static final int MOST_UNDER_WAY = 2_000;

    /** A follower that reads one of them at 10 Mbit/s is done in 0.1 s, and keeps nobody else waiting for longer. */
    private static final int MOST_BYTES = 128 * 1024;

    /**
     * Returns what suits an ensemble.
     *
     * @param requestBytes the largest request that it takes ({@code jute.maxbuffer}), from which a transaction keeps its distance
     */
    public static WriteLimits of(int chrootBytes, int requestBytes) {
        return new WriteLimits(chrootBytes, MOST_TOGETHER, Math.min(MOST_BYTES, requestBytes / 4), MOST_UNDER_WAY);
    }

    /** Returns the most that an operation takes of a request. */
    int bytes(String path, int dataBytes, List<ACL> acl) {
        int bytes = OVERHEAD + chrootBytes + utf8(path) + dataBytes;
        for (ACL entry : acl) {
            bytes += OVERHEAD / 4
                    + utf8(entry.getId().getScheme())
                    + utf8(entry.getId().getId());
        }
        return bytes;
    }

    private static int utf8(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                bytes += 2;
            }
        }
        return bytes;
    }

    /** Returns how many of these writes, from the first on, share the next transaction; at least one. */
    int fitting(Collection<SharedWrite<?>> queue) {
        int count = 0;
        int bytes = 0;
        int most = mostTogether;
        for (SharedWrite<?> write : queue) {
            most = Math.min(most, write.mostTogether());
            bytes += write.bytes();
            if (count > 0 && (count >= most || bytes > mostBytes)) {
                break;
            }
            count++;
        }
        return count;
    }
}
