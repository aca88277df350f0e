// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.cast.CastMember;
import io.holdfast.samples.history.ClaimSpan;
import io.holdfast.samples.history.HistoryLane;
import io.holdfast.samples.history.OwnerSpan;
import io.holdfast.samples.history.OwnershipClaim;
import io.holdfast.samples.history.SessionSpan;
import io.holdfast.testing.observer.OwnerObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at one node from both sides, again and again: what its client says, and what the observer has seen. */
final class LaneRecorder {

    /** What lasted shorter is not worth a line: the observer looks every 10 ms and is that much behind. */
    private static final long WORTH_A_LINE_NANOS = Duration.ofMillis(150).toNanos();

    private final CastMember member;
    private final OwnerObserver observer;
    private final long beginning;
    private final List<ClaimSpan> claims = new ArrayList<>();
    private final List<SessionSpan> sessions = new ArrayList<>();

    private OwnershipClaim claim;
    private long claimSince;
    private long session;
    private long sessionSince;

    private NodeStatus standing;
    private long standingSince;
    private NodeStatus said;

    LaneRecorder(CastMember member, OwnerObserver observer, long beginning, long now) {
        this.member = member;
        this.observer = observer.watch(member.path());
        this.beginning = beginning;
        this.claim = member.claim();
        this.claimSince = now;
        this.session = member.session();
        this.sessionSince = now;
        this.standing = standing();
        this.standingSince = now;
        this.said = standing;
    }

    CastMember member() {
        return member;
    }

    /** Returns where the node exists now. */
    synchronized NodeStatus standing() {
        return NodeStatus.of(member.claim(), observer.ownerNow(member.path()).values(), this::isOver);
    }

    /** Returns whether the client is done with the session it had at that time. */
    synchronized boolean hasLost(long formerSession) {
        return isOver(formerSession);
    }

    /** Records what changed; returns a line if that is worth one. */
    synchronized Optional<String> look(long now) {
        long sessionNow = member.session();
        if (sessionNow != session) {
            endSession(now);
            session = sessionNow;
            sessionSince = now;
        }
        OwnershipClaim claimNow = member.claim();
        if (!claimNow.equals(claim)) {
            claims.add(new ClaimSpan(claim, claimSince, now));
            claim = claimNow;
            claimSince = now;
        }
        NodeStatus standingNow = standing();
        if (!standingNow.looksLike(standing)) {
            standing = standingNow;
            standingSince = now;
        }
        if (now - standingSince > WORTH_A_LINE_NANOS && !standing.looksLike(said)) {
            boolean isNews = !standing.isBlank() || !said.isBlank();
            said = standing;
            return isNews ? Optional.of(said.sentence()) : Optional.empty();
        }
        return Optional.empty();
    }

    /** Returns everything so far. */
    synchronized HistoryLane lane(long now) {
        List<ClaimSpan> allClaims = new ArrayList<>(claims);
        allClaims.add(new ClaimSpan(claim, claimSince, now));
        List<SessionSpan> allSessions = new ArrayList<>(sessions);
        if (session != 0) {
            allSessions.add(new SessionSpan(session, sessionSince, now));
        }
        return new HistoryLane(
                member.party(),
                nodeName(),
                allClaims,
                allSessions,
                OwnerSpan.merge(observer.everySpanOf(member.path()), beginning, now));
    }

    String nodeName() {
        return member.path().substring(member.path().lastIndexOf('/') + 1);
    }

    private void endSession(long now) {
        if (session != 0) {
            sessions.add(new SessionSpan(session, sessionSince, now));
        }
    }

    private boolean isOver(long anySession) {
        return anySession != member.session()
                && (anySession == session || sessions.stream().anyMatch(span -> span.session() == anySession));
    }
}
