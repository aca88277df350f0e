// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.membership;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static io.holdfast.guarantees.support.SmallTicks.TICK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.guarantees.support.MemberProcess;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.RegisteringProcess;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.broker.Broker;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.broker.DuplicateId;
import io.holdfast.recipes.broker.EpochListener;
import io.holdfast.recipes.broker.HandOver;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kafka.zk.KafkaZkClient;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker is registered under its id once, every registration is an epoch of its own that ends for good, and Kafka's own code
 * reads what stands there.
 */
class BrokerRegistrationIT {

    private static final String REGISTRY = BrokerProcess.REGISTRY;
    private static final String PATH = REGISTRY + "/7";
    private static final Duration GHOST_LIFE = SESSION_TIMEOUT.plus(TICK.multipliedBy(2));

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Operator operator;

    /** What a listener of the cluster is told. */
    private static final class News implements ViewListener<Broker> {

        private final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void joined(Broker broker) {
            told.add("joined " + broker.id());
        }

        @Override
        public void left(Broker broker) {
            told.add("left " + broker.id());
        }

        @Override
        public void updated(Broker before, Broker after) {
            told.add("updated " + after.id() + " to " + new String(after.payload(), UTF_8));
        }

        @Override
        public void bounced(Broker before, Broker after) {
            assertThat(after.epoch()).isGreaterThan(before.epoch());
            told.add("bounced " + after.id());
        }
    }

    @BeforeEach
    void callTheOperator() throws Exception {
        operator = new Operator(ensemble);
    }

    @AfterEach
    void leave() throws Exception {
        ensemble.heal();
        for (AutoCloseable each : open) {
            each.close();
        }
        await().atMost(PATIENCE).until(() -> !operator.exists(PATH));
        operator.close();
    }

    @Test
    void kafkasOwnCodeReadsWhatIsRegisteredAndItsEpoch() throws Exception {
        byte[] json = RegisteringProcess.broker().toJsonBytes();
        Grant epoch = registry(direct("broker-7")).register(7, json).awaitRegistered(PATIENCE);

        KafkaZkClient kafka = kafka();
        assertThat(kafka.getBroker(7).get())
                .isEqualTo(RegisteringProcess.broker().broker());
        assertThat(kafka.getAllBrokerAndEpochsInCluster().values().head())
                .isEqualTo(epoch.token().value());
        assertThat(kafka.getSortedBrokerList().size()).isEqualTo(1);
        assertThat(operator.read(PATH)).isEqualTo(json);
        assertThat(operator.children("/brokers")).contains("ids", "ids-epochs");
        assertThat(operator.children(REGISTRY)).containsExactly("7");
    }

    @Test
    void aNodeDeletedUnderALiveSessionEndsItsEpochAndIsBackWithAnotherAndKafkasIsNot() throws Exception {
        HoldfastClient client = direct("broker-7");
        BrokerRegistration broker = registry(client).register(7, bytes("payload"));
        Grant first = broker.awaitRegistered(PATIENCE);
        News news = new News();
        registry(direct("looking")).watch(news);
        await().atMost(PATIENCE).until(() -> news.told.contains("joined 7"));
        operator.create("/guarded");

        operator.delete(PATH);

        assertThat(first.ended()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.NODE_LOST);
        Grant second = broker.awaitRegistered(PATIENCE);
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(second.session()).isEqualTo(first.session());
        assertThat(first.isHeld()).isFalse();
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() ->
                        first.transaction().setData("/guarded", bytes("old")).commit());
        assertThat(second.transaction().setData("/guarded", bytes("new")).commit())
                .isInstanceOf(TransactionOutcome.Committed.class);
        await().atMost(PATIENCE).until(() -> news.told.size() > 1);
        assertThat(news.told).containsAnyOf("bounced 7", "left 7");
        broker.close();
        assertThat(operator.exists(PATH)).isFalse();

