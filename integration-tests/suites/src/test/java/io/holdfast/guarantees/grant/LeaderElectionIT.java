// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.election.Leader;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.election.Participant;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.ProxiedConnection;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One leader at a time, whatever happens to its node, its session, its connection and its process. */
class LeaderElectionIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private static final AtomicInteger PATHS = new AtomicInteger();

    private final Ensemble ensemble = SERVERS.ensemble();
    private final List<HoldfastClient> clients = new ArrayList<>();
    private final String path = "/election-" + PATHS.incrementAndGet();

    /** The two kinds of election. */
    enum Kind {
        QUEUED {
            @Override
            LeaderElection of(HoldfastClient client, String path) {
                return LeaderElection.queued(client, path, client.memberId().getBytes(UTF_8));
            }

            @Override
            String lineOf(String path) {
                return path;
            }
        },
        AT_NODE {
            @Override
            LeaderElection of(HoldfastClient client, String path) {
                return LeaderElection.atNode(client, path, client.memberId().getBytes(UTF_8));
            }

            @Override
            String lineOf(String path) {
                return path + "-line";
            }
        };

        abstract LeaderElection of(HoldfastClient client, String path);

        abstract String lineOf(String path);
    }

    @AfterEach
    void closeAll() throws InterruptedException {
        ensemble.heal();
        clients.forEach(HoldfastClient::close);
    }

    @ParameterizedTest
    @EnumSource
    void theyLeadOneAfterTheOtherInTheOrderInWhichTheyCame(Kind kind) throws Exception {
        List<CompletableFuture<Grant>> terms = new ArrayList<>();
        List<LeaderElection> elections = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            LeaderElection election = kind.of(client("in-order-" + i), path);
            elections.add(election);
            terms.add(election.campaignAsync());
            int standing = i + 1;
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(elections.get(0).participants()).hasSize(standing));
        }
        long last = 0;
        for (int i = 0; i < 4; i++) {
            Grant term = terms.get(i).get(30, TimeUnit.SECONDS);
            for (int behind = i + 1; behind < 4; behind++) {
                assertThat(terms.get(behind)).isNotDone();
            }
            assertThat(term.token().value()).isGreaterThan(last);
            assertThat(leader(elections.get(3))).isEqualTo("in-order-" + i);
            last = term.token().value();
            elections.get(i).resign();
            assertThat(term.ended().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(GrantEnd.RELEASED);
        }
        assertThat(elections.get(0).participants()).isEmpty();
        assertThat(elections.get(0).leader()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aTermWhoseNodeIsDeletedEndsAtOnceAndAnotherLeads(Kind kind) throws Exception {
        LeaderElection first = kind.of(client("deleted-1"), path);
        LeaderElection second = kind.of(client("deleted-2"), path);
        Grant old = first.campaign();
        CompletableFuture<Grant> next = second.campaignAsync();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(first.participants()).hasSize(2));

        try (Operator operator = new Operator(ensemble)) {
            String line = kind.lineOf(path);
            List<String> names = operator.children(line).stream()
                    .sorted((a, b) -> a.substring(a.length() - 10).compareTo(b.substring(b.length() - 10)))
                    .toList();
            operator.delete(kind == Kind.AT_NODE ? path : line + "/" + names.get(0));
        }

        assertThat(old.ended().toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(1))
                .isEqualTo(GrantEnd.NODE_LOST);
        Grant newer = next.get(30, TimeUnit.SECONDS);
        assertThat(newer.token()).isGreaterThan(old.token());
        assertThat(old.isHeld()).isFalse();
        assertThat(first.term()).isEmpty();
        first.campaignAsync().cancel(true); // free to try again
    }

    @Test
    void twoLeaderLatchesLeadWhenAnOperatorDeletesTheFirstOnesNode() throws Exception {
        try (CuratorFramework one = curator();
                CuratorFramework two = curator();
                LeaderLatch first = new LeaderLatch(one, path, "latch-1");
                LeaderLatch second = new LeaderLatch(two, path, "latch-2");
                Operator operator = new Operator(ensemble)) {
            first.start();
            assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
            second.start();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(operator.children(path)).hasSize(2));

            operator.delete(first.getLastPathIsLeader());

            await().atMost(PATIENCE).until(second::hasLeadership);
            assertThat(first.hasLeadership())
                    .as("the peer that this library replaces")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredLeaderStopsBeforeTheNextOneBegins(Kind kind) throws Exception {
        HoldfastClient losing = client("expired-1");
        LeaderElection first = kind.of(losing, path);
        LeaderElection second = kind.of(client("expired-2"), path);
        Grant old = first.campaign();
        CompletableFuture<Grant> next = second.campaignAsync();
        CompletableFuture<Boolean> wasHeldStill = next.thenApply(term -> old.isHeld());

        SmallTicks.declareExpired(losing);

        assertThat(old.ended().toCompletableFuture()).succeedsWithin(PATIENCE);
        assertThat(wasHeldStill).succeedsWithin(PATIENCE).isEqualTo(false);
        assertThat(next.get().token()).isGreaterThan(old.token());
        Grant again = first.campaign(Duration.ofMillis(200)).orElse(null);
        assertThat(again).as("the other one leads").isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aBlipPutsATermInDoubtAndOutOfItAgain(Kind kind) throws Exception {
        HoldfastClient client = client("blip");
        Grant term = kind.of(client, path).campaign();
        List<GrantState> seen = new CopyOnWriteArrayList<>();

        ensemble.proxies().forEach(FaultProxy::refuse);
        await().atMost(PATIENCE).until(() -> {
            seen.add(term.state());
            return term.state() instanceof GrantState.InDoubt;
        });
        assertThat(term.isHeld()).isTrue();
        ensemble.proxies().forEach(FaultProxy::accept);

        await().atMost(PATIENCE).until(() -> term.state() instanceof GrantState.Held);
        assertThat(seen).noneMatch(GrantState::isOver);
        term.release();
    }

    @ParameterizedTest
    @EnumSource
    void aLeaderThatIsCutOffEndsItsTermAtItsDeadlineAndBeforeAnotherLeads(Kind kind) throws Exception {
        FaultProxy only = ensemble.server(1).proxy();
        HoldfastClient cut =
                keep(SmallTicks.member(only.connectString(), "cut-off").build());
        LeaderElection first = kind.of(cut, path);
        LeaderElection second = kind.of(
                keep(SmallTicks.member(ensemble.connectString(), "reached").build()), path);
        Grant old = first.campaign();
        CompletableFuture<Grant> next = second.campaignAsync();
        CompletableFuture<Boolean> wasHeldStill = next.thenApply(term -> old.isHeld());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(second.participants()).hasSize(2));

        only.refuse();

        assertThat(old.ended().toCompletableFuture())
                .succeedsWithin(SESSION_TIMEOUT.plusSeconds(1))
                .isEqualTo(GrantEnd.DEADLINE_PASSED);
        assertThat(wasHeldStill).succeedsWithin(PATIENCE).isEqualTo(false);
        assertThat(next.get().token()).isGreaterThan(old.token());
    }

    @Test
    void aLeaderLatchAndWeWaitInOneQueue() throws Exception {
        LeaderElection ours = Kind.QUEUED.of(client("ours"), path);
        try (CuratorFramework curator = curator()) {
            LeaderLatch theirs = new LeaderLatch(curator, path, "theirs");
            Grant first = ours.campaign();
            theirs.start();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ours.participants()).hasSize(2));
            assertThat(theirs.getParticipants())
                    .extracting(org.apache.curator.framework.recipes.leader.Participant::getId)
                    .containsExactly("ours", "theirs");
            assertThat(theirs.hasLeadership()).isFalse();

            CompletableFuture<Grant> second =
                    Kind.QUEUED.of(client("ours-again"), path).campaignAsync();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ours.participants()).hasSize(3));
            first.release();
            assertThat(theirs.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second).isNotDone();
            assertThat(leader(ours)).isEqualTo("theirs");
            theirs.close();
            assertThat(second).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void aNodeThatSomebodyElsePutThereIsWaitedForAndNotTouched() throws Exception {
        try (Operator operator = new Operator(ensemble);
                CuratorFramework raw = curator()) {
            raw.create().withMode(org.apache.zookeeper.CreateMode.EPHEMERAL).forPath(path, "kafka".getBytes(UTF_8));
            LeaderElection election = Kind.AT_NODE.of(client("patient"), path);
            CompletableFuture<Grant> term = election.campaignAsync();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(election.participants()).hasSize(1));

            assertThat(leader(election)).isEqualTo("kafka");
            assertThat(term).isNotDone();
            raw.delete().forPath(path);

            assertThat(term).succeedsWithin(PATIENCE);
            assertThat(operator.read(path)).isEqualTo("patient".getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksBeforeThereIsASessionIsAnsweredInTheFirstOne(Kind kind) {
        ensemble.proxies().forEach(FaultProxy::refuse);
        LeaderElection election = kind.of(client("early"), path);

        CompletableFuture<List<Participant>> participants =
                election.participantsAsync().toCompletableFuture();

        assertThat(participants).isNotDone();
        ensemble.proxies().forEach(FaultProxy::accept);
        assertThat(participants).succeedsWithin(PATIENCE).isEqualTo(List.of());
    }

    @ParameterizedTest
    @EnumSource
    void whoeverWaitsIsWokenAlone(Kind kind) throws Exception {
        List<LeaderElection> elections = new ArrayList<>();
        List<CompletableFuture<Grant>> terms = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            elections.add(kind.of(client("woken-" + i), path));
            terms.add(elections.get(i).campaignAsync());
            int standing = i + 1;
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(elections.get(0).participants()).hasSize(standing));
        }
        terms.get(0).get(30, TimeUnit.SECONDS);
        ensemble.proxies().forEach(FaultProxy::resetCounts);

        elections.get(0).resign();
        terms.get(1).get(30, TimeUnit.SECONDS);

        assertThat(ensemble.proxies().stream()
                        .flatMap(proxy -> proxy.requests().stream())
                        .filter(request ->
                                request.opCode() == OpCode.GET_CHILDREN || request.opCode() == OpCode.GET_CHILDREN2)
                        .map(request -> String.valueOf(request.path()))
                        .filter(list -> !list.endsWith("-epoch")))
                .as("lists of the line asked for when one place was free")
                .hasSize(1);
    }

    @Test
    void observersHearOfEachLeaderAcrossALostConnection() throws Exception {
        HoldfastClient onlooker = client("onlooker");
        List<String> heard = new CopyOnWriteArrayList<>();
        LeaderElection watching = Kind.QUEUED.of(onlooker, path);
        AutoCloseable observing = watching.observe(
                leader -> heard.add(leader.map(LeaderElectionIT::name).orElse("nobody")));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly("nobody"));
        LeaderElection first = Kind.QUEUED.of(client("one"), path);
        first.campaign();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly("nobody", "one"));
        LeaderElection second = Kind.QUEUED.of(client("two"), path);
        CompletableFuture<Grant> next = second.campaignAsync();

        connectionOf(onlooker).cut();
        first.resign();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).endsWith("two"));
        next.get().release();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).endsWith("nobody"));
        observing.close();
        first.campaign();
        assertThat(heard).endsWith("nobody");
    }

    @ParameterizedTest
    @EnumSource
    void whoGivesUpWaitingLeavesNoNodeBehind(Kind kind) throws Exception {
        LeaderElection leading = kind.of(client("stays"), path);
        leading.campaign();
        LeaderElection waiting = kind.of(client("leaves"), path);

        assertThat(waiting.campaign(Duration.ofMillis(300))).isEmpty();
        assertThat(waiting.campaignAsync(Duration.ofMillis(300)))
                .succeedsWithin(PATIENCE)
                .isEqualTo(Optional.empty());
        waiting.campaignAsync(PATIENCE).cancel(true);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(leading.participants()).hasSize(1));
        CompletableFuture<Grant> cancelled = waiting.campaignAsync();
        cancelled.cancel(true);
        CompletableFuture<Grant> closed = waiting.campaignAsync();
        waiting.close();

        assertThat(closed)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("closed while it waited");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(leading.participants())
                .extracting(Participant::isFirst)
                .containsExactly(true));
    }

    @ParameterizedTest
    @EnumSource
    void whatFollowsATermMayBlock(Kind kind) throws Exception {
        LeaderElection election = kind.of(client("blocking"), path);
        for (int i = 0; i < 2; i++) {
            CompletableFuture<Void> released = election.campaignAsync().thenAccept(Grant::release);

            assertThat(released).succeedsWithin(SESSION_TIMEOUT.dividedBy(2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLostAnswerMakesNoSecondCandidate(Kind kind) throws Exception {
        HoldfastClient client = client("lost-answer");
        LeaderElection election = kind.of(client, path);
        election.campaign();
        election.resign();
        List<Trap> traps = new ArrayList<>();
        for (FaultProxy proxy : ensemble.proxies()) {
            traps.add(proxy.dropNextReply(OpCode.CREATE2));
            traps.add(proxy.dropNextReply(OpCode.MULTI));
        }

        Grant term = election.campaign();

        assertThat(traps.stream().filter(Trap::isSprung)).isNotEmpty();
        assertThat(election.participants()).hasSize(1);
        term.release();
        assertThat(election.participants()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whenAllMembersAreRestartedAtOnceOneOfTheNewOnesLeads(Kind kind) throws Exception {
        List<CompletableFuture<Grant>> before = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            before.add(kind.of(client("restarted-" + i), path).campaignAsync());
        }
        await().atMost(PATIENCE).until(() -> before.stream().anyMatch(CompletableFuture::isDone));
        long old = before.stream()
                .filter(CompletableFuture::isDone)
                .findFirst()
                .orElseThrow()
                .get()
                .token()
                .value();

        ensemble.proxies().forEach(FaultProxy::refuse); // what is behind the proxies is as good as dead
        List<CompletableFuture<Grant>> after = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            HoldfastClient restarted = keep(SmallTicks.member(ensemble.connectString(), "restarted-" + i)
                    .build());
            after.add(kind.of(restarted, path).campaignAsync());
        }

        await().atMost(PATIENCE).until(() -> after.stream().anyMatch(CompletableFuture::isDone));
        List<CompletableFuture<Grant>> leading =
                after.stream().filter(CompletableFuture::isDone).toList();
        assertThat(leading).hasSize(1);
        assertThat(leading.get(0).get().token().value()).isGreaterThan(old);
        assertThat(before).allMatch(term -> !term.isDone() || !term.join().isHeld());
    }

    @Test
    void misuseIsRefusedWithWords() throws Exception {
        HoldfastClient client = client("misuse");
        LeaderElection election = Kind.QUEUED.of(client, path);
        assertThatIllegalStateException().isThrownBy(election::resign).withMessageContaining("does not lead");
        Grant term = election.campaign();
        assertThatIllegalStateException()
                .isThrownBy(election::campaign)
                .withMessageContaining("leads " + path)
                .withMessageContaining("resign");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> election.campaign(Duration.ofSeconds(-1)))
                .withMessageContaining("atMost must be positive");
        term.release();
        assertThatIllegalStateException().isThrownBy(term::release).withMessageContaining("released before");
        election.close();
        assertThatIllegalStateException().isThrownBy(election::campaignAsync).withMessageContaining("closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeaderElection.atNode(client, "controller", new byte[0]))
                .withMessageContaining("\"controller\"");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> LeaderElection.queued(client, path, null));
    }

    private static String leader(LeaderElection election) throws InterruptedException {
        Optional<Leader> leader = election.leader();
        return leader.map(LeaderElectionIT::name).orElse("nobody");
    }

    private static String name(Leader leader) {
        return new String(leader.payload(), UTF_8);
    }

    private ProxiedConnection connectionOf(HoldfastClient client) {
        long session = SmallTicks.session(client);
        return ensemble.proxies().stream()
                .flatMap(proxy -> proxy.connection(session).stream())
                .findFirst()
                .orElseThrow();
    }

    private HoldfastClient client(String memberId) {
        return keep(SmallTicks.member(ensemble.proxiedConnectString(), memberId).build());
    }

    private HoldfastClient keep(HoldfastClient client) {
        clients.add(client.start());
        return client;
    }

    private CuratorFramework curator() {
        CuratorFramework curator = SmallTicks.curator(ensemble.connectString()).build();
        curator.start();
        return curator;
    }
}
