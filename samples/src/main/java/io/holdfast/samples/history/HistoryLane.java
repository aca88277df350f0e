// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is known about one node during a scene: what its client said, and what the servers had.
 *
 * @param party whose node it is
 * @param node its short name
 * @param claims what the client said, without gaps
 * @param sessions which sessions the client had
 * @param owners who owned the node, from the observer
 */
public record HistoryLane(
        Party party, String node, List<ClaimSpan> claims, List<SessionSpan> sessions, List<OwnerSpan> owners) {

    /** A session seen a little late, at 20 ms per look, must not turn an honest node into a stray one. */
    private static final long LOOKING_LATE_NANOS = Duration.ofMillis(200).toNanos();

    public HistoryLane {
        claims = List.copyOf(claims);
        sessions = List.copyOf(sessions);
        owners = List.copyOf(owners);
    }

    /** Returns the sessions that matter for this node, in the order in which they owned it or were said to. */
    public List<Long> cast() {
        Set<Long> sessionsInOrder = new LinkedHashSet<>();
        owners.forEach(span -> sessionsInOrder.add(span.owner()));
        claims.stream()
                .filter(span -> span.claim().registered())
                .forEach(span -> sessionsInOrder.add(span.claim().session()));
        return List.copyOf(sessionsInOrder);
    }

    /** Returns whether the client says at this time that it is registered, and is. */
    public boolean isRegisteredAt(long at) {
        return claimAt(at)
                .filter(OwnershipClaim::registered)
                .filter(claim -> owners.stream().anyMatch(span -> span.owner() == claim.session() && span.covers(at)))
                .isPresent();
    }

    /** Returns whether the client says at this time that it is registered, and is not. */
    public boolean isOnlyBelievedAt(long at) {
        return claimAt(at).filter(OwnershipClaim::registered).isPresent() && !isRegisteredAt(at);
    }

    /** Returns each time during which the client said that it was registered, and was not. */
    public List<FalseClaim> falseClaims() {
        List<FalseClaim> found = new ArrayList<>();
        for (ClaimSpan span : claims) {
            if (span.claim().registered()) {
                long at = span.from();
                for (OwnerSpan owner : owners) {
                    if (owner.owner() == span.claim().session() && owner.to() > at && owner.from() < span.to()) {
                        addIfAny(found, at, owner.from());
                        at = owner.to();
                    }
                }
                addIfAny(found, at, span.to());
            }
        }
        return List.copyOf(found);
    }

    /** Returns the longest of {@link #falseClaims()}. */
    public Duration longestFalseClaim() {
        return falseClaims().stream()
                .map(FalseClaim::length)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /**
     * Returns each node that was born to a session which its client had given up by then, or had never heard of: nobody
     * keeps it, nobody deletes it, and it lasts until the servers notice.
     */
    public List<OwnerSpan> strays() {
        return owners.stream().filter(this::isStray).toList();
    }

    /** Returns how long before its birth the owner of a stray node had been given up; empty if it never was known. */
    public Optional<Duration> bornAfterEnd(OwnerSpan stray) {
        return endOf(stray.owner()).map(end -> Duration.ofNanos(stray.from() - end));
    }

    private boolean isStray(OwnerSpan span) {
        boolean known = sessions.stream().anyMatch(session -> session.session() == span.owner());
        return !known
                || endOf(span.owner())
                        .filter(end -> span.from() - end > LOOKING_LATE_NANOS)
                        .isPresent();
    }

    private Optional<Long> endOf(long session) {
        return sessions.stream()
                .filter(span -> span.session() == session)
                .map(SessionSpan::to)
                .max(Long::compare);
    }

    private Optional<OwnershipClaim> claimAt(long at) {
        return claims.stream()
                .filter(span -> span.from() <= at && at <= span.to())
                .reduce((earlier, later) -> later)
                .map(ClaimSpan::claim);
    }

    private static void addIfAny(List<FalseClaim> found, long from, long to) {
        if (to > from) {
            found.add(new FalseClaim(from, to));
        }
    }

    /**
     * A time during which a client took a node for its own that was not.
     *
     * @param from nanoseconds since the show began
     * @param to nanoseconds since the show began
     */
    public record FalseClaim(long from, long to) {
        /** Returns how long it lasted. */
        public Duration length() {
            return Duration.ofNanos(to - from);
        }
    }
}
