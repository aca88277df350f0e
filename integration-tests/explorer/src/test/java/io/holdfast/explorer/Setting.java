// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.Step.Kind;
import io.holdfast.explorer.client.Conduct;
import io.holdfast.explorer.client.Marking;
import io.holdfast.explorer.servers.Flavour;
import io.holdfast.registration.RegistrationOptions;
import java.util.Set;

/**
 * What is explored.
 *
 * @param flavour which servers
 * @param hasLocalSessions whether sessions begin as local ones
 * @param conduct what the member leaves out of the protocol
 * @param options of its registration
 * @param start from where on every order is tried
 * @param allowed the kinds of faults
 * @param faults how many faults there may be in all
 * @param timers how often time may pass until a timer of the member's goes off
 * @param leaderKeepsUp whether the leader has applied what a client had seen before it prepares that client's next request: the
 *     premise without which releases up to 3.4.3 leave an orphan whatever a client does (guarantees, R1)
 * @param hasExactGuards whether a delete hits the very node it was meant for: the premise without which a delete by version
 *     hits another's node (guarantees, R2 and R3)
 * @param marking whether the member makes a marker in each session
 */
record Setting(
        Flavour flavour,
        boolean hasLocalSessions,
        Conduct conduct,
        RegistrationOptions options,
        Start start,
        Set<Kind> allowed,
        int faults,
        int timers,
        boolean leaderKeepsUp,
        boolean hasExactGuards,
        Marking marking) {

    /** Where a search starts. */
    enum Start {
        /** The member has opened a handle, which is connected to server 1; nothing more. */
        OPENING("the member has opened a handle, which connects to server 1"),
        /** The member is registered, through server 1, and all servers have applied everything. */
        REGISTERED("the member is registered in 0x51, through server 1"),
        /** As opening, but server 1 holds a node at the path that no other server does, of a dead session. */
        DIVERGED(
                "the member has opened a handle; server 1 holds a node that no other server does, of the dead session 0x20"),
        /** As opening, but a node of an earlier run stands at the path, whose session nobody knows, and may be taken over. */
        GHOST("the member has opened a handle; a node of an earlier run of it stands, owned by 0x20"),
        /** The member was registered, the leader has expired its session and not closed it; the next one is confirmed. */
        EXPIRED(
                "the member was registered in 0x51, which is expired and not closed; 0x52 is confirmed, through server 1");

        private final String text;

        Start(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static final RegistrationOptions PATIENT =
            RegistrationOptions.builder().waitForForeign().build();

    /** Fails when somebody else has the path, for good. */
    static final RegistrationOptions FAILING = RegistrationOptions.defaults();

    /** What may take an own dead node from whoever takes it back; an operator who deletes it leads to R2. */
    static final Kind[] BESIDE_A_MARKER = {
        Kind.LEADER_FORGETS, Kind.LEADER_KEEPS, Kind.NEIGHBOUR_CREATES, Kind.NEIGHBOUR_LEAVES, Kind.CLOSE_REGISTRATION
    };

    /** Where the path's other users are none of the faults. */
    static final Kind[] WITHOUT_NEIGHBOUR = {
        Kind.CUT,
        Kind.CUT_REQUESTS,
        Kind.DECLARE_EXPIRED,
        Kind.EXPIRE,
        Kind.LEADER_FORGETS,
        Kind.LEADER_KEEPS,
        Kind.CLOSE_REGISTRATION
    };

    static final String GUARD = "/guard";

    static final RegistrationOptions TAKING_OVER = RegistrationOptions.builder()
            .waitForForeign()
            .takeOverUnknownGhosts(GUARD)
            .build();

    static final RegistrationOptions FENCED =
            RegistrationOptions.builder().waitForForeign().fence("/fence").build();

    /** Servers of today with local sessions, and no faults yet. */
    static Setting modern(Start start) {
        return new Setting(
                Flavour.MODERN, true, Conduct.HOLDFAST, PATIENT, start, Set.of(), 0, 0, false, true, Marking.NO);
    }

    Setting on(Flavour other, boolean localSessions) {
        return new Setting(
                other,
                localSessions,
                conduct,
                options,
                start,
                allowed,
                faults,
                timers,
                leaderKeepsUp,
                hasExactGuards,
                marking);
    }

    Setting with(Conduct other) {
        return new Setting(
                flavour,
                hasLocalSessions,
                other,
                options,
                start,
                allowed,
                faults,
                timers,
                leaderKeepsUp,
                hasExactGuards,
                marking);
    }

    Setting with(RegistrationOptions other) {
        return new Setting(
                flavour,
                hasLocalSessions,
                conduct,
                other,
                start,
                allowed,
                faults,
                timers,
                leaderKeepsUp,
                hasExactGuards,
                marking);
    }

    /** Allows so many faults in all, of these kinds, in any combination. */
    Setting faults(int most, Kind... kinds) {
        return new Setting(
                flavour,
                hasLocalSessions,
                conduct,
                options,
                start,
                Set.of(kinds),
                most,
                timers,
                leaderKeepsUp,
                hasExactGuards,
                marking);
    }

    Setting timers(int most) {
        return new Setting(
                flavour,
                hasLocalSessions,
                conduct,
                options,
                start,
                allowed,
                faults,
                most,
                leaderKeepsUp,
                hasExactGuards,
                marking);
    }

    Setting withLeaderKeepingUp() {
        return new Setting(
                flavour,
                hasLocalSessions,
                conduct,
                options,
                start,
                allowed,
                faults,
                timers,
                true,
                hasExactGuards,
                marking);
    }

    /** Guards deletes as ZooKeeper can: by version only. */
    Setting guardedByVersionOnly() {
        return new Setting(
                flavour,
                hasLocalSessions,
                conduct,
                options,
                start,
                allowed,
                faults,
                timers,
                leaderKeepsUp,
                false,
                marking);
    }

    /** With a marker in each session. */
    Setting marking(Marking how) {
        return new Setting(
                flavour,
                hasLocalSessions,
                conduct,
                options,
                start,
                allowed,
                faults,
                timers,
                leaderKeepsUp,
                hasExactGuards,
                how);
    }

    @Override
    public String toString() {
        return String.format(
                        "%s, %s sessions, %s%s%s, from %s, %d faults of %s%s%s",
                        flavour,
                        hasLocalSessions ? "local" : "global",
                        conduct,
                        options.fence().isPresent() ? " with a fence" : "",
                        marking.text(),
                        start,
                        faults,
                        allowed.size() > 8
                                ? "all kinds"
                                : allowed.stream().sorted().toList(),
                        timers > 0 ? ", " + timers + " timer" : "",
                        leaderKeepsUp ? ", without R1" : "")
                + (hasExactGuards ? ", without R2 and R3" : "");
    }
}
