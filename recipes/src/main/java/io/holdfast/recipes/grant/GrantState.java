// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

/**
 * The state of a grant. Immutable; the steps are pure, total, and return {@code this} when nothing changes.
 *
 * <pre>{@code
 *   Held --suspended--> InDoubt --resumed--> Held      Held, InDoubt --ended--> Ended, which nothing leaves
 * }</pre>
 */
public sealed interface GrantState {

    /** Returns whether it is over. */
    default boolean isOver() {
        return false;
    }

    /** It is not known for certain any more that the node exists. */
    default GrantState suspended() {
        return this;
    }

    /** The node was seen to exist, in the same session. */
    default GrantState resumed() {
        return this;
    }

    /** It is over. */
    default GrantState ended(GrantEnd why) {
        return new Ended(why);
    }

    /** The node exists, owned by a live session. */
    record Held() implements GrantState {
        @Override
        public GrantState suspended() {
            return new InDoubt();
        }
    }

    /**
     * The connection is down, or has just come back. The session lives at least until the deadline, so nobody else can have
     * been given the right by its end; whether the node was deleted by hand meanwhile is not known.
     */
    record InDoubt() implements GrantState {
        @Override
        public GrantState resumed() {
            return new Held();
        }
    }

    /**
     * It is over and never comes back.
     *
     * @param why the first reason there was
     */
    record Ended(GrantEnd why) implements GrantState {
        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public GrantState ended(GrantEnd later) {
            return this;
        }
    }
}
