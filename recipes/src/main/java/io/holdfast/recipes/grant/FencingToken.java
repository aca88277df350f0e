// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

/**
 * A number that grows with every grant of a path. Hand it to whatever the holder acts on, and let that refuse a token
 * smaller than the greatest it has seen: nothing else stops a holder that was paused for longer than its session lived.
 *
 * <p>It is the czxid of the grant's node: the number of the transaction that created it, in the order in which the whole
 * ensemble applies transactions. So it grows over all grants of all paths, also when every node of a path was deleted in
 * between, and no two grants share one. It says nothing about how many grants there were, and starts again if the
 * ensemble is set up anew with empty data.
 *
 * <p>Immutable and thread-safe.
 *
 * @param value the token; greater than 0
 * @see "docs/adr/0014-czxid-is-the-fencing-token-of-recipes.md"
 */
public record FencingToken(long value) implements Comparable<FencingToken> {

    /** Checks the range. */
    public FencingToken {
        if (value <= 0) {
            throw new IllegalArgumentException("token must be greater than 0, but was " + value);
        }
    }

    /** Returns whether this token was handed out later than the other one. */
    public boolean isNewerThan(FencingToken other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(FencingToken other) {
        return Long.compare(value, other.value);
    }

    /** Returns the token as ZooKeeper's own tools print a czxid. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
