// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.ownership.Action.AskReplicas;
import io.holdfast.internal.ownership.Action.Conflict;
import io.holdfast.internal.ownership.Action.EndSession;
import io.holdfast.internal.ownership.Action.ReplaceOrphan;
import io.holdfast.internal.ownership.Action.TakeOver;
import io.holdfast.internal.ownership.Action.Wait;
import io.holdfast.internal.ownership.Verdict.Foreign;
import io.holdfast.internal.ownership.Verdict.KnownGhost;
import io.holdfast.internal.ownership.Verdict.UnknownGhost;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.ConflictPolicy;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The last column of the table in section 3 of the protocol, row by row and on both sides of each limit. */
class DecisionTest {

    private static final Duration GHOST_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration LIFE = Duration.ofSeconds(10); // and two ticks of 2 s
    private static final Duration OWN_LIFE = Duration.ofSeconds(22); // the asker's 18 s and two ticks
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Duration LONG_LIMIT = Duration.ofSeconds(60);
    private static final Duration NS = Duration.ofNanos(1);

    private static final SessionId EARLIER = new SessionId(0x11);
    private static final SessionId CURRENT = new SessionId(0x12);
    private static final Znode NODE = new Znode("/a", new byte[0], 0x11, 0x1f, 0);
    private static final EphemeralTag TAG =
            new EphemeralTag("broker-7", "00000000000000cc", 0x11, "00000000000000bb", GHOST_TIMEOUT);

    private static final Verdict KNOWN = new KnownGhost(NODE, EARLIER, GHOST_TIMEOUT);
    private static final Verdict UNKNOWN = new UnknownGhost(NODE, TAG);
    private static final Verdict FOREIGN = new Foreign(NODE, Optional.of(TAG));
    private static final Verdict TAGLESS = new Foreign(NODE, Optional.empty());

    private static final ConflictPolicy FAIL = new ConflictPolicy(false, Optional.empty(), Optional.empty());
    private static final ConflictPolicy WAIT = new ConflictPolicy(true, Optional.empty(), Optional.empty());
    private static final ConflictPolicy WAIT_3S = new ConflictPolicy(true, Optional.empty(), Optional.of(LIMIT));
    private static final ConflictPolicy WAIT_60S = new ConflictPolicy(true, Optional.empty(), Optional.of(LONG_LIMIT));
    private static final ConflictPolicy FAIL_3S = new ConflictPolicy(false, Optional.empty(), Optional.of(LIMIT));
    private static final ConflictPolicy GUARD = new ConflictPolicy(false, Optional.of("/guard"), Optional.empty());
    private static final ConflictPolicy GUARD_3S = new ConflictPolicy(false, Optional.of("/guard"), Optional.of(LIMIT));

    private static Blocker after(Duration waited) {
        return new Blocker(NODE.czxid(), waited, Optional.empty(), false);
    }

    private static Blocker after(Duration waited, EndOutcome end) {
        return new Blocker(NODE.czxid(), waited, Optional.of(end), false);
    }

    private static Blocker agreed(Blocker blocker) {
        return new Blocker(blocker.czxid(), blocker.waited(), blocker.lastEnd(), true);
    }

    /** Expects a wait until then, empty for one without end. */
    private static Object waitUntil(Duration until) {
        return Optional.ofNullable(until);
    }

