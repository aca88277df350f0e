// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

/** What differs between releases about the leader's session tracker and the close of a session. */
public enum Flavour {
    /** 3.6 and later: expiry marks the session, its close lists the paths to delete when it is prepared. */
    MODERN(false, true),
    /** 3.4.4 to 3.5: expiry marks the session, each server deletes what it finds when it applies the close. */
    CLOSING_AT_APPLY(false, false),
    /** Up to 3.4.3, and the fork of the first report: expiry forgets the session, and applying its creation brings it back. */
    RE_ADDING(true, false);

    private final boolean isReAdding;
    private final boolean listsPaths;

    Flavour(boolean isReAdding, boolean listsPaths) {
        this.isReAdding = isReAdding;
        this.listsPaths = listsPaths;
    }

    /** Tells whether expiry takes the session out of the tracker, and the leader's applying its creation puts it in again. */
    boolean isReAdding() {
        return isReAdding;
    }

    /** Tells whether a close carries the paths that it deletes. */
    boolean listsPaths() {
        return listsPaths;
    }

    /** Tells whether it makes a difference to anybody else when the leader applies a transaction. */
    public boolean leaderMatters() {
        return isReAdding;
    }
}
