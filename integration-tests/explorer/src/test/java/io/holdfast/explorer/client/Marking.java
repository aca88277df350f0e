// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

/** Whether a member makes a marker in each session. */
public enum Marking {
    NO(""),
    YES(", with markers"),
    /** As yes, and nobody has made one before: their parent is missing. */
    FIRST(", with the first markers"),
    /** As yes, and the code of users that gives their ACL takes its time. */
    SLOWLY(", with slow markers");

    private final String text;

    Marking(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Tells whether somebody has made the parent of all markers. */
    public boolean hasParent() {
        return this == YES || this == SLOWLY;
    }
}
