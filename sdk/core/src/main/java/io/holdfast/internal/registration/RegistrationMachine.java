// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One registration: its state, what it knows, and what each event leads to. Protocol, sections 3 and 4. Immutable and
 * pure: time and randomness come in with each event, and what is to be done goes out as effects. A late, repeated or lost event
 * throws nothing.
 *
 * @param rules what never changes
 * @param state its state, as users see it: creating, verifying, registered, closing and so on
 * @param link the current session
 * @param node what is known of its node
 * @param blocker the node in the way
 * @param pace the number of the current step, and how often something was tried in vain
 */
record RegistrationMachine(
        RegistrationRules rules, RegistrationState state, Link link, Node node, SeenBlocker blocker, Pace pace) {

    /** The session in which the registration keeps its node. */
    sealed interface Link {

        default SessionId session() {
            return SessionId.NONE;
        }

        record None() implements Link {}

        /** Confirmed. */
        record Confirmed(SessionId session, Duration negotiated) implements Link {}

        /** The connection is down, and the session may be over. */
        record Suspended(SessionId session) implements Link {}
    }

    /**
     * What is known of the node.
     *
     * @param isArmed whether the watch is set, as far as is known
     * @param own the node as it was last seen; empty unless it was verified in this session
     * @param registered the node last registered, in any session
     * @param attemptedIn the sessions in which a create was sent
     * @param isCreateLost whether the answer to a create was lost, and nothing was read since
     */
    record Node(
            boolean isArmed,
            Optional<Znode> own,
            Optional<RegisteredNode> registered,
            Set<SessionId> attemptedIn,
            boolean isCreateLost) {}

    /**
     * @param step the number of the current step: answers to older ones are dropped
     * @param retries how often in a row something failed
     * @param unseen how often in a row a create met a node that the read after it did not find
     * @param refusedSince the ticker\'s reading at the first refusal since it was last registered
     */
    record Pace(long step, int retries, int unseen, OptionalLong refusedSince) {}

    /**
     * When an event comes.
     *
     * @param nanos the ticker's reading
     * @param jitter a random number of at least 0 and below 1
     */
    record Moment(long nanos, double jitter) {}

    /** The machine after an event, and what is to be done, in this order. */
    record Transition(RegistrationMachine next, List<RegistrationEffect> effects) {}

    static RegistrationMachine start(RegistrationRules rules) {
        return new RegistrationMachine(
                rules,
                new AwaitingSession(),
                new Link.None(),
                new Node(false, Optional.empty(), Optional.empty(), Set.of(), false),
                SeenBlocker.none(),
                new Pace(0, 0, 0, OptionalLong.empty()));
    }

    /** Applies one event. Returns this very machine, and no effect, if the event changes nothing. */
    Transition on(RegistrationEvent event, Moment now) {
        RegistrationTurn turn = new RegistrationTurn(this, now);
        new EventRules(turn).on(event);
        RegistrationMachine next = turn.machine();
        return new Transition(next.equals(this) ? this : next, turn.effects());
    }

    boolean isOver() {
        return state.isOver();
    }

    /** Returns whether a node of ours may exist in the session under a name that another session cannot find out. */
    boolean mayHaveLeftUnnamed(SessionId earlier) {
        return rules.isSequential() && node.attemptedIn().contains(earlier);
    }
}
