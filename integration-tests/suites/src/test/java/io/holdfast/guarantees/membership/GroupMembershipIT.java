// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.membership;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Member;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.view.Freshness;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who has joined stays a member, whatever happens to its node, and who looks sees neither more nor fewer than there are. */
class GroupMembershipIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private final List<HoldfastClient> clients = new ArrayList<>();
    private Operator operator;

    /** Keeps what a listener is told, and what a map that follows it would show. */
    private static final class Roll implements ViewListener<Member> {

        private final List<String> told = new CopyOnWriteArrayList<>();
        private final List<String> wrong = new CopyOnWriteArrayList<>();
        private final Map<String, String> members = new TreeMap<>();

        @Override
        public synchronized void joined(io.holdfast.recipes.group.Member member) {
            told.add("joined " + member.name());
            expect(null, members.put(member.name(), text(member)));
        }

        @Override
        public synchronized void left(io.holdfast.recipes.group.Member member) {
            told.add("left " + member.name());
            expect(text(member), members.remove(member.name()));
        }

        @Override
        public synchronized void updated(
                io.holdfast.recipes.group.Member before, io.holdfast.recipes.group.Member after) {
            told.add("updated " + after.name());
            expect(text(before), members.put(after.name(), text(after)));
        }

        private void expect(@Nullable String expected, @Nullable String known) {
            if (!Objects.equals(expected, known)) {
                wrong.add("told of " + expected + " where " + known + " was known, after " + told);
            }
        }

        synchronized Map<String, String> members() {
            assertThat(wrong).isEmpty();
            return new TreeMap<>(members);
        }
    }

    @BeforeEach
    void callTheOperator() throws Exception {
        operator = new Operator(ensemble);
    }

    @AfterEach
    void leave() throws Exception {
        ensemble.heal();
        clients.forEach(HoldfastClient::close);
        operator.close();
    }

    @Test
    void hundredsOfMembersAreShownExactlyAfterFaultsOfAllKinds() throws Exception {
        List<HoldfastClient> joining = new ArrayList<>();
        List<Membership> members = new ArrayList<>();
        for (int c = 0; c < 5; c++) {
            HoldfastClient client = client(ensemble.proxiedConnectString(), "client-" + c);
            joining.add(client);
            Group group = Group.at(client, "/groups/many");
            for (int m = 0; m < 60; m++) {
                members.add(group.join("member-" + c + "-" + m, bytes("first")));
            }
        }
        HoldfastClient looking = client(ensemble.proxiedConnectString(), "looking");
        Roll roll = new Roll();
        LiveView<String, Member> view = Group.at(looking, "/groups/many").watch(roll);
        for (Membership member : members) {
            member.awaitJoined(PATIENCE);
        }
        assertThat(view.refreshed()).succeedsWithin(PATIENCE);
        assertThat(view.entries()).hasSize(300);

        operator.deleteAll(members.subList(0, 50).stream().map(Membership::path).toList());
        ensemble.proxies().forEach(FaultProxy::cut);
        SmallTicks.declareExpired(joining.get(1));
        for (Membership member : members.subList(120, 140)) {
            var unused = member.leaveAsync();
        }
        Server leader = ensemble.leader();
        leader.kill();
        for (Membership member : members.subList(200, 230)) {
            var unused = member.updateAsync(bytes("second"));
        }
        ensemble.proxies().forEach(FaultProxy::cut);
        leader.start();
        ensemble.awaitQuorum(PATIENCE);
        SmallTicks.declareExpired(looking);
        operator.deleteAll(
                members.subList(230, 250).stream().map(Membership::path).toList());

        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, String> truth = truth("/groups/many");
            assertThat(truth).hasSize(280);
            assertThat(truth.values())
                    .filteredOn(each -> each.endsWith(" second"))
                    .hasSize(30);
            assertThat(view.refreshed()).succeedsWithin(PATIENCE);
            assertThat(texts(view)).isEqualTo(truth);
            assertThat(roll.members()).isEqualTo(truth);
            assertThat(view.isCurrent()).isTrue();
        });
    }

    @Test
    void aMemberWhoseNodeIsDeletedIsBackUnderItsLiveSessionAndCuratorsIsNot() throws Exception {
        HoldfastClient client = client(ensemble.connectString(), "kept");
        Membership member = Group.at(client, "/groups/kept").join(bytes("here"));
        Roll roll = new Roll();
        LiveView<String, Member> view = Group.at(client(ensemble.connectString(), "looking"), "/groups/kept")
                .watch(roll);
        long first = member.awaitJoined(PATIENCE).czxid();
        try (CuratorFramework curator =
                SmallTicks.curator(ensemble.connectString()).build()) {
            SmallTicks.start(curator);
            try (ServiceDiscovery<Void> discovery = discovery(curator)) {
                register(discovery, 1);
                String theirs = instances().get(0);
                long session = SmallTicks.session(client);
                await().atMost(PATIENCE).until(() -> view.entries().containsKey("kept"));

                operator.delete(theirs);
                operator.delete(member.path());

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(member.awaitJoined(PATIENCE).czxid()).isGreaterThan(first);
                    assertThat(roll.told).containsExactly("joined kept", "left kept", "joined kept");
                });
                assertThat(view.entries().get("kept").payload()).isEqualTo(bytes("here"));
                assertThat(SmallTicks.session(client)).isEqualTo(session);
                await("Curator's instance stays away")
                        .during(SmallTicks.SESSION_TIMEOUT)
                        .atMost(PATIENCE)
                        .until(() -> !operator.exists(theirs));
            }
        }
    }

    @Test
    void aBlipWithoutExpiryChangesNoCzxidAndTellsNothingWhereCuratorsRegistrationsFlap() throws Exception {
        HoldfastClient client = client(ensemble.proxiedConnectString(), "steady");
        List<Membership> members = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            members.add(Group.at(client, "/groups/steady-" + i % 4).join("steady-" + i, bytes("here")));
        }
        Roll roll = new Roll();
        LiveView<String, Member> view = Group.at(client(ensemble.proxiedConnectString(), "looking"), "/groups/steady-0")
                .watch(roll);
        for (Membership member : members) {
            member.awaitJoined(PATIENCE);
        }
        await().atMost(PATIENCE).until(() -> roll.members().size() == 5 && view.isCurrent());
        long session = SmallTicks.session(client);
        List<Long> before = births(members.stream().map(Membership::path).toList());
        try (CuratorFramework curator =
                SmallTicks.curator(ensemble.proxiedConnectString()).build()) {
            List<ConnectionState> states = SmallTicks.start(curator);
            try (ServiceDiscovery<Void> discovery = discovery(curator)) {
                register(discovery, 20);
                long theirSession = SmallTicks.session(curator);
                List<String> theirs = instances();
                List<Long> theirsBefore = births(theirs);

                ensemble.proxies().forEach(FaultProxy::cut);
                await("the view says that it may be out of date")
                        .pollInterval(1, TimeUnit.MILLISECONDS)
                        .atMost(PATIENCE)
                        .until(() -> view.freshness() instanceof Freshness.Stale);

                await().atMost(PATIENCE).until(() -> states.contains(ConnectionState.RECONNECTED));
                await("Curator's instances are other nodes now")
                        .atMost(PATIENCE)
                        .until(() -> {
                            List<Long> now = births(theirs);
                            return now.stream().noneMatch(theirsBefore::contains);
                        });
                assertThat(SmallTicks.session(curator)).as("its session lived").isEqualTo(theirSession);
            }
        }
        for (Membership member : members) {
            member.awaitJoined(PATIENCE);
        }
        assertThat(view.refreshed()).succeedsWithin(PATIENCE);
        assertThat(SmallTicks.session(client)).isEqualTo(session);
        assertThat(births(members.stream().map(Membership::path).toList())).isEqualTo(before);
        assertThat(roll.told).hasSize(5).allMatch(each -> each.startsWith("joined"));
    }

    @Test
    void aMemberWhoseSessionExpiresLeavesAndIsBackWithAGreaterEpoch() throws Exception {
        HoldfastClient client = client(ensemble.proxiedConnectString(), "expiring");
        Membership member = Group.at(client, "/groups/expiring").join(bytes("here"));
        long first = member.awaitJoined(PATIENCE).czxid();
        Roll roll = new Roll();
        LiveView<String, Member> view = Group.at(client(ensemble.connectString(), "looking"), "/groups/expiring")
                .watch(roll);
        await().atMost(PATIENCE).until(() -> view.entries().size() == 1);

        ensemble.proxies().forEach(FaultProxy::refuse);
        await().atMost(PATIENCE).until(() -> view.entries().isEmpty());
        ensemble.proxies().forEach(FaultProxy::accept);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(roll.told)
                .containsExactly("joined expiring", "left expiring", "joined expiring"));
        assertThat(member.awaitJoined(PATIENCE).czxid()).isGreaterThan(first);
        assertThat(view.entries().get("expiring").epoch())
                .isEqualTo(member.awaitJoined(PATIENCE).czxid());
    }

    @Test
    void anEmptyGroupIsWatchedBeforeAnybodyHasJoined() throws Exception {
        Roll roll = new Roll();
        LiveView<String, Member> view = Group.at(client(ensemble.connectString(), "looking"), "/groups/later/on")
                .watch(roll);
        assertThat(view.awaitCurrent(PATIENCE)).isTrue();
        assertThat(view.entries()).isEmpty();

        Membership member = Group.at(client(ensemble.connectString(), "first"), "/groups/later/on")
                .join(bytes("1"));
        member.awaitJoined(PATIENCE);
        await().atMost(PATIENCE).until(() -> roll.told.size() == 1);
        member.update(bytes("2"), PATIENCE);
        await().atMost(PATIENCE).until(() -> roll.told.size() == 2);
        member.leave();
        await().atMost(PATIENCE).until(() -> roll.told.size() == 3);

        assertThat(roll.told).containsExactly("joined first", "updated first", "left first");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(member::leave)
                .withMessageContaining("before");
        view.close();
        assertThat(view.refreshed()).failsWithin(PATIENCE);
    }

    @Test
    void oneClientIsInManyGroupsAndAThreadForNone() throws Exception {
        HoldfastClient client = client(ensemble.connectString(), "everywhere");
        Group.at(client, "/groups/warm").join(bytes("up")).awaitJoined(PATIENCE);
        int threads = Thread.activeCount();
        List<Membership> memberships = new ArrayList<>();
        List<LiveView<String, Member>> views = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Group group = Group.at(client, "/groups/each/" + i);
            memberships.add(group.join(bytes("in " + i)));
            views.add(group.watch());
        }
        for (int i = 0; i < 40; i++) {
            memberships.get(i).awaitJoined(PATIENCE);
            assertThat(views.get(i).refreshed()).succeedsWithin(PATIENCE);
            assertThat(views.get(i).entries().get("everywhere").payload()).isEqualTo(bytes("in " + i));
        }
        assertThat(Thread.activeCount()).isLessThan(threads + 20);

        memberships.get(7).leave();

        await().atMost(PATIENCE).until(() -> views.get(7).entries().isEmpty());
        assertThat(views.get(8).entries()).hasSize(1);
    }

    @Test
    void aNameIsThereOnceAndTheSecondProcessIsSeenToWait() throws Exception {
        HoldfastClient client = client(ensemble.connectString(), "twice");
        Membership first = Group.at(client, "/groups/twice").join(bytes("first"));
        first.awaitJoined(PATIENCE);
        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> Group.at(client, "/groups/twice").join(bytes("again")));

        Membership second = Group.at(client(ensemble.connectString(), "twice"), "/groups/twice")
                .join(bytes("second"));
        await().atMost(PATIENCE).until(() -> second.state() instanceof Waiting);
        LiveView<String, Member> view = Group.at(client, "/groups/twice").watch();
        assertThat(view.awaitCurrent(PATIENCE)).isTrue();
        assertThat(view.entries().get("twice").payload()).isEqualTo(bytes("first"));

        first.leave();

        second.awaitJoined(PATIENCE);
        assertThat(view.refreshed()).succeedsWithin(PATIENCE);
        assertThat(view.entries().get("twice").payload()).isEqualTo(bytes("second"));
    }

    private HoldfastClient client(String connectString, String memberId) {
        HoldfastClient client =
                SmallTicks.member(connectString, memberId).build().start();
        clients.add(client);
        return client;
    }

    private static ServiceDiscovery<Void> discovery(CuratorFramework curator) throws Exception {
        ServiceDiscovery<Void> discovery = ServiceDiscoveryBuilder.builder(Void.class)
                .client(curator)
                .basePath("/discovery")
                .build();
        discovery.start();
        return discovery;
    }

    private static void register(ServiceDiscovery<Void> discovery, int instances) throws Exception {
        for (int i = 0; i < instances; i++) {
            discovery.registerService(ServiceInstance.<Void>builder()
                    .name("service")
                    .id("instance-" + i)
                    .address("localhost")
                    .port(1000 + i)
                    .build());
        }
    }

    private List<String> instances() throws Exception {
        return operator.children("/discovery/service").stream()
                .sorted()
                .map(each -> "/discovery/service/" + each)
                .toList();
    }

    private List<Long> births(List<String> paths) throws Exception {
        List<Long> births = new ArrayList<>();
        for (String path : paths) {
            Stat stat = operator.stat(path);
            births.add(stat == null ? 0 : stat.getCzxid());
        }
        return births;
    }

    /** What stands on the servers: czxid and payload by name. */
    private Map<String, String> truth(String path) throws Exception {
        Map<String, String> truth = new TreeMap<>();
        for (String name : operator.children(path)) {
            Stat stat = new Stat();
            try {
                String text = new String(operator.read(path + "/" + name, stat), UTF_8);
                truth.put(name, stat.getCzxid() + " " + text.substring(text.lastIndexOf('\n') + 1));
            } catch (KeeperException.NoNodeException e) {
                truth.put(name, "has gone since it was listed");
            }
        }
        return truth;
    }

    private static Map<String, String> texts(LiveView<String, Member> view) {
        Map<String, String> texts = new TreeMap<>();
        view.entries().forEach((name, member) -> texts.put(name, text(member)));
        return texts;
    }

    private static String text(io.holdfast.recipes.group.Member member) {
        return member.epoch() + " " + new String(member.payload(), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
