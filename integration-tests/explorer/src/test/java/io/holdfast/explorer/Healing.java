// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.client.Member;
import io.holdfast.explorer.search.Violation;
import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What comes after the last fault: everything that is pending is delivered, in turn, and time passes. The leader expires a
 * session that nobody is attached with after its timeout and a tick. In the end the registration has its node on every server
 * (I3) or, if it was closed, has left nothing; and nothing stands that no session owns (I4).
 */
final class Healing {

    /** A probe that is not answered, then the ghost's timeout and two ticks, then retries that have grown long. */
    static final Duration WITHIN = Duration.ofSeconds(20);

    private static final long SESSION_LIFE = Duration.ofSeconds(8).toNanos();
    private static final long READ_TIMEOUT = Duration.ofSeconds(4).toNanos();
    private static final int ENDLESS = 10_000;

    private final Ensemble servers;
    private final Member member;
    private final Invariants invariants;
    private final Recovery recovery;
    private final Map<Long, Long> heard = new HashMap<>();
    private final long started;

    Healing(Ensemble servers, Member member, Invariants invariants, Recovery recovery) {
        this.servers = servers;
        this.member = member;
        this.invariants = invariants;
        this.recovery = recovery;
        this.started = member.now();
    }

    /** Delivers all that is pending, without time passing. */
    static void settle(Ensemble servers, Member member) {
        boolean hasMoved = true;
        for (int rounds = 0; hasMoved; rounds++) {
            if (rounds > ENDLESS) {
                throw new AssertionError("requests without end");
            }
            hasMoved = false;
            for (int line = 0; line <= Ensemble.TRACKER; line++) {
                while (servers.canPrepare(line)) {
                    servers.prepare(line);
                    hasMoved = true;
                }
            }
            for (int server = 0; server < Ensemble.SERVERS; server++) {
                while (servers.canApply(server)) {
                    servers.apply(server);
                    hasMoved = true;
                }
            }
            if (!member.isConnected()) {
                member.connect(OneMember.HOME);
                hasMoved = true;
            }
            while (!member.receivable().isEmpty()) {
                member.receive(member.receivable().get(0));
                hasMoved = true;
            }
            if (member.errands() > 0) {
                member.runErrand(0);
                hasMoved = true;
            }
        }
    }

    Optional<Violation> run() {
        if (servers.isTracked(OneMember.NEIGHBOUR)) {
            servers.close(OneMember.NEIGHBOUR);
        }
        long end = started + WITHIN.toNanos();
        long rightSince = -1;
        while (member.now() < end) {
            settle(servers, member);
            Optional<Violation> violation = invariants.violation();
            if (violation.isPresent()) {
                return violation;
            }
            boolean isRight = wrong().isEmpty();
            rightSince = isRight ? rightSince < 0 ? member.now() : rightSince : -1;
            pass(end);
        }
        settle(servers, member);
        Optional<Violation> left = wrong();
        if (left.isEmpty()) {
            recovery.took(Duration.ofNanos(Math.max(rightSince, started) - started));
        }
        return left;
    }

    /** Lets time pass until something is due. */
    private void pass(long end) {
        Connection connection = member.connection();
        long now = member.now();
        long next = Math.min(end, member.nextTimer());
        if (connection != null && !connection.isSilent()) {
            heard.put(connection.session(), now);
        } else if (connection != null) {
            next = Math.min(next, now + READ_TIMEOUT);
        }
        for (long session : membersToExpire()) {
            if (connection == null || session != connection.session() || connection.isSilent()) {
                next = Math.min(next, heard.getOrDefault(session, started) + SESSION_LIFE);
            }
        }
        member.moveTo(Math.max(next, now));
        if (connection != null && !connection.isSilent()) {
            heard.put(connection.session(), member.now());
        } else if (connection != null && member.connection() == connection && member.now() - now >= READ_TIMEOUT) {
            member.cut(false);
        }
        for (long session : membersToExpire()) {
            if (member.now() - heard.getOrDefault(session, started) >= SESSION_LIFE) {
                servers.expire(session);
            }
        }
    }

    private List<Long> membersToExpire() {
        return servers.mayExpire().stream().filter(Invariants::isMembers).toList();
    }

    private boolean isOver() {
        return member.registration().state().isOver();
    }

    private Optional<Violation> wrong() {
        for (int server = 0; server < Ensemble.SERVERS; server++) {
            for (Znode node : servers.tree(server).nodes()) {
                boolean concernsUs = Invariants.isMembers(node.owner()) || !isOver();
                if (node.owner() != 0 && !servers.isTracked(node.owner()) && concernsUs) {
                    return Invariants.violated("I4", node + " is left on server " + server + " and no session owns it");
                }
            }
        }
        var state = member.registration().state();
        if (state.isOver()) {
            boolean isGone = servers.preview().nodes().stream()
                    .noneMatch(node -> Invariants.isMembers(node.owner()) && !Member.isMarker(node.path()));
            return isGone ? Optional.empty() : Invariants.violated("I4", "closed, and its node is left behind");
        }
        if (!(state instanceof Registered registered)) {
            return Invariants.violated(
                    "I3", "not registered " + WITHIN.toSeconds() + " s after the last fault: " + state);
        }
        for (int server = 0; server < Ensemble.SERVERS; server++) {
            boolean isThere = servers.tree(server)
                    .node(Member.PATH)
                    .filter(node -> node.czxid() == registered.registered().czxid())
                    .filter(node ->
                            node.owner() == registered.registered().session().value())
                    .isPresent();
            if (!isThere) {
                return Invariants.violated("I3", "registered, but its node is not on server " + server);
            }
        }
        return Optional.empty();
    }
}
