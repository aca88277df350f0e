// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.observer;

/**
 * What one server said about one node at one time.
 *
 * @param nanoTime when the answer arrived, as {@link System#nanoTime()} counts
 * @param server the server's id
 * @param path the node's path
 * @param state what was seen
 * @param owner the session that owns the node; 0 if it is persistent or not present
 * @param czxid the transaction that created the node; 0 if it is not present
 */
public record Sighting(long nanoTime, int server, String path, State state, long owner, long czxid) {

    /** What was seen. */
    public enum State {
        PRESENT,
        ABSENT,
        /** The server did not answer for half a second, or lost the observer's connection. */
        UNREACHABLE
    }

    static Sighting present(int server, String path, long owner, long czxid) {
        return new Sighting(System.nanoTime(), server, path, State.PRESENT, owner, czxid);
    }

    static Sighting absent(int server, String path) {
        return new Sighting(System.nanoTime(), server, path, State.ABSENT, 0, 0);
    }

    static Sighting unreachable(int server, String path) {
        return new Sighting(System.nanoTime(), server, path, State.UNREACHABLE, 0, 0);
    }

    /** Returns whether the node was there and this session owned it. */
    public boolean isOwnedBy(long session) {
        return state == State.PRESENT && owner == session;
    }

    /** Returns whether the other says the same of the node, whenever it was. */
    boolean agreesWith(Sighting other) {
        return state == other.state && owner == other.owner && czxid == other.czxid;
    }

    @Override
    public String toString() {
        return switch (state) {
            case PRESENT ->
                owner == 0
                        ? "persistent"
                        : "owner 0x" + Long.toHexString(owner) + " czxid 0x" + Long.toHexString(czxid);
            case ABSENT -> "absent";
            case UNREACHABLE -> "unreachable";
        };
    }
}
