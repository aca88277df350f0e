// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose a node is: each kind of owner with each kind of tag, in each format. */
class ClaimTest {

    private static final String NONCE = "00000000000000aa";
    private static final String OTHER_NONCE = "00000000000000bb";
    private static final String RUN = "00000000000000cc";
    private static final SessionId CURRENT = new SessionId(0x10);
    private static final SessionId EARLIER = new SessionId(0x11);
    private static final SessionId UNKNOWN = new SessionId(-5L);
    private static final SessionId SIBLING = new SessionId(0x12);
    private static final Set<SessionId> ALIVE = Set.of(CURRENT, SIBLING);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    private static final EphemeralTag OWN = tag("broker-7", CURRENT, NONCE);
    private static final EphemeralTag ELSEWHERE = tag("broker-7", CURRENT, OTHER_NONCE);
    private static final EphemeralTag FORMER = tag("broker-7", UNKNOWN, OTHER_NONCE);
    private static final EphemeralTag OTHERS = tag("broker-8", UNKNOWN, OTHER_NONCE);

    private static final List<TagFormat> FORMATS =
            List.of(TagFormat.envelope(), TagFormat.jsonField(), TagFormat.ownerOnly());

    /** A node that was made with the tag; {@code null} stands for data that hold none. */
    private record Made(long owner, EphemeralTag tag) {
        Znode in(TagFormat format) {
            byte[] payload = "{\"port\":9092}".getBytes(UTF_8);
            return new Znode("/brokers/7", tag == null ? payload : format.encode(tag, payload), owner, 0x1f, 0);
        }
    }

    private static Arguments row(
            String what, Made made, Function<Znode, Verdict> withTag, Function<Znode, Verdict> ownerOnly) {
        return Arguments.of(what, made, withTag, ownerOnly);
    }

    static Stream<Arguments> table() {
        Function<Znode, Verdict> mine = Verdict.Mine::new;
        Function<Znode, Verdict> elsewhere = Verdict.MineElsewhere::new;
        Function<Znode, Verdict> persistent = Verdict.Persistent::new;
        Function<Znode, Verdict> foreign = node -> new Verdict.Foreign(node, Optional.empty());
        Function<Znode, Verdict> ghost = node -> new Verdict.KnownGhost(node, EARLIER, TIMEOUT);
        Function<Znode, Verdict> sibling = node -> new Verdict.Sibling(node, SIBLING);
        return Stream.of(
                row("no owner", new Made(0, null), persistent, persistent),
                row("no owner, our tag", new Made(0, OWN), persistent, persistent),
                row("a container", new Made(Long.MIN_VALUE, null), persistent, persistent),
                row("this session, our nonce", new Made(0x10, OWN), mine, mine),
                row("this session, another nonce", new Made(0x10, ELSEWHERE), elsewhere, mine),
                row("this session, another member", new Made(0x10, OTHERS), elsewhere, mine),
                row("this session, no tag", new Made(0x10, null), elsewhere, mine),
                row("a living session of ours, our member", new Made(0x12, FORMER), sibling, sibling),
                row("a living session of ours, another member", new Made(0x12, OTHERS), sibling, sibling),
                row("a living session of ours, no tag", new Made(0x12, null), sibling, sibling),
                row("earlier session, our member", new Made(0x11, FORMER), ghost, ghost),
                row("earlier session, our nonce", new Made(0x11, OWN), ghost, ghost),
                row("earlier session, another member", new Made(0x11, OTHERS), ghost, ghost),
                row("earlier session, no tag", new Made(0x11, null), ghost, ghost),
                row(
                        "unknown session, our member",
                        new Made(-5, FORMER),
                        node -> new Verdict.UnknownGhost(node, FORMER),
                        foreign),
                row(
                        "unknown session, our nonce (a phantom of this run)",
                        new Made(-5, OWN),
                        node -> new Verdict.UnknownGhost(node, OWN),
                        foreign),
                row(
                        "unknown session, another member",
                        new Made(-5, OTHERS),
                        node -> new Verdict.Foreign(node, Optional.of(OTHERS)),
                        foreign),
                row("unknown session, no tag", new Made(-5, null), foreign, foreign));
    }

    static Stream<Arguments> tableInEachFormat() {
        return table().flatMap(row -> FORMATS.stream()
                .map(format ->
                        Arguments.of(row.get()[0], format, row.get()[1], row.get()[format.carriesTag() ? 2 : 3])));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("tableInEachFormat")
    void judgesByOwnerFirstAndByTagSecond(String what, TagFormat format, Made made, Function<Znode, Verdict> expected) {
        Znode node = made.in(format);

        assertThat(claim(format).judge(Optional.of(node), CURRENT, ALIVE, ClaimTest::timeoutOf, ClaimTest::markerOf))
                .isEqualTo(expected.apply(node));
    }

    @Test
    void anEmptyPathIsAbsent() {
        FORMATS.forEach(format -> assertThat(claim(format)
                        .judge(Optional.empty(), CURRENT, ALIVE, ClaimTest::timeoutOf, ClaimTest::markerOf))
                .isEqualTo(new Verdict.Absent()));
    }

    /** The current session is remembered among its like, so that the next one finds it there. */
    @Test
    void theCurrentSessionIsNoGhostAlthoughItIsRemembered() {
        Znode node = new Made(0x10, OWN).in(TagFormat.envelope());

        assertThat(claim(TagFormat.envelope())
                        .judge(Optional.of(node), CURRENT, ALIVE, id -> Optional.of(TIMEOUT), ClaimTest::markerOf))
                .isInstanceOf(Verdict.Mine.class);
    }

    @Test
    void aTagInAnotherFormatIsNoTag() {
        Znode json = new Made(-5, FORMER).in(TagFormat.jsonField());

        assertThat(claim(TagFormat.envelope())
                        .judge(Optional.of(json), CURRENT, ALIVE, ClaimTest::timeoutOf, ClaimTest::markerOf))
                .isEqualTo(new Verdict.Foreign(json, Optional.empty()));
    }

    @Test
    void tagsItsNodesWithWhatItKnowsThemBy() {
        Claim claim = claim(TagFormat.envelope());

        assertThat(claim.tag(CURRENT, TIMEOUT)).isEqualTo(OWN);
        assertThat(claim.made(new Made(0x10, OWN).in(TagFormat.envelope()))).isTrue();
        assertThat(claim.made(new Made(0x10, ELSEWHERE).in(TagFormat.envelope())))
                .isFalse();
        assertThat(claim.made(new Made(0x10, null).in(TagFormat.envelope()))).isFalse();
    }

    @Test
    void everyVerdictButAbsenceHasItsNode() {
        table().forEach(row -> {
            Znode node = ((Made) row.get()[1]).in(TagFormat.envelope());
            Verdict verdict = claim(TagFormat.envelope())
                    .judge(Optional.of(node), CURRENT, ALIVE, ClaimTest::timeoutOf, ClaimTest::markerOf);
            assertThat(verdict.node()).contains(node);
        });
        assertThat(new Verdict.Absent().node()).isEmpty();
    }

    private static Claim claim(TagFormat format) {
        return new Claim("broker-7", RUN, NONCE, format);
    }

    private static EphemeralTag tag(String member, SessionId session, String nonce) {
        return new EphemeralTag(member, RUN, session.value(), nonce, TIMEOUT);
    }

    private static Optional<String> markerOf(SessionId id) {
        return Optional.empty();
    }

    private static Optional<Duration> timeoutOf(SessionId id) {
        return id.equals(EARLIER) ? Optional.of(TIMEOUT) : Optional.empty();
    }
}
