// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.registration.RegistrationEvent.Answered;
import io.holdfast.internal.registration.RegistrationEvent.Audited;
import io.holdfast.internal.registration.RegistrationEvent.ClientClosed;
import io.holdfast.internal.registration.RegistrationEvent.CloseAsked;
import io.holdfast.internal.registration.RegistrationEvent.NodeChanged;
import io.holdfast.internal.registration.RegistrationEvent.SessionConfirmed;
import io.holdfast.internal.registration.RegistrationEvent.SessionEnded;
import io.holdfast.internal.registration.RegistrationEvent.SessionRefused;
import io.holdfast.internal.registration.RegistrationEvent.SessionSuspended;
import io.holdfast.internal.registration.RegistrationEvent.StepThrew;
import io.holdfast.internal.registration.RegistrationEvent.UpdateAsked;
import io.holdfast.internal.registration.RegistrationEvent.WatchSet;
import io.holdfast.internal.registration.RegistrationEvent.WriteFailed;
import io.holdfast.internal.registration.RegistrationEvent.Written;
import io.holdfast.internal.registration.RegistrationMachine.Link;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.Znode;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;

/** What each event leads to, but for answers: those are {@link AnswerRules}. */
final class EventRules {

    private final RegistrationTurn turn;

    EventRules(RegistrationTurn turn) {
        this.turn = turn;
    }

    void on(RegistrationEvent event) {
        if (turn.state().isOver()) {
            if (event instanceof UpdateAsked || event instanceof ClientClosed) {
                turn.payloadFailed("The registration of " + turn.rules.path() + " is over");
            }
        } else if (event instanceof Answered answered) {
            if (answered.step() == turn.step()) {
                new AnswerRules(turn).on(answered.answer());
            }
        } else if (event instanceof SessionConfirmed confirmed) {
            confirmed(confirmed);
        } else if (event instanceof SessionSuspended) {
            suspended();
        } else if (event instanceof SessionEnded) {
            ended();
        } else if (event instanceof SessionRefused refused) {
            turn.sessionRefused(turn.rules.path() + " cannot be registered: " + refused.reason());
        } else if (event instanceof ClientClosed) {
            turn.payloadFailed("The client is closed");
            turn.nextStep();
            turn.move(new RegistrationState.Closed(), "client closed");
        } else if (event instanceof CloseAsked) {
            close();
        } else if (event instanceof UpdateAsked) {
            update();
        } else if (event instanceof WatchSet) {
            turn.isArmed = true;
        } else if (event instanceof NodeChanged changed) {
            changed(changed.isDeleted());
        } else if (event instanceof Audited audited) {
            audited(audited.listed());
        } else if (event instanceof Written written) {
            if (isOwn(written.node())) {
                turn.own = Optional.of(written.node());
                turn.write();
            }
        } else if (event instanceof WriteFailed failed) {
            if (isOwn(failed.node())) {
                notWritten(failed.code(), failed.failure());
            }
        } else if (event instanceof StepThrew step) {
            turn.nextStep();
            turn.retryLater("a step of the registration threw " + step.thrown());
        }
    }

    private void confirmed(SessionConfirmed now) {
        boolean isSame = turn.link.session().equals(now.session());
        turn.link = new Link.Confirmed(now.session(), now.negotiated());
        if (!isSame && turn.isLost("its session has ended")) {
            return;
        }
        if (isSame && turn.state() instanceof InDoubt && turn.isArmed) {
            return; // the audit that follows a reconnection says whether the node is still there
        }
        if (isSame && turn.isCreateLost && !turn.isClosing()) {
            return; // the audit's one list says which of all creates whose answers were lost were committed
        }
        if (!isSame) {
            turn.own = Optional.empty();
            turn.isArmed = false;
            turn.unseen = 0;
            turn.blocker = turn.blocker.seen(Optional.empty(), turn.now.nanos());
        }
        if (turn.isClosing() || isSame) {
            turn.look("session confirmed");
        } else {
            turn.create("session confirmed");
        }
    }

