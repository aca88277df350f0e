// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.CapacityExceededException;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.SessionId;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More nodes than one session's budget has room for are spread over several sessions, each of which is on its own (H11). */
class ManySessionsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUDGET = 1024;
    private static final int NODES = 150;

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private Operator operator;

    @BeforeEach
    void callTheOperator() throws Exception {
        operator = new Operator(ensemble);
    }

    @AfterEach
    void dismissTheOperator() throws InterruptedException {
        operator.close();
    }

    @Test
    void eachSessionHasWhatFitsIntoItsBudget() throws Exception {
        operator.create("/spread");
        try (Member member = start("spread", 3)) {
            List<Registration> all = registerAll(member, "/spread/n-");

            Map<SessionId, List<RegisteredNode>> bySession = bySession(all);
            assertThat(bySession).hasSize(3);
            assertThat(bySession.values()).allSatisfy(nodes -> assertThat(nodes.stream()
                            .mapToInt(node -> 4 + node.path().length())
                            .sum())
                    .isLessThanOrEqualTo(BUDGET));
            assertThat(member.client().sessions())
                    .extracting(session -> session.id())
                    .containsExactlyInAnyOrderElementsOf(bySession.keySet());
            for (RegisteredNode node : nodes(all)) {
                assertThat(operator.stat(node.path()).getEphemeralOwner())
                        .isEqualTo(node.session().value());
            }
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);

            assertThatThrownBy(() -> registerAll(member, "/spread/more-"))
                    .isInstanceOf(CapacityExceededException.class)
                    .hasMessageContaining("maxSessions");
        }
        assertThat(operator.children("/spread")).isEmpty();
    }

    @Test
    void aPathIsTakenOnceWhateverTheSession() throws Exception {
        operator.create("/once");
        try (Member member = start("once", 3)) {
            registerAll(member, "/once/n-");

            assertThatThrownBy(() -> member.register("/once/n-000")).hasMessageContaining("/once/n-000");
            assertThatThrownBy(() -> member.register("/once/n-149")).hasMessageContaining("/once/n-149");
        }
    }

    @Test
    void theLossOfOneTouchesItsShareOnly() throws Exception {
        operator.create("/share");
        try (Member member = start("share", 3)) {
            List<Registration> all = registerAll(member, "/share/n-");
            long first = SmallTicks.handle(member.client().unwrap(org.apache.curator.framework.CuratorFramework.class))
                    .getSessionId();
            List<RegisteredNode> before = nodes(all);

            SmallTicks.declareExpired(member.client());

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(nodes(all))
                    .hasSize(NODES)
                    .noneMatch(node -> node.session().value() == first));
            assertThat(nodes(all))
                    .as("what other sessions have is untouched")
                    .containsAll(before.stream()
                            .filter(node -> node.session().value() != first)
                            .toList());
            for (RegisteredNode node : nodes(all)) {
                assertThat(operator.stat(node.path()).getCzxid()).isEqualTo(node.czxid());
            }
        }
    }

    @Test
    void whatIsInAQueueStaysInTheFirst() throws Exception {
        operator.create("/queued");
        try (Member member = start("queued", 3)) {
            List<Registration> all = registerAll(member, "/queued/n-");
            // what is left free in the first is for the likes of it
            SessionId first = all.get(0)
                    .registered()
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .session();
            RegisteredNode queued = member.register(
                            "/queued/q-",
                            RegistrationOptions.builder().sequential().build())
                    .awaitRegistered(PATIENCE);

            assertThat(queued.session()).isEqualTo(first);
        }
    }

    private Member start(String memberId, int sessions) {
        return Member.start(ensemble.proxiedConnectString(), memberId, settings -> settings.pathBudget(BUDGET)
                .maxSessions(sessions));
    }

    private static List<Registration> registerAll(Member member, String prefix) throws InterruptedException {
        List<Registration> all = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            all.add(member.register(prefix + String.format("%03d", i)));
        }
        for (Registration each : all) {
            each.awaitRegistered(PATIENCE);
        }
        return all;
    }

    private static List<RegisteredNode> nodes(List<Registration> all) {
        return all.stream()
                .map(Registration::state)
                .filter(Registered.class::isInstance)
                .map(state -> ((Registered) state).registered())
                .toList();
    }

    private static Map<SessionId, List<RegisteredNode>> bySession(List<Registration> all) {
        return nodes(all).stream().collect(Collectors.groupingBy(RegisteredNode::session));
    }
}
