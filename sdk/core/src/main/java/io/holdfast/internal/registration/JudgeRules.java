// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.ownership.Action;
import io.holdfast.internal.ownership.Blocker;
import io.holdfast.internal.ownership.Decision;
import io.holdfast.internal.ownership.Verdict;
import io.holdfast.internal.registration.RegistrationEvent.Answer.Found;
import io.holdfast.internal.registration.RegistrationMachine.Link;
import io.holdfast.session.Znode;
import java.util.Optional;

/** Whose the node at the path is, and what follows: carries out what the {@link Decision} says. */
final class JudgeRules {

    private final RegistrationTurn turn;

    JudgeRules(RegistrationTurn turn) {
        this.turn = turn;
    }

    void found(Found found) {
        if (!(turn.link instanceof Link.Confirmed up)) {
            return; // the step is over by then
        }
        Optional<Znode> seen = found.seen();
        turn.own = turn.own.filter(
                known -> seen.filter(node -> node.czxid() == known.czxid()).isPresent());
        // a node that was verified once is known by its czxid, whatever somebody has written into it since
        Verdict verdict = turn.own.isPresent() ? new Verdict.Mine(seen.orElseThrow()) : found.verdict();
        if (seen.isPresent()) {
            turn.unseen = 0;
        }
        turn.blocker = turn.blocker.seen(seen, turn.now.nanos());
        Blocker blocker = turn.blocker.at(turn.now.nanos());
        long owner = verdict.node().map(Znode::owner).orElse(0L);
        turn.add(new RegistrationEffect.Tell(new HoldfastEvent.Judged(
                turn.rules.path(), up.session().value(), verdict.getClass().getSimpleName(), owner)));
        Decision decision = new Decision(turn.rules.options().conflicts(), turn.rules.settings(), up.negotiated());
        Action action = turn.isClosing()
                ? decision.toLeave(verdict, blocker, up.session(), turn.attemptedIn::contains)
                : decision.toOwn(verdict, blocker);
        act(up, action, blocker, found);
    }

    private void act(Link.Confirmed up, Action action, Blocker blocker, Found found) {
        if (!(action instanceof Action.Accept) && !turn.isClosing() && turn.isLost("another node is at its path")) {
            return;
        }
        if (action instanceof Action.Create) {
            turn.create("no node at the path");
        } else if (action instanceof Action.Accept accept) {
            if (turn.own.isEmpty()) {
                turn.add(new RegistrationEffect.PayloadIsUnknown());
            }
            turn.created(accept.znode(), found.fence());
        } else if (action instanceof Action.EndSession end) {
            turn.waiting("the end of the earlier session " + end.session(), Optional.of(end.until()));
            turn.lookAfter(up.negotiated().dividedBy(3));
            turn.add(new RegistrationEffect.EndEarlierSession(end.session()));
        } else if (action instanceof Action.TakeBack take) {
            turn.attempted(up.session());
            turn.add(new RegistrationEffect.TakeBack(take.znode(), take.marker()));
        } else if (action instanceof Action.Wait wait) {
            turn.waiting(wait.why(), wait.until());
            wait.until().ifPresent(until -> turn.lookAfter(until.minus(blocker.waited())));
        } else if (action instanceof Action.AskReplicas) {
            turn.add(new RegistrationEffect.AskReplicas());
        } else if (action instanceof Action.ReplaceOrphan replace) {
            replace(up, replace.znode(), Optional.empty());
        } else if (action instanceof Action.TakeOver takeOver) {
            replace(up, takeOver.znode(), Optional.of(takeOver.guardPath()));
        } else if (action instanceof Action.Delete delete) {
            turn.add(new RegistrationEffect.Delete(delete.znode()));
        } else if (action instanceof Action.Conflict conflict) {
            conflict(up, conflict);
        } else {
            turn.closed();
        }
    }

    private void replace(Link.Confirmed up, Znode node, Optional<String> guardPath) {
        turn.attempted(up.session());
        turn.add(new RegistrationEffect.Replace(node, guardPath));
    }

    private void conflict(Link.Confirmed up, Action.Conflict conflict) {
        long owner = conflict.znode().owner();
        turn.add(new RegistrationEffect.Tell(
                new HoldfastEvent.Conflict(turn.rules.path(), up.session().value(), owner, conflict.what())));
        turn.fail(new OwnershipConflictException(turn.rules.path(), owner, conflict.what()));
    }
}