    private void suspended() {
        if (turn.link instanceof Link.Confirmed up) {
            turn.link = new Link.Suspended(up.session());
        }
        boolean isLost = turn.isCreateLost || (turn.state() instanceof Creating && !turn.rules.isSequential());
        turn.nextStep();
        turn.isCreateLost = isLost;
        if (turn.state() instanceof Registered at) {
            turn.move(new InDoubt(at.registered()), "connection lost");
        }
    }

    private void ended() {
        turn.link = new Link.None();
        turn.nextStep();
        if (!turn.isClosing() && !turn.isLost("its session has ended")) {
            turn.move(new AwaitingSession(), "session ended");
        }
    }

    private void close() {
        if (turn.isClosing()) {
            return;
        }
        turn.payloadFailed("The registration of " + turn.rules.path() + " was closed");
        if (turn.attemptedIn.isEmpty()) {
            turn.closed();
            return;
        }
        turn.move(new Closing(), "closed");
        if (turn.own.isPresent() && turn.isReady()) {
            turn.nextStep();
            turn.add(new RegistrationEffect.Delete(turn.own.get()));
        } else {
            turn.look("closed");
        }
    }

    private void update() {
        if (turn.isClosing()) {
            turn.payloadFailed("The registration of " + turn.rules.path() + " is over");
        } else if (turn.state() instanceof Registered) {
            turn.write();
        }
    }

    private void changed(boolean isDeleted) {
        turn.isArmed = false;
        RegistrationState state = turn.state();
        if (isDeleted && (state instanceof Registered || state instanceof Waiting || turn.isRefused())) {
            turn.own = Optional.empty();
            turn.create("the node was deleted");
        } else if (state instanceof Registered) {
            turn.add(new RegistrationEffect.WatchAgain(turn.own.orElseThrow()));
        } else if (isDeleted && state instanceof Closing && turn.own.isPresent()) {
            turn.closed();
        } else if (state instanceof Waiting || state instanceof Closing || turn.isRefused()) {
            turn.look("the node changed");
        }
    }

    private void audited(Optional<Set<String>> listed) {
        RegistrationState state = turn.state();
        if (turn.isCreateLost && turn.isReady() && !turn.isClosing()) {
            resolve(listed);
            return;
        }
        boolean isThere = turn.own.isPresent()
                && listed.filter(paths -> paths.contains(turn.own.get().path())).isPresent();
        if (state instanceof InDoubt && isThere && turn.isArmed) {
            turn.registered(turn.own.get(), turn.registered.flatMap(RegisteredNode::fence));
        } else if (state instanceof Registered && listed.isEmpty()) {
            // a read that does not leave Registered for the time it takes
            turn.add(new RegistrationEffect.WatchAgain(turn.own.orElseThrow()));
        } else if (state instanceof InDoubt || (state instanceof Registered && !isThere)) {
            turn.look("audit");
        }
    }

    /** The answer to a create was lost: the list of the session's nodes says what became of it. */
    private void resolve(Optional<Set<String>> listed) {
        if (listed.isPresent() && !listed.get().contains(turn.rules.path())) {
            turn.create("the session's list shows that the lost create was not committed");
        } else {
            turn.look("the session's list shows the node, or there is no list");
        }
    }

    private boolean isOwn(Znode node) {
        return turn.own.filter(known -> known.czxid() == node.czxid()).isPresent();
    }

    private void notWritten(Code code, Throwable failure) {
        switch (FailureKind.of(code)) {
            case REFUSED, UNIMPLEMENTED -> {
                RefusedByEnsembleException why =
                        RefusedByEnsembleException.of("replace the data of " + turn.rules.path(), code, failure);
                turn.add(new RegistrationEffect.PayloadRefused(why));
            }
            case ANSWER -> {
                if (code == Code.BADVERSION || code == Code.NONODE) {
                    turn.look("the node changed before its payload was replaced");
                } else {
                    writeLater();
                }
            }
            case SESSION_ENDED, UNKNOWN_OUTCOME -> writeLater(); // news of the connection or the session is on its way
        }
    }

    /** Stays in its state: the node is there, with its former payload. */
    private void writeLater() {
        turn.add(new RegistrationEffect.WriteAfter(turn.nextDelay()));
    }
}
