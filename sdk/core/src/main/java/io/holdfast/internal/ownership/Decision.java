// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.internal.ownership.Action.Conflict;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.ConflictPolicy;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * From a verdict to the next step: the last column of the table in the protocol, section 3. Pure.
 *
 * @param policy what the registration's owner wants about other people's nodes
 * @param settings timeouts
 * @param sessionTimeout the asking session's negotiated timeout, which is used where a node does not say its owner's
 */
public record Decision(ConflictPolicy policy, SessionSettings settings, Duration sessionTimeout) {

    /** Decides for a registration that wants a node of its own. */
    public Action toOwn(Verdict verdict, Blocker blocker) {
        if (verdict instanceof Verdict.Absent) {
            return new Action.Create();
        }
        if (verdict instanceof Verdict.Mine mine) {
            return new Action.Accept(mine.znode());
        }
        if (verdict instanceof Verdict.KnownGhost ghost) {
            return ghost.marker().isPresent() && !blocker.wasRefused()
                    ? new Action.TakeBack(ghost.znode(), ghost.marker().get())
                    : aboutKnownGhost(ghost, blocker);
        }
        if (verdict instanceof Verdict.UnknownGhost ghost) {
            return aboutUnknownGhost(ghost, blocker);
        }
        if (verdict instanceof Verdict.Foreign foreign) {
            return aboutForeign(foreign, blocker);
        }
        if (verdict instanceof Verdict.Sibling sibling) {
            return aboutSibling(sibling, blocker);
        }
        Znode node = verdict.node().orElseThrow();
        return verdict instanceof Verdict.Persistent
                ? new Conflict(node, "a node that is not ephemeral, so no session owns it and nothing will delete it")
                : new Conflict(
                        node,
                        "this very session " + new SessionId(node.owner()) + ", through another registration or user");
    }

    /**
     * Decides for a registration that was closed while its create was under way or its connection was down. What our server
     * shows may be what it alone holds: to a create that succeeded on all others it says NodeExists (H9).
     *
     * @param current the session that asks
     * @param mayHaveCreatedIn returns whether this registration ever sent a create in a session
     */
    public Action toLeave(Verdict verdict, Blocker blocker, SessionId current, Predicate<SessionId> mayHaveCreatedIn) {
        if (verdict instanceof Verdict.Mine mine) {
            return new Action.Delete(mine.znode());
        }
        if (verdict instanceof Verdict.KnownGhost ghost && mayHaveCreatedIn.test(ghost.session())) {
            Action action = aboutKnownGhost(ghost, blocker);
            return action instanceof Action.ReplaceOrphan ? new Action.Delete(ghost.znode()) : action;
        }
        boolean hidesOurs = verdict instanceof Verdict.Sibling
                || verdict instanceof Verdict.KnownGhost
                || verdict instanceof Verdict.UnknownGhost
                || verdict instanceof Verdict.Foreign;
        return hidesOurs && !blocker.replicasAsked() && mayHaveCreatedIn.test(current)
                ? new Action.AskReplicas()
                : new Action.Gone();
    }

    private Action aboutKnownGhost(Verdict.KnownGhost ghost, Blocker blocker) {
        Duration life = settings.ghostLife(ghost.timeout());
        boolean isClosed = blocker.lastEnd().equals(Optional.of(EndOutcome.CLOSED));
        boolean isUnknownToEnsemble = blocker.lastEnd().equals(Optional.of(EndOutcome.EXPIRED))
                && blocker.waited().compareTo(life) >= 0;
        if (!isUnknownToEnsemble && !(isClosed && blocker.waited().compareTo(settings.serverTick()) >= 0)) {
            return new Action.EndSession(ghost.session(), life);
        }
        return blocker.replicasAsked() ? new Action.ReplaceOrphan(ghost.znode()) : new Action.AskReplicas();
    }

    private Action aboutUnknownGhost(Verdict.UnknownGhost ghost, Blocker blocker) {
        Duration life = settings.ghostLife(ghost.tag().sessionTimeout());
        String who = "a node of this member id (" + ghost.tag().memberId()
                + ") in a session this process does not know, "
                + new SessionId(ghost.znode().owner()) + ": an earlier run, or a second process with the same id";
        boolean isOld = blocker.waited().compareTo(life) >= 0;
        if (!isOld && !isLimitReached(blocker)) {
            return new Action.Wait(who, sooner(life));
        }
        if (!blocker.replicasAsked()) {
            return new Action.AskReplicas();
        }
        if (isOld && policy.guardPath().isPresent()) {
            return new Action.TakeOver(ghost.znode(), policy.guardPath().get());
        }
        return waitOn(ghost.znode(), who, blocker);
    }

    private Action aboutForeign(Verdict.Foreign foreign, Blocker blocker) {
        String who = foreign.tag().map(tag -> "member " + tag.memberId()).orElse("somebody who left no tag")
                + " in session " + new SessionId(foreign.znode().owner());
        Duration patience = settings.ghostLife(
                foreign.tag().map(tag -> tag.sessionTimeout()).orElse(sessionTimeout));
        boolean isFinal =
                !policy.waitsForForeign() || blocker.waited().compareTo(patience) >= 0 || isLimitReached(blocker);
        if (isFinal && !blocker.replicasAsked()) {
            return new Action.AskReplicas();
        }
        if (!policy.waitsForForeign()) {
            return new Conflict(foreign.znode(), who);
        }
        return blocker.replicasAsked() ? waitOn(foreign.znode(), who, blocker) : new Action.Wait(who, sooner(patience));
    }

    /** Whoever waits for others waits for a sibling too, which deletes its node itself: nobody else does. */
    private Action aboutSibling(Verdict.Sibling sibling, Blocker blocker) {
        String who = "another session of this client, " + sibling.session() + ", which is alive";
        if (policy.waitsForForeign() && !isLimitReached(blocker)) {
            return new Action.Wait(who, policy.waitLimit());
        }
        return blocker.replicasAsked() ? new Conflict(sibling.znode(), who) : new Action.AskReplicas();
    }

    private Action waitOn(Znode node, String who, Blocker blocker) {
        return isLimitReached(blocker)
                ? new Conflict(
                        node, who + ", still there after " + blocker.waited().toMillis() + " ms")
                : new Action.Wait(who, policy.waitLimit());
    }

    private boolean isLimitReached(Blocker blocker) {
        return policy.waitLimit()
                .filter(limit -> blocker.waited().compareTo(limit) >= 0)
                .isPresent();
    }

    private Optional<Duration> sooner(Duration until) {
        return Optional.of(
                policy.waitLimit().filter(limit -> limit.compareTo(until) < 0).orElse(until));
    }
}
