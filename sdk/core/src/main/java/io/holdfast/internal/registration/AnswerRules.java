// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.ownership.Divergence;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.registration.RegistrationEvent.Answer;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/** What the answer to the current step leads to. */
final class AnswerRules {

    private final RegistrationTurn turn;

    AnswerRules(RegistrationTurn turn) {
        this.turn = turn;
    }

    void on(Answer answer) {
        if (answer instanceof Answer.Created created) {
            created(created);
        } else if (answer instanceof Answer.CreateFailed failed) {
            createFailed(failed);
        } else if (answer instanceof Answer.NotTried) {
            turn.look("another node of its transaction exists");
        } else if (answer instanceof Answer.DataUnfit unfit) {
            turn.refused(unfit.error());
        } else if (answer instanceof Answer.NothingMade nothing) {
            turn.retryLater(nothing.why());
        } else if (answer instanceof Answer.ParentsMade) {
            turn.create("parents created");
        } else if (answer instanceof Answer.ParentsFailed failed) {
            parentsFailed(failed);
        } else if (answer instanceof Answer.Found found) {
            new JudgeRules(turn).found(found);
        } else if (answer instanceof Answer.ReadFailed failed) {
            readFailed(failed);
        } else if (answer instanceof Answer.FenceRead read) {
            fenceRead(read);
        } else if (answer instanceof Answer.FenceReadFailed failed) {
            turn.retryLater("reading the fence failed: " + failed.code());
        } else if (answer instanceof Answer.FencePrepared prepared) {
            if (prepared.isForCreate()) {
                turn.create("the fence was found");
            } else {
                turn.look("the fence was found");
            }
        } else if (answer instanceof Answer.EarlierSessionEnded ended) {
            turn.blocker = turn.blocker.ended(ended.outcome());
        } else if (answer instanceof Answer.ReplicasRead read) {
            replicasRead(read.views());
        } else if (answer instanceof Answer.RepairTried tried) {
            turn.retryLater(tried.how());
        } else if (answer instanceof Answer.Replaced) {
            turn.look("the node was replaced");
        } else if (answer instanceof Answer.ReplaceFailed failed) {
            replaceFailed(failed);
        } else if (answer instanceof Answer.TakeBackFailed failed) {
            takeBackFailed(failed.code());
        } else if (answer instanceof Answer.Deleted) {
            turn.closed();
        } else if (answer instanceof Answer.DeleteFailed failed) {
            if (failed.code() == Code.NONODE) {
                turn.closed();
            } else {
                turn.retryLater("deleting failed: " + failed.code());
            }
        } else if (answer instanceof Answer.WatchedAgain watched) {
            watchedAgain(watched.node(), watched.seen());
        } else if (answer instanceof Answer.WatchFailed failed) {
            watchFailed(failed.code());
        } else if (answer instanceof Answer.LookDue) {
            turn.look("time to read again");
        } else if (answer instanceof Answer.WriteDue && turn.state() instanceof Registered) {
            turn.write();
        }
    }

    private void created(Answer.Created created) {
        turn.unseen = 0;
        Optional<Znode> own = created.seen()
                .filter(node -> node.owner() == turn.link.session().value());
        own.ifPresentOrElse(
                node -> turn.created(node, created.fence()), () -> turn.look("the node is not as it was created"));
    }

    private void createFailed(Answer.CreateFailed failed) {
        Code code = failed.code();
        switch (FailureKind.of(code)) {
            case ANSWER -> {
                if (code == Code.NODEEXISTS && turn.unseen++ == 0) {
                    turn.look("node exists");
                } else if (code == Code.NODEEXISTS) {
                    turn.retryLater("the leader holds a node that this server does not show");
                } else if (code == Code.NONODE && failed.operation() >= Fence.STEP) {
                    turn.add(new RegistrationEffect.PrepareFence(true));
                } else if (code == Code.NONODE) {
                    createParents();
                } else {
                    turn.retryLater("the ensemble answered " + code);
                }
            }
            case SESSION_ENDED -> {
                turn.add(new RegistrationEffect.SuspectSession());
                turn.retryLater("the ensemble answered " + code);
            }
            case UNKNOWN_OUTCOME -> {
                turn.retryLater("the answer to the create was lost");
                turn.isCreateLost = !turn.rules.isSequential();
            }
            case UNIMPLEMENTED, REFUSED ->
                turn.refused(RefusedByEnsembleException.of(
                        "create " + turn.rules.path() + " with ACL " + AclText.of(failed.acl()),
                        code,
                        failed.failure()));
        }
    }

