// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.history.OwnershipClaim;
import io.holdfast.testing.observer.Sighting;
import java.util.Collection;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * Where one node stands: what its client says, held against what the servers say.
 *
 * @param kind which case
 * @param claim what the client says
 * @param onServers what the servers say, in words
 */
record NodeStatus(Kind kind, OwnershipClaim claim, String onServers) {

    /** The cases. */
    enum Kind {
        REGISTERED("registered"),
        ONLY_BELIEVED("ONLY BELIEVED TO BE"),
        IN_DOUBT("in doubt, and says so"),
        NOT_REGISTERED("not registered, and knows it"),
        UNKNOWN("no server answers, or they differ");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** What is said of a node that is not there. */
    static final String NO_NODE = "no node";

    private static final long NOBODY = 0;

    /**
     * @param isOver tells of a session whether this client is done with it
     */
    static NodeStatus of(OwnershipClaim claim, Collection<Sighting> sightings, LongPredicate isOver) {
        Set<Long> owners = sightings.stream()
                .filter(sighting -> sighting.state() != Sighting.State.UNREACHABLE)
                .map(sighting -> sighting.state() == Sighting.State.PRESENT ? sighting.owner() : NOBODY)
                .collect(Collectors.toSet());
        if (owners.size() != 1) {
            return new NodeStatus(Kind.UNKNOWN, claim, owners.isEmpty() ? "no answer" : "the servers differ");
        }
        long owner = owners.iterator().next();
        String onServers = owner == NOBODY ? NO_NODE : "owner " + hex(owner) + (isOver.test(owner) ? ", given up" : "");
        Kind kind =
                switch (claim.kind()) {
                    case REGISTERED -> owner == claim.session() ? Kind.REGISTERED : Kind.ONLY_BELIEVED;
                    case IN_DOUBT -> Kind.IN_DOUBT;
                    case NOT_REGISTERED -> Kind.NOT_REGISTERED;
                };
        return new NodeStatus(kind, claim, onServers);
    }

    /** Returns whether a reader need not be told of the difference to the other. */
    boolean looksLike(NodeStatus other) {
        return kind == other.kind && onServers.equals(other.onServers);
    }

    /** Returns whether this is how every scene begins, which is not worth a word. */
    boolean isBlank() {
        return kind == Kind.UNKNOWN || (kind == Kind.NOT_REGISTERED && onServers.equals(NO_NODE));
    }

    /** Returns all of it in one sentence. */
    String sentence() {
        return switch (kind) {
            case REGISTERED -> "registered; " + onServers;
            case ONLY_BELIEVED -> "ONLY BELIEVED: it says " + claim.words() + ", the servers say " + onServers;
            case IN_DOUBT -> claim.words() + "; on the servers: " + onServers;
            case NOT_REGISTERED -> "not registered: " + claim.words() + "; on the servers: " + onServers;
            case UNKNOWN -> kind.toString();
        };
    }

    static String hex(long session) {
        return "0x" + Long.toHexString(session);
    }
}
