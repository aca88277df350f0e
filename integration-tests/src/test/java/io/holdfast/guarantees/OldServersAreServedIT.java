// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.ephemeral.Parents;
import io.holdfast.ephemeral.RegisteredNode;
import io.holdfast.ephemeral.Registration;
import io.holdfast.ephemeral.RegistrationOptions;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.observability.HoldfastEvent.SessionConfirmed;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Releases that lack requests the client would rather use: create2 (before 3.5), the list of a session's ephemerals (before
 * 3.6), and, before 3.4, even the answer that a request is unknown.
 */
class OldServersAreServedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BEFORE_34 = "3.3.4";
    private static final RegistrationOptions SEQUENTIAL =
            RegistrationOptions.builder().sequential().build();

    private static final Map<String, Ensemble> RUNNING = new LinkedHashMap<>();

    @AfterAll
    static void stopAll() {
        RUNNING.values().forEach(Ensemble::close);
        RUNNING.clear();
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34, "3.4.14", "3.5.10", "3.6.4"})
    void nodesAreRegisteredUpdatedKeptThroughACutAndDeletedAtTheEnd(String release) throws Exception {
        Ensemble ensemble = servers(release);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/life/plain");
                Member member = member(release, ensemble)) {
            Registration plain = member.register("/life/plain");
            Registration sequential = member.register("/life/s-", SEQUENTIAL);
            RegisteredNode first = plain.awaitRegistered(PATIENCE);
            RegisteredNode numbered = sequential.awaitRegistered(PATIENCE);
            observer.watch(numbered.path());
            assertThat(numbered.path()).matches("/life/s-\\d{10}");

            plain.update("new".getBytes(StandardCharsets.UTF_8))
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(data(member, "/life/plain"))
                    .contains("new")
                    .contains(member.client().memberId());

            int confirmed = confirmations(member);
            ensemble.proxies().forEach(FaultProxy::cut);
            await().atMost(PATIENCE).until(() -> confirmations(member) > confirmed && member.isRegistered());
            assertThat(plain.awaitRegistered(PATIENCE)).isEqualTo(first);
            assertThat(sequential.awaitRegistered(PATIENCE)).isEqualTo(numbered);
            observer.awaitOwner("/life/plain", member.session(), PATIENCE);
            observer.awaitOwner(numbered.path(), member.session(), PATIENCE);

            plain.close();
            observer.awaitAbsent("/life/plain", PATIENCE);
            member.client().close();
            observer.awaitAbsent(numbered.path(), PATIENCE);
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34, "3.4.14", "3.5.10", "3.6.4"})
    void deletedNodesAreBackInTheSameSession(String release) throws Exception {
        Ensemble ensemble = servers(release);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/deleted/plain");
                Operator operator = new Operator(ensemble);
                Member member = member(release, ensemble)) {
            Registration plain = member.register("/deleted/plain");
            Registration sequential = member.register("/deleted/s-", SEQUENTIAL);
            RegisteredNode first = plain.awaitRegistered(PATIENCE);
            RegisteredNode numbered = sequential.awaitRegistered(PATIENCE);

            operator.delete("/deleted/plain");
            operator.delete(numbered.path());

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(now(plain).czxid()).isGreaterThan(first.czxid());
                assertThat(now(sequential).path()).isGreaterThan(numbered.path());
            });
            assertThat(now(plain).session()).isEqualTo(first.session());
            observer.awaitOwner("/deleted/plain", member.session(), PATIENCE);
            assertThat(operator.children("/deleted")).hasSize(2);
            Evidence.requireTruth(member, observer);
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34, "3.4.14", "3.5.10", "3.6.4"})
    void nodesOfAnExpiredSessionAreBackInANewOne(String release) throws Exception {
        Ensemble ensemble = servers(release);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/expired/plain");
                Operator operator = new Operator(ensemble);
                Member member = member(release, ensemble)) {
            member.register("/expired/plain");
            member.register("/expired/s-", SEQUENTIAL);
            member.awaitRegistered(PATIENCE);
            long old = member.session();

            ensemble.proxies().forEach(FaultProxy::refuse);
            observer.awaitAbsent("/expired/plain", PATIENCE);
            ensemble.proxies().forEach(FaultProxy::accept);

            await().atMost(PATIENCE).until(() -> member.session() != old && member.isRegistered());
            observer.awaitOwner("/expired/plain", member.session(), PATIENCE);
            assertThat(operator.children("/expired")).hasSize(2);
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34, "3.4.14", "3.5.10", "3.6.4"})
    void aSequentialNodeWhoseNameWasLostIsFoundAndNotDoubled(String release) throws Exception {
        Ensemble ensemble = servers(release);
        try (Operator operator = new Operator(ensemble);
                Member member = member(release, ensemble)) {
            member.register("/lost/other").awaitRegistered(PATIENCE);
            FaultProxy proxy = ensemble.server(1).proxy();
            Trap lost = proxy.dropNextReply(hasCreate2(release) ? OpCode.CREATE2 : OpCode.CREATE);

            Registration sequential = member.register("/lost/s-", SEQUENTIAL);

            lost.awaitSprung(PATIENCE);
            RegisteredNode found = sequential.awaitRegistered(PATIENCE);
            assertThat(operator.children("/lost"))
                    .containsExactlyInAnyOrder("other", found.path().substring("/lost/".length()));
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34, "3.4.14"})
    void containersAreRefusedByAMessageThatNamesTheReleaseTheyNeed(String release) throws Exception {
        Ensemble ensemble = servers(release);
        try (Member member = member(release, ensemble)) {
            Registration plain = member.register("/plain");
            Registration contained = member.register(
                    "/container/node",
                    RegistrationOptions.builder().parents(Parents.CONTAINER).build());

            assertThatThrownBy(() -> contained.awaitRegistered(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining("container")
                    .hasMessageContaining("/container/node")
                    .hasMessageContaining("before 3.5");

            RegisteredNode undisturbed = plain.awaitRegistered(PATIENCE);
            assertThat(undisturbed.session().value()).isEqualTo(member.session());
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34})
    void aServerThatAnswersNoUnknownRequestIsSentNone(String release) throws Exception {
        Ensemble ensemble = servers(release);
        try (Operator operator = new Operator(ensemble);
                Member member = member(release, ensemble)) {
            Registration plain = member.register("/silent/plain");
            Registration sequential = member.register("/silent/s-", SEQUENTIAL);
            member.awaitRegistered(PATIENCE);
            operator.delete("/silent/plain");
            await().atMost(PATIENCE).until(member::isRegistered);
            int confirmed = confirmations(member);
            ensemble.proxies().forEach(FaultProxy::cut);
            await().atMost(PATIENCE).until(() -> confirmations(member) > confirmed && member.isRegistered());
            sequential.close();
            plain.close();

            assertThat(ensemble.proxies().stream()
                            .flatMap(proxy -> proxy.requests().stream())
                            .map(RecordedRequest::opCode)
                            .collect(Collectors.toSet()))
                    .isSubsetOf(
                            OpCode.CONNECT,
                            OpCode.CREATE,
                            OpCode.DELETE,
                            OpCode.EXISTS,
                            OpCode.GET_DATA,
                            OpCode.SET_DATA,
                            OpCode.GET_CHILDREN,
                            OpCode.GET_CHILDREN2,
                            OpCode.SYNC,
                            OpCode.PING,
                            OpCode.SET_WATCHES,
                            OpCode.CLOSE_SESSION);
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34})
    void aTakeOverThatNeedsATransactionIsRefusedByAMessageThatNamesTheReleaseItNeeds(String release) throws Exception {
        Ensemble ensemble = servers(release);
        RegistrationOptions takingOver =
                RegistrationOptions.builder().takeOverUnknownGhosts("/guard").build();
        try (Member living = member(release, ensemble);
                Member second = member(release, ensemble)) {
            RegisteredNode first = living.register("/taken").awaitRegistered(PATIENCE);

            Registration refused = second.register("/taken", takingOver);

            assertThatThrownBy(() -> refused.awaitRegistered(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining("/taken")
                    .hasMessageContaining("3.4");
            assertThat(living.register("/beside").awaitRegistered(PATIENCE).session())
                    .isEqualTo(first.session());
        }
    }

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {BEFORE_34, "3.4.14"})
    void threeServersAndALostLeaderChangeNothing(String release) throws Exception {
        try (Ensemble three = Ensemble.builder()
                        .release(Release.of(release))
                        .servers(3)
                        .start();
                OwnerObserver observer = OwnerObserver.of(three).watch("/three");
                Member member = member(release, three)) {
            RegisteredNode first = member.register("/three").awaitRegistered(PATIENCE);
            observer.awaitOwner("/three", member.session(), PATIENCE);

            three.leader().restart();
            three.awaitQuorum(PATIENCE);

            await().atMost(PATIENCE).until(member::isRegistered);
            observer.awaitOwner("/three", member.session(), PATIENCE);
            if (member.session() == first.session().value()) {
                assertThat(observer.everySpanOf("/three"))
                        .as(observer.toText())
                        .allMatch(span -> span.czxid() == first.czxid());
            }
            Evidence.requireTruth(member, observer);
        }
    }

    private static boolean hasCreate2(String release) {
        return !release.equals(BEFORE_34) && !release.startsWith("3.4.");
    }

    private static Member member(String release, Ensemble ensemble) {
        return Member.start(
                ensemble.proxiedConnectString(),
                "old",
                settings -> settings.serversBefore34(release.equals(BEFORE_34)));
    }

    /** One server for each release, started when first needed and healed before each test. */
    private static Ensemble servers(String release) throws InterruptedException {
        Ensemble running = RUNNING.get(release);
        if (running == null) {
            running = Ensemble.builder().release(Release.of(release)).servers(1).start();
            RUNNING.put(release, running);
        }
        running.heal();
        running.proxies().forEach(proxy -> {
            proxy.cut();
            proxy.resetCounts();
        });
        return running;
    }

    private static RegisteredNode now(Registration registration) throws InterruptedException {
        return registration.awaitRegistered(PATIENCE);
    }

    private static int confirmations(Member member) {
        List<SessionConfirmed> events = member.diary().events(SessionConfirmed.class);
        return events.size();
    }

    private static String data(Member member, String path) throws Exception {
        CuratorFramework curator = member.client().curator();
        return new String(curator.getData().forPath(path), StandardCharsets.UTF_8);
    }
}
