// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import java.util.Arrays;

/**
 * Something that can happen next.
 *
 * @param kind what
 * @param of to which server, line, session or connection
 */
record Step(Kind kind, long of) {

    /** Ordinary steps, and those that are faults and so counted. */
    enum Kind {
        RECEIVE("the member receives"),
        APPLY("server %d applies"),
        PREPARE("the leader prepares what comes from server %d"),
        CLOSES("the leader prepares the close"),
        CONNECT("the member connects to server %d"),
        ERRAND("the member runs an errand"),
        TIMER("time passes until the member's next timer"),

        ELSEWHERE("the member connects to server %d, which lags"),
        ELSEWHERE_UP_TO_DATE("the member connects to server %d, which is up to date"),
        LOSE_CONNECT_ANSWER("the connection breaks before its first answer"),
        CUT("the connection breaks, answers are lost"),
        CUT_REQUESTS("the connection breaks, requests are lost"),
        DECLARE_EXPIRED("the client library declares the session expired"),
        EXPIRE("the leader's tracker expires session 0x%x"),
        EXPIRE_LOCAL("the local session 0x%x expires"),
        LEADER_FORGETS("the leader dies, and what it had only proposed is lost"),
        LEADER_KEEPS("the leader dies, and what it had only proposed is kept"),
        OPERATOR_DELETES("an operator deletes the node"),
        NEIGHBOUR_CREATES("a neighbour creates the node"),
        STRANGER_CREATES("somebody creates the node who knows of no fence"),
        RIVAL_TAKES_OVER("another process of the member takes the ghost's place"),
        NEIGHBOUR_LEAVES("the neighbour's session is closed"),
        CLOSE_REGISTRATION("the registration is closed");

        /** All but what a fence assumes that nobody does (guarantees, G14). */
        static final Kind[] ALL = Arrays.stream(values())
                .filter(kind -> kind.isFault() && kind != STRANGER_CREATES)
                .toArray(Kind[]::new);

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        boolean isFault() {
            return compareTo(TIMER) > 0;
        }
    }

    static Step of(Kind kind) {
        return new Step(kind, 0);
    }

    @Override
    public String toString() {
        return kind.text.contains("%") ? String.format(kind.text, of) : kind.text;
    }
}
