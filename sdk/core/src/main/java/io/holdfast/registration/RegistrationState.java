// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import io.holdfast.error.HoldfastException;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.Optional;

/**
 * The state of one registration. Only {@link Registered} says that the node is there; whoever must not act on a right it
 * has lost asks {@code Safety} too, because any state is out of date as soon as it is read.
 *
 * <pre>{@code
 *   AwaitingSession --> Creating --> Verifying --> Registered <--> InDoubt
 *          ^               ^  ^         |              |              |
 *          |               |  +-- Waiting <------------+--------------+
 *          +------------ session ended, from any state but the last four
 *
 *   any --> Refused, and from there as from Waiting, once it was registered
 *   any --> Failed      any --> Closing --> Closed      Registered, InDoubt --> Lost (if asked for once)
 * }</pre>
 *
 * <p>{@code toString} says it in words, for messages and logs.
 */
public sealed interface RegistrationState {

    /** Returns the node, empty unless it is or was registered in the current session. */
    default Optional<RegisteredNode> node() {
        return Optional.empty();
    }

    /** Returns whether nothing more will happen. */
    default boolean isOver() {
        return false;
    }

    /**
     * No confirmed session yet, or none any more.
     *
     * @param why what is known of the session and the servers, in words, as of the call; empty if nothing is
     */
    record AwaitingSession(String why) implements RegistrationState {

        /** Nothing is known. */
        public AwaitingSession() {
            this("");
        }

        @Override
        public String toString() {
            return "waiting for a confirmed session" + (why.isEmpty() ? "" : ": " + why);
        }
    }

    /**
     * A create is under way.
     *
     * @param session the session it is sent in
     */
    record Creating(SessionId session) implements RegistrationState {
        @Override
        public String toString() {
            return "being created in session " + session;
        }
    }

    /**
     * Finding out whose node is at the path, or whether a create whose answer was lost was committed.
     *
     * @param session the session that asks
     */
    record Verifying(SessionId session) implements RegistrationState {
        @Override
        public String toString() {
            return "being read in session " + session;
        }
    }

    /**
     * Something is in the way.
     *
     * @param session the session that would create the node
     * @param what what is waited for, in words
     * @param waited how long it had been in the way when this state was entered
     * @param until when the next step is due at the latest, counted from the same moment; empty if only the node's deletion
     *     ends the wait
     */
    record Waiting(SessionId session, String what, Duration waited, Optional<Duration> until)
            implements RegistrationState {
        @Override
        public String toString() {
            return "waiting for " + what
                    + until.map(limit -> ", at most " + limit.toMillis() + " ms")
                            .orElse("");
        }
    }

    /**
     * The ensemble refuses the node, or it cannot be made for another reason that somebody has to mend; the registration was
     * registered before, or was asked to keep trying, and so it tries again until it is closed. The same state is entered
     * again after each try that is refused.
     *
     * @param error what is refused, and what to do about it
     * @param refusedFor how long it had been refused when this state was entered
     * @param nextTry when it is tried again at the latest, counted from the same moment; empty if only a new session can help
     */
    record Refused(HoldfastException error, Duration refusedFor, Optional<Duration> nextTry)
            implements RegistrationState {
        @Override
        public String toString() {
            return "refused for " + refusedFor.toMillis() + " ms: " + error.getMessage()
                    + nextTry.map(next -> "; the next try is within " + next.toMillis() + " ms")
                            .orElse("; the next try is in the next session");
        }
    }

    /**
     * The node is there, ours, and watched.
     *
     * @param registered the node
     */
    record Registered(RegisteredNode registered) implements RegistrationState {
        @Override
        public Optional<RegisteredNode> node() {
            return Optional.of(registered);
        }

        @Override
        public String toString() {
            return "registered: " + registered;
        }
    }

    /**
     * The node was registered, and the connection is down, or a read of the node has failed: it may be gone with its session.
     *
     * @param registered the node
     */
    record InDoubt(RegisteredNode registered) implements RegistrationState {
        @Override
        public Optional<RegisteredNode> node() {
            return Optional.of(registered);
        }

        @Override
        public String toString() {
            return "in doubt: " + registered;
        }
    }

    /**
     * It will not be registered; nothing of it is left behind. A registration that was registered once ends so only if its
     * {@link ConflictPolicy} says so, and is {@link Refused} otherwise.
     *
     * @param error why, and what to do about it
     */
    record Failed(HoldfastException error) implements RegistrationState {
        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public String toString() {
            return "failed: " + error.getMessage();
        }
    }

    /**
     * The node was registered and is lost, and no other one is made, because {@link RegistrationOptions#isOnce} asked for
     * that.
     *
     * @param registered the node as it was
     * @param cause how it was lost, in words
     */
    record Lost(RegisteredNode registered, String cause) implements RegistrationState {
        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public String toString() {
            return "its node is lost: " + cause;
        }
    }

    /** Closed by its owner; its node is being deleted. */
    record Closing() implements RegistrationState {
        @Override
        public String toString() {
            return "being closed";
        }
    }

    /** Closed, and its node is gone. */
    record Closed() implements RegistrationState {
        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public String toString() {
            return "closed";
        }
    }
}
