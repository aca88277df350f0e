// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.ownership.ReplicaView.Identity;
import io.holdfast.session.SessionId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DivergenceTest {

    private static final SessionId CURRENT = new SessionId(0x10);
    private static final SessionId GHOST = new SessionId(0x11);
    private static final long IN_THE_WAY = 0x1f;

    private static final Identity OLD = new Identity(GHOST, IN_THE_WAY, 0);
    private static final Identity OURS = new Identity(CURRENT, 0x2f, 3);
    private static final Identity THIRD = new Identity(new SessionId(0x12), 0x2e, 0);

    static Stream<Arguments> table() {
        return Stream.of(
                row("nobody was asked", List.of(), "agreed"),
                row("nobody answered", List.of(silent("a"), silent("b")), "agreed"),
                row("all hold it", List.of(holds("a", OLD), holds("b", OLD), holds("c", OLD)), "agreed"),
                row("the only one that answered holds it", List.of(holds("a", OLD), silent("b")), "agreed"),
                row("none holds it any more", List.of(absent("a"), absent("b")), "agreed"),
                row("another node stands there everywhere", List.of(holds("a", THIRD), holds("b", THIRD)), "agreed"),
                row("one holds it alone", List.of(holds("a", OLD), absent("b"), absent("c")), "a"),
                row("one does not hold it", List.of(holds("a", OLD), absent("b"), holds("c", OLD)), "a, c"),
                row("a silent one proves nothing", List.of(holds("a", OLD), silent("b"), absent("c")), "a"),
                row("the others hold ours", List.of(holds("a", OLD), holds("b", OURS), holds("c", OURS)), "a, ours"),
                row("the others hold a third one", List.of(holds("a", OLD), holds("b", THIRD)), "a"),
                row("a divergent server alone", List.of(absent("a"), holds("b", OLD)), "b"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void findsTheServersThatHoldWhatOthersDoNot(String what, List<ReplicaView> views, String expected) {
        Optional<Divergence> found = Divergence.among(views, IN_THE_WAY, CURRENT);

        assertThat(found.map(divergence -> String.join(", ", divergence.servers())
                                + divergence.ours().map(ours -> ", ours").orElse(""))
                        .orElse("agreed"))
                .isEqualTo(expected);
    }

    @Test
    void carriesTheIdentityOfOurOwnNodeOnTheOthers() {
        assertThat(Divergence.among(List.of(holds("a", OLD), holds("b", OURS)), IN_THE_WAY, CURRENT))
                .contains(new Divergence(List.of("a"), Optional.of(OURS)));
    }

    @Test
    void printsAViewForTheLog() {
        assertThat(holds("a:2181", OLD)).hasToString("a:2181: owner 0x11");
        assertThat(absent("a:2181")).hasToString("a:2181: absent");
        assertThat(silent("a:2181")).hasToString("a:2181: no answer");
    }

    private static Arguments row(String what, List<ReplicaView> views, String expected) {
        return Arguments.of(what, views, expected);
    }

    private static ReplicaView holds(String server, Identity identity) {
        return new ReplicaView(server, true, Optional.of(identity));
    }

    private static ReplicaView absent(String server) {
        return new ReplicaView(server, true, Optional.empty());
    }

    private static ReplicaView silent(String server) {
        return new ReplicaView(server, false, Optional.empty());
    }
}
