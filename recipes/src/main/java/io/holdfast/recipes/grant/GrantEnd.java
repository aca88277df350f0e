// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

/** Why a grant ended. Whatever the reason, it is final: what is wanted again is asked for anew, and comes with a new token. */
public enum GrantEnd {
    /** Its holder gave it back. */
    RELEASED("it was released"),
    /** Its node is gone although its session lives: an operator, another client, a server's bug. */
    NODE_LOST("its node was lost under a live session"),
    /** Its session is over, and its node goes with it. */
    SESSION_ENDED("its session has ended"),
    /**
     * Nothing was heard of a quorum for so long that the ensemble may give it to another. Decided by this process alone, on
     * its monotonic clock, and before the ensemble can.
     */
    DEADLINE_PASSED("its deadline passed without an answer from the ensemble"),
    /** The client that it was held with was closed. */
    CLIENT_CLOSED("its client was closed");

    private final String inWords;

    GrantEnd(String inWords) {
        this.inWords = inWords;
    }

    /** Returns the reason as a clause: "it was released". */
    public String inWords() {
        return inWords;
    }
}