        KafkaZkClient kafka = kafka();
        kafka.registerBroker(RegisteringProcess.broker());
        operator.delete(PATH);
        await("Kafka's broker stays away")
                .during(SESSION_TIMEOUT)
                .atMost(PATIENCE)
                .until(() -> !operator.exists(PATH));
    }

    @Test
    void anExpiredSessionEndsTheEpochBeforeTheServersDeleteTheNode() throws Exception {
        BrokerRegistration broker =
                registry(proxied("broker-7")).register(7, bytes("payload"), new DuplicateId.WaitForever());
        List<String> told = new CopyOnWriteArrayList<>();
        broker.onEpoch(new EpochListener() {
            @Override
            public void began(Grant epoch) {
                told.add("began " + epoch.token().value());
            }

            @Override
            public void ended(Grant epoch, GrantEnd why) {
                told.add("ended " + epoch.token().value() + " " + operatorSees());
            }
        });
        Grant first = broker.awaitRegistered(PATIENCE);

        ensemble.proxies().forEach(FaultProxy::refuse);
        await().atMost(PATIENCE).until(() -> !operator.exists(PATH));
        assertThat(first.isHeld()).isFalse();
        assertThat(broker.current()).isEmpty();
        ensemble.proxies().forEach(FaultProxy::accept);

        Grant second = broker.awaitRegistered(PATIENCE);
        assertThat(second.token()).isGreaterThan(first.token());
        await().atMost(PATIENCE).until(() -> told.size() == 3);
        assertThat(told)
                .containsExactly(
                        "began " + first.token().value(),
                        "ended " + first.token().value() + " the node",
                        "began " + second.token().value());
    }

    @Test
    void aBlipWithoutExpiryChangesNeitherEpochNorNodeAndTellsNobody() throws Exception {
        BrokerRegistration broker = registry(proxied("broker-7")).register(7, bytes("payload"));
        Grant epoch = broker.awaitRegistered(PATIENCE);
        Stat before = operator.stat(PATH);
        News news = new News();
        LiveView<Integer, Broker> view = registry(proxied("looking")).watch(news);
        assertThat(view.awaitCurrent(PATIENCE)).isTrue();
        for (int round = 0; round < 3; round++) {
            ensemble.proxies().forEach(FaultProxy::cut);
            assertThat(view.refreshed()).succeedsWithin(PATIENCE);
            broker.update(bytes("payload " + round), PATIENCE);
        }

        assertThat(broker.awaitRegistered(PATIENCE)).isSameAs(epoch);
        assertThat(operator.stat(PATH).getCzxid()).isEqualTo(before.getCzxid());
        assertThat(view.refreshed()).succeedsWithin(PATIENCE);
        assertThat(news.told).first().isEqualTo("joined 7");
        assertThat(news.told).last().isEqualTo("updated 7 to payload 2");
        assertThat(news.told).noneMatch(each -> each.contains("left") || each.contains("bounced"));
    }

    /** Long enough for the deadline, too short for the servers: nobody shall meet the ended epoch again. */
    @Test
    void anEpochPastItsDeadlineIsNotTakenUpAgainAlthoughItsNodeStillStands() throws Exception {
        HoldfastClient client = SmallTicks.member(ensemble.proxiedConnectString(), "broker-7")
                .sessionTimeout(Duration.ofSeconds(8))
                .safetyMargin(Duration.ofMillis(4500))
                .build()
                .start();
        open.add(client);
        BrokerRegistration broker = registry(client).register(7, bytes("payload"));
        Grant first = broker.awaitRegistered(PATIENCE);

        ensemble.proxies().forEach(FaultProxy::refuse);
        assertThat(first.ended()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.DEADLINE_PASSED);
        assertThat(operator.stat(PATH).getCzxid()).isEqualTo(first.token().value());
        ensemble.proxies().forEach(FaultProxy::accept);

        Grant second = broker.awaitRegistered(PATIENCE);
        assertThat(second.session()).as("the session lived").isEqualTo(first.session());
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(operator.stat(PATH).getCzxid()).isEqualTo(second.token().value());
        assertThat(first.isHeld()).isFalse();
    }

    @Test
    void aDuplicateWaitsVisiblyForAGhostAndIsRefusedWithoutTouchingTheFirst() throws Exception {
        Grant first = registry(direct("broker-7")).register(7, bytes("first")).awaitRegistered(PATIENCE);
        Stat before = operator.stat(PATH);

        long asked = System.nanoTime();
        BrokerRegistration second = registry(direct("other-7")).register(7, bytes("second"));
        await().atMost(PATIENCE).until(() -> second.state() instanceof Waiting);
        assertThat(((Waiting) second.state()).until())
                .hasValueSatisfying(until -> assertThat(until).isLessThanOrEqualTo(GHOST_LIFE));
        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> second.awaitRegistered(Duration.ZERO))
                .withMessageContaining("waiting for")
                .withMessageContaining(first.session().toString());

        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> second.awaitRegistered(PATIENCE))
                .satisfies(conflict -> assertThat(conflict.ownerSessionId())
                        .isEqualTo(first.session().value()));
        Duration waited = Duration.ofNanos(System.nanoTime() - asked);
        assertThat(waited).isBetween(GHOST_LIFE.minus(TICK), GHOST_LIFE.multipliedBy(2));
        assertThat(second.ended()).succeedsWithin(PATIENCE);
        assertThat(second.state()).isInstanceOf(Failed.class);
        assertThat(operator.stat(PATH)).isEqualTo(before);
        assertThat(first.isHeld()).isTrue();
    }

    @Test
    void aDuplicateOfKafkasIsRefusedAtOnceIfAskedAndKafkasDuplicateOfOursByKafka() throws Exception {
        BrokerRegistration ours = registry(direct("broker-7")).register(7, bytes("ours"));
        ours.awaitRegistered(PATIENCE);
        KafkaZkClient kafka = kafka();
        Throwable refused = catchThrowable(() -> kafka.registerBroker(RegisteringProcess.broker()));
        assertThat(refused).isInstanceOf(KeeperException.NodeExistsException.class);
        ours.close();
        long epoch = kafka.registerBroker(RegisteringProcess.broker());
        Stat before = operator.stat(PATH);

        BrokerRegistration second = registry(direct("other-7")).register(7, bytes("second"), new DuplicateId.Refuse());

        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> second.awaitRegistered(SESSION_TIMEOUT.dividedBy(2)));
        assertThat(operator.stat(PATH)).isEqualTo(before);
        assertThat(before.getCzxid()).isEqualTo(epoch);
    }

    @Test
    void aBounceThatIsFasterThanTheViewIsToldAsSuch() throws Exception {
        FaultProxy way = ensemble.server(1).proxy();
        BrokerRegistration first = registry(direct("broker-7")).register(7, bytes("first"));
        first.awaitRegistered(PATIENCE);
        BrokerRegistration second =
                registry(direct("other-7")).register(7, bytes("second"), new DuplicateId.WaitForever());
        await().atMost(PATIENCE).until(() -> second.state() instanceof Waiting);
        News news = new News();
        HoldfastClient looking =
                SmallTicks.member(way.connectString(), "looking").build().start();
        open.add(looking);
        LiveView<Integer, Broker> view = registry(looking).watch(news);
        await().atMost(PATIENCE).until(() -> news.told.contains("joined 7"));

        way.toClient().hold();
        first.close();
        long epoch = second.awaitRegistered(PATIENCE).token().value();
        way.toClient().release();

        await().atMost(PATIENCE).until(() -> news.told.size() > 1);
        assertThat(news.told).containsExactly("joined 7", "bounced 7");
        assertThat(view.entry(7)).hasValueSatisfying(broker -> {
            assertThat(broker.epoch()).isEqualTo(epoch);
            assertThat(broker.payload()).isEqualTo(bytes("second"));
        });
    }

    @Test
    void aHandOverEndsTheOldEpochBeforeTheNewOneBeginsAndSaysWhatCameOfIt() throws Exception {
        BrokerRegistration old = registry(direct("broker-7")).register(7, bytes("old"));
        Grant epoch = old.awaitRegistered(PATIENCE);
        BrokerRegistration next =
                registry(direct("broker-7")).register(7, bytes("next"), new DuplicateId.WaitForever());
        await().atMost(PATIENCE).until(() -> next.state() instanceof Waiting);

        HandOver outcome = old.handOver(PATIENCE);

        Grant taken = next.awaitRegistered(PATIENCE);
        assertThat(outcome).isInstanceOfSatisfying(HandOver.Taken.class, handed -> {
            assertThat(handed.successor().epoch()).isEqualTo(taken.token().value());
            assertThat(handed.successor().payload()).isEqualTo(bytes("next"));
        });
        assertThat(epoch.ended()).isCompletedWithValue(GrantEnd.RELEASED);
        assertThat(taken.token()).isGreaterThan(epoch.token());
        assertThat(old.ended()).succeedsWithin(PATIENCE);
        assertThat(old.state()).isInstanceOf(Closed.class);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> old.handOver(PATIENCE))
                .withMessageContaining("handed over");

        assertThat(next.handOver(TICK)).isEqualTo(new HandOver.Vacant(TICK));
        assertThat(operator.exists(PATH)).isFalse();
        assertThat(registry(direct("broker-7"))
                        .register(7, bytes("again"))
                        .awaitRegistered(PATIENCE)
                        .token())
                .isGreaterThan(taken.token());
    }

    @Test
    void aHandOverWithoutTheEnsembleSaysThatItDoesNotKnow() throws Exception {
        BrokerRegistration broker = registry(proxied("broker-7")).register(7, bytes("old"));
        Grant epoch = broker.awaitRegistered(PATIENCE);
        ensemble.proxies().forEach(FaultProxy::refuse);

        assertThat(broker.handOver(TICK))
                .isInstanceOfSatisfying(HandOver.Unknown.class, unknown -> assertThat(unknown.why())
                        .contains("not confirmed"));
        assertThat(epoch.ended()).isCompletedWithValue(GrantEnd.RELEASED);
        ensemble.proxies().forEach(FaultProxy::accept);

        assertThat(broker.ended()).succeedsWithin(PATIENCE);
        assertThat(operator.exists(PATH)).isFalse();
    }

    @Test
    void processesHandOverAndRestartAtOnceWithAJournalAndAfterTheGhostWithout(@TempDir Path directory)
            throws Exception {
        String journal = directory.resolve("journal").toString();
        try (MemberProcess first = broker(BrokerProcess.NO_JOURNAL);
                MemberProcess next = broker(BrokerProcess.NO_JOURNAL);
                MemberProcess without = broker(journal)) {
            long epoch = registered(first);
            next.tell("patiently");
            awaitWaiting(next);
            first.tell("20");
            long handed = epoch(next);
            assertThat(first.await("handed over", PATIENCE).text()).isEqualTo("handed over to " + handed);
            assertThat(first.await("ended", PATIENCE).text()).isEqualTo("ended " + epoch + " RELEASED");
            assertThat(handed).isGreaterThan(epoch);

            next.kill();
            without.tell("register");
            awaitWaiting(without);
            long waited = epoch(without);
            assertThat(waited).isGreaterThan(handed);

            without.kill();
            long killed = System.nanoTime();
            try (MemberProcess with = broker(journal)) {
                assertThat(registered(with)).isGreaterThan(waited);
                Duration took = Duration.ofNanos(with.await("epoch", PATIENCE).nanoTime() - killed);
                assertThat(took).as("less than the ghost could stand").isLessThan(BrokerProcess.SESSION_TIMEOUT);
            }
        }
    }

    @Test
    void anUpdateKeepsTheEpochAndOutlivesTheSession() throws Exception {
        HoldfastClient client = proxied("broker-7");
        BrokerRegistration broker = registry(client).register(7, bytes("one"));
        Grant first = broker.awaitRegistered(PATIENCE);
        broker.update(bytes("two"), PATIENCE);
        assertThat(operator.read(PATH)).isEqualTo(bytes("two"));
        assertThat(first.isHeld()).isTrue();
        assertThat(operator.stat(PATH).getCzxid()).isEqualTo(first.token().value());

        SmallTicks.declareExpired(client);

        assertThat(first.ended()).succeedsWithin(PATIENCE);
        assertThat(broker.awaitRegistered(PATIENCE).token()).isGreaterThan(first.token());
        assertThat(operator.read(PATH)).isEqualTo(bytes("two"));
    }

    @Test
    void aReleasedEpochLeavesTheCluster() throws Exception {
        HoldfastClient client = direct("broker-7");
        BrokerRegistration broker = registry(client).register(7, bytes("one"));
        Grant epoch = broker.awaitRegistered(PATIENCE);
        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> registry(client).register(7, bytes("twice")));

        epoch.release();

        assertThat(operator.exists(PATH)).isFalse();
        assertThat(broker.ended()).succeedsWithin(PATIENCE);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(epoch::release);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> broker.handOver(PATIENCE));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> broker.awaitRegistered(PATIENCE))
                .withMessageContaining("closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.handOver(Duration.ZERO))
                .withMessageContaining("atMost");
        broker.close();
    }

    private String operatorSees() {
        try {
            return operator.exists(PATH) ? "the node" : "nothing";
        } catch (Exception e) {
            return e.toString();
        }
    }

    private MemberProcess broker(String journal) throws InterruptedException {
        MemberProcess process = MemberProcess.start(BrokerProcess.class, ensemble.connectString(), "7", journal);
        process.await("ready", PATIENCE);
        return process;
    }

    private static long registered(MemberProcess process) throws InterruptedException {
        process.tell("register");
        return epoch(process);
    }

    private static void awaitWaiting(MemberProcess process) throws InterruptedException {
        process.await("registering", PATIENCE);
        await().atMost(PATIENCE).until(() -> {
            process.tell("state");
            return process.said("state Waiting").isPresent();
        });
    }

    private static long epoch(MemberProcess process) throws InterruptedException {
        return Long.parseLong(process.await("epoch ", PATIENCE).text().substring("epoch ".length()));
    }

    private KafkaZkClient kafka() {
        KafkaZkClient kafka = RegisteringProcess.kafkaClient(ensemble.connectString());
        open.add(kafka);
        return kafka;
    }

    private HoldfastClient direct(String memberId) {
        return client(ensemble.connectString(), memberId);
    }

    private HoldfastClient proxied(String memberId) {
        return client(ensemble.proxiedConnectString(), memberId);
    }

    private HoldfastClient client(String connectString, String memberId) {
        HoldfastClient client =
                SmallTicks.member(connectString, memberId).build().start();
        open.add(client);
        return client;
    }

    private static BrokerRegistry registry(HoldfastClient client) {
        return BrokerRegistry.at(client, REGISTRY);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