    private void createParents() {
        Parents parents = turn.rules.options().parents();
        if (parents == Parents.REQUIRED) {
            turn.refused(
                    "The parent of " + turn.rules.path()
                            + " does not exist, and parents is REQUIRED; create it, or let the SDK do so",
                    null);
            return;
        }
        turn.add(new RegistrationEffect.CreateParents(
                parents == Parents.CONTAINER ? CreateMode.CONTAINER : CreateMode.PERSISTENT));
    }

    private void parentsFailed(Answer.ParentsFailed failed) {
        String path = turn.rules.path();
        if (failed.code() == Code.NONODE) {
            turn.refused(
                    "connectString: its chroot " + turn.rules.chroot()
                            + " does not exist on the ensemble (no node is above " + path
                            + " in it); create the chroot, or mend the connect string",
                    failed.failure());
        } else if (FailureKind.of(failed.code()) == FailureKind.UNIMPLEMENTED) {
            turn.refused(
                    "The ensemble does not know container nodes, and parents of " + path
                            + " is CONTAINER; use PERSISTENT on servers before 3.5",
                    failed.failure());
        } else if (FailureKind.of(failed.code()) == FailureKind.REFUSED) {
            turn.refused(RefusedByEnsembleException.of("create a parent of " + path, failed.code(), failed.failure()));
        } else {
            turn.retryLater("creating the parents failed: " + failed.why());
        }
    }

    private void readFailed(Answer.ReadFailed failed) {
        if (FailureKind.of(failed.code()) == FailureKind.REFUSED) {
            turn.refused(RefusedByEnsembleException.of("read " + turn.rules.path(), failed.code(), failed.failure()));
        } else {
            turn.retryLater("reading failed: " + failed.code());
        }
    }

    private void fenceRead(Answer.FenceRead read) {
        if (read.isSame() && read.fence().isPresent()) {
            turn.registered(read.node(), read.fence());
        } else if (read.isSame()) {
            turn.add(new RegistrationEffect.PrepareFence(false)); // an operator has deleted it while our node exists
        } else {
            turn.look("the node changed while its fence was read");
        }
    }

    private void replicasRead(List<ReplicaView> views) {
        Optional<Divergence> divergence = Divergence.among(views, turn.blocker.czxid(), turn.link.session());
        if (divergence.isEmpty()) {
            turn.blocker = turn.blocker.replicasAgree();
            turn.look("all servers were asked");
            return;
        }
        divergence
                .get()
                .servers()
                .forEach(server -> turn.add(new RegistrationEffect.Tell(new HoldfastEvent.ReplicasDiverge(
                        turn.rules.path(), turn.link.session().value(), server, String.valueOf(views)))));
        turn.add(new RegistrationEffect.Repair(divergence.get()));
    }

    private void replaceFailed(Answer.ReplaceFailed failed) {
        Code code = failed.code();
        if (code == Code.NONODE) {
            turn.add(new RegistrationEffect.ForgetAnchor()); // it may be what is gone
        }
        if (Replacement.isOvertaken(code)) {
            turn.look("the node has changed meanwhile");
        } else if (FailureKind.of(code) == FailureKind.UNIMPLEMENTED) {
            turn.refused(
                    "The ensemble does not know transactions, and without one " + turn.rules.path()
                            + " cannot be taken over; leave takeOverUnknownGhosts out on servers before 3.4",
                    failed.failure());
        } else {
            turn.retryLater("replacing failed: " + code);
        }
    }

    private void takeBackFailed(Code code) {
        switch (FailureKind.of(code)) {
            case UNKNOWN_OUTCOME -> turn.retryLater("the answer to the take-over was lost");
            case SESSION_ENDED -> {
                turn.add(new RegistrationEffect.SuspectSession());
                turn.retryLater("the ensemble answered " + code);
            }
            case ANSWER, REFUSED, UNIMPLEMENTED -> {
                // the marker is gone, so that its session is being closed, or it never was there: it is waited for
                turn.add(new RegistrationEffect.ForgetAnchor()); // it may be what is gone
                turn.blocker = turn.blocker.refused();
                turn.look("the earlier session cannot be overtaken");
            }
        }
    }

    private void watchedAgain(Znode node, Optional<Znode> seen) {
        if (seen.filter(found -> found.czxid() == node.czxid()).isEmpty()) {
            turn.look("the node changed");
        } else if (seen.get().version() > turn.own.orElse(node).version()) {
            turn.own = seen;
        }
    }

    private void watchFailed(Code code) {
        if (FailureKind.of(code) == FailureKind.UNKNOWN_OUTCOME && turn.state() instanceof Registered at) {
            turn.move(new InDoubt(at.registered()), "the connection fails");
            turn.lookAfter(turn.nextDelay()); // unless the news of its loss comes first
        } else {
            turn.retryLater("reading failed: " + code);
        }
    }
}