    static Stream<Arguments> knownGhosts() {
        Action end = new EndSession(EARLIER, LIFE);
        Action ask = new AskReplicas();
        Action replace = new ReplaceOrphan(NODE);
        return Stream.of(
                Arguments.of("first sight", after(Duration.ZERO), end),
                Arguments.of("unreachable, however old", after(LONG_LIMIT, EndOutcome.UNREACHABLE), end),
                Arguments.of("expired proves nothing yet", after(Duration.ZERO, EndOutcome.EXPIRED), end),
                Arguments.of("expired, just before its life is over", after(LIFE.minus(NS), EndOutcome.EXPIRED), end),
                Arguments.of("agreed too early", agreed(after(LIFE.minus(NS), EndOutcome.EXPIRED)), end),
                Arguments.of("never attached, its life over", after(LIFE), end),
                Arguments.of("expired, its life over", after(LIFE, EndOutcome.EXPIRED), ask),
                Arguments.of("an orphan", agreed(after(LIFE, EndOutcome.EXPIRED)), replace),
                Arguments.of("closed a moment ago", after(TICK.minus(NS), EndOutcome.CLOSED), end),
                Arguments.of("closed, and stands a tick later", after(TICK, EndOutcome.CLOSED), ask),
                Arguments.of("closed, stands, all agree", agreed(after(TICK, EndOutcome.CLOSED)), replace));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("knownGhosts")
    void endsAKnownGhostAndReplacesItOnlyAsAnOrphan(String what, Blocker blocker, Action expected) {
        Stream.of(FAIL, WAIT, FAIL_3S, GUARD_3S)
                .forEach(policy -> assertThat(decision(policy).toOwn(KNOWN, blocker))
                        .as("no policy changes it: %s", policy)
                        .isEqualTo(expected));
    }

    static Stream<Arguments> others() {
        Object ask = new AskReplicas();
        Object takeOver = new TakeOver(NODE, "/guard");
        Blocker now = after(Duration.ZERO);
        Blocker old = after(LIFE);
        Blocker limit = after(LIMIT);
        return Stream.of(
                Arguments.of("unknown ghost", FAIL, UNKNOWN, now, waitUntil(LIFE)),
                Arguments.of("unknown ghost, limited", FAIL_3S, UNKNOWN, now, waitUntil(LIMIT)),
                Arguments.of("unknown ghost, guard", GUARD, UNKNOWN, now, waitUntil(LIFE)),
                Arguments.of("just before its life is over", GUARD, UNKNOWN, after(LIFE.minus(NS)), waitUntil(LIFE)),
                Arguments.of("agreed before its life is over", GUARD, UNKNOWN, agreed(now), waitUntil(LIFE)),
                Arguments.of("its life over", GUARD, UNKNOWN, old, ask),
                Arguments.of("its life over, no guard", FAIL, UNKNOWN, old, ask),
                Arguments.of("agreed, guard", GUARD, UNKNOWN, agreed(old), takeOver),
                Arguments.of("agreed, guard, past the limit", GUARD_3S, UNKNOWN, agreed(old), takeOver),
                Arguments.of("agreed, no guard", FAIL, UNKNOWN, agreed(old), waitUntil(null)),
                Arguments.of("agreed, no guard, limited", WAIT_60S, UNKNOWN, agreed(old), waitUntil(LONG_LIMIT)),
                Arguments.of("at the limit", FAIL_3S, UNKNOWN, limit, ask),
                Arguments.of("at the limit, guard", GUARD_3S, UNKNOWN, limit, ask),
                Arguments.of("at the limit, agreed", FAIL_3S, UNKNOWN, agreed(limit), "conflict"),
                Arguments.of("no take-over of a living one", GUARD_3S, UNKNOWN, agreed(limit), "conflict"),
                Arguments.of("foreign", FAIL, FOREIGN, now, ask),
                Arguments.of("foreign, agreed", FAIL, FOREIGN, agreed(now), "conflict"),
                Arguments.of("foreign, agreed, limited", FAIL_3S, FOREIGN, agreed(now), "conflict"),
                Arguments.of("foreign is never taken over", GUARD, FOREIGN, agreed(after(LONG_LIMIT)), "conflict"),
                Arguments.of("foreign, patient", WAIT, FOREIGN, now, waitUntil(LIFE)),
                Arguments.of("foreign, patient, limited", WAIT_3S, FOREIGN, now, waitUntil(LIMIT)),
                Arguments.of("foreign, before its life is over", WAIT, FOREIGN, after(LIFE.minus(NS)), waitUntil(LIFE)),
                Arguments.of("foreign, its life over", WAIT, FOREIGN, old, ask),
                Arguments.of("foreign, its life over, agreed", WAIT, FOREIGN, agreed(old), waitUntil(null)),
                Arguments.of("foreign, agreed early", WAIT, FOREIGN, agreed(now), waitUntil(null)),
                Arguments.of("foreign, at the limit", WAIT_3S, FOREIGN, limit, ask),
                Arguments.of("foreign, at the limit, agreed", WAIT_3S, FOREIGN, agreed(limit), "conflict"),
                Arguments.of("foreign, below a long limit", WAIT_60S, FOREIGN, agreed(old), waitUntil(LONG_LIMIT)),
                Arguments.of("no tag: our own timeout", WAIT, TAGLESS, now, waitUntil(OWN_LIFE)),
                Arguments.of("no tag, before", WAIT, TAGLESS, after(OWN_LIFE.minus(NS)), waitUntil(OWN_LIFE)),
                Arguments.of("no tag, after", WAIT, TAGLESS, after(OWN_LIFE), ask));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void waitsAsksTakesOverOrGivesUp(
            String what, ConflictPolicy policy, Verdict verdict, Blocker blocker, Object expected) {
        Action action = decision(policy).toOwn(verdict, blocker);

        if (expected instanceof Optional<?> until) {
            assertThat(action).isInstanceOfSatisfying(Wait.class, wait -> {
                assertThat(wait.until()).isEqualTo(until);
                assertThat(wait.why()).contains("broker-7".repeat(verdict.equals(TAGLESS) ? 0 : 1), "0x11");
            });
        } else if (expected.equals("conflict")) {
            assertThat(action).isInstanceOfSatisfying(Conflict.class, conflict -> assertThat(conflict.what())
                    .contains("broker-7", "0x11"));
        } else {
            assertThat(action).isEqualTo(expected);
        }
    }

    /** A wait that is already over would be a loop without a pause. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void neverWaitsUntilAMomentThatHasPassed(
            String what, ConflictPolicy policy, Verdict verdict, Blocker blocker, Object expected) {
        if (decision(policy).toOwn(verdict, blocker) instanceof Wait wait) {
            wait.until().ifPresent(until -> assertThat(until).isGreaterThan(blocker.waited()));
        }
    }

    static Stream<Arguments> siblings() {
        Object ask = new AskReplicas();
        Blocker now = after(Duration.ZERO);
        Blocker limit = after(LIMIT);
        return Stream.of(
                Arguments.of("not to be waited for", FAIL, now, ask),
                Arguments.of("not to be waited for, all agree", FAIL, agreed(now), Conflict.class),
                Arguments.of("a guard is for ghosts", GUARD, agreed(after(LONG_LIMIT)), Conflict.class),
                Arguments.of("waited for", WAIT, now, waitUntil(null)),
                Arguments.of("waited for, however long", WAIT, after(LONG_LIMIT), waitUntil(null)),
                Arguments.of("just before the limit", WAIT_3S, after(LIMIT.minus(NS)), waitUntil(LIMIT)),
                Arguments.of("at the limit", WAIT_3S, limit, ask),
                Arguments.of("at the limit, all agree", WAIT_3S, agreed(limit), Conflict.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("siblings")
    void neitherEndsNorDeletesWhatALivingSessionOfThisClientOwns(
            String what, ConflictPolicy policy, Blocker blocker, Object expected) {
        Action action = decision(policy).toOwn(new Verdict.Sibling(NODE, EARLIER), blocker);

        if (expected instanceof Optional<?> until) {
            assertThat(action).isInstanceOfSatisfying(Wait.class, wait -> assertThat((Object) wait.until())
                    .isEqualTo(until));
        } else if (expected instanceof Class<?> kind) {
            assertThat(action).isInstanceOf(kind);
        } else {
            assertThat(action).isEqualTo(expected);
        }
    }

    @Test
    void theRestNeedsNoThought() {
        Blocker now = after(Duration.ZERO);

        assertThat(decision(FAIL).toOwn(new Verdict.Absent(), now)).isEqualTo(new Action.Create());
        assertThat(decision(FAIL).toOwn(new Verdict.Mine(NODE), now)).isEqualTo(new Action.Accept(NODE));
        assertThat(decision(WAIT).toOwn(new Verdict.MineElsewhere(NODE), now))
                .isInstanceOfSatisfying(
                        Conflict.class, conflict -> assertThat(conflict.what()).contains("this very session 0x11"));
        assertThat(decision(GUARD).toOwn(new Verdict.Persistent(NODE), now))
                .isInstanceOfSatisfying(
                        Conflict.class, conflict -> assertThat(conflict.what()).contains("not ephemeral"));
    }

    static Stream<Arguments> leaving() {
        Action gone = new Action.Gone();
        Action end = new EndSession(EARLIER, LIFE);
        Blocker now = after(Duration.ZERO);
        Blocker orphaned = agreed(after(LIFE, EndOutcome.EXPIRED));
        return Stream.of(
                Arguments.of("absent", new Verdict.Absent(), true, now, gone),
                Arguments.of("ours", new Verdict.Mine(NODE), true, now, new Action.Delete(NODE)),
                Arguments.of("another registration's", new Verdict.MineElsewhere(NODE), true, now, gone),
                Arguments.of("persistent", new Verdict.Persistent(NODE), true, now, gone),
                Arguments.of("a sibling's", new Verdict.Sibling(NODE, EARLIER), true, orphaned, gone),
                Arguments.of("a sibling's, and nothing was sent", new Verdict.Sibling(NODE, EARLIER), false, now, gone),
                Arguments.of("foreign", FOREIGN, true, orphaned, gone),
                Arguments.of("unknown ghost", UNKNOWN, true, orphaned, gone),
                Arguments.of("foreign, and ours may stand on other servers", FOREIGN, true, now, new AskReplicas()),
                Arguments.of("foreign, and nothing was sent", FOREIGN, false, now, gone),
                Arguments.of("unknown ghost, and ours may stand elsewhere", UNKNOWN, true, now, new AskReplicas()),
                Arguments.of("a ghost it cannot have made", KNOWN, false, now, gone),
                Arguments.of("a ghost it may have made", KNOWN, true, now, end),
                Arguments.of("expired", KNOWN, true, after(LIFE, EndOutcome.EXPIRED), new AskReplicas()),
                Arguments.of("an orphan it may have made", KNOWN, true, orphaned, new Action.Delete(NODE)),
                Arguments.of("an orphan it cannot have made", KNOWN, false, orphaned, gone));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("leaving")
    void leavesNothingOfItsOwnAndTouchesNothingElse(
            String what, Verdict verdict, boolean mayHaveCreated, Blocker blocker, Action expected) {
        Set<SessionId> attempted = mayHaveCreated ? Set.of(EARLIER, CURRENT) : Set.of();
        assertThat(decision(FAIL).toLeave(verdict, blocker, CURRENT, attempted::contains))
                .isEqualTo(expected);
    }

    private static Decision decision(ConflictPolicy policy) {
        return new Decision(policy, SessionSettings.defaults(), Duration.ofSeconds(18));
    }
}
