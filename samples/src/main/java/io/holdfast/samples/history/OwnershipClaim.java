// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

/**
 * What a client says about its node.
 *
 * @param kind which of the three things it can say
 * @param session the session it says owns the node; 0 if it does not say that
 * @param words the same in words
 */
public record OwnershipClaim(Kind kind, long session, String words) {

    /** What a client can say. */
    public enum Kind {
        /** The node is there, and mine. */
        REGISTERED,
        /** It was there, and I cannot know now. */
        IN_DOUBT,
        /** It is not there, or not mine, or not yet. */
        NOT_REGISTERED
    }

    /** Returns the claim that this session owns the node. */
    public static OwnershipClaim registered(long session, String words) {
        return new OwnershipClaim(Kind.REGISTERED, session, words);
    }

    /** Returns the admission that the node may be gone. */
    public static OwnershipClaim inDoubt(String words) {
        return new OwnershipClaim(Kind.IN_DOUBT, 0, words);
    }

    /** Returns the admission that the node is not there, or not known to be. */
    public static OwnershipClaim notRegistered(String words) {
        return new OwnershipClaim(Kind.NOT_REGISTERED, 0, words);
    }

    /** Returns whether the client says that the node is there and its own. */
    public boolean registered() {
        return kind == Kind.REGISTERED;
    }
}
