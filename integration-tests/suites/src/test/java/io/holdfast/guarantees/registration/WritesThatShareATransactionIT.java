// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Creates, deletes and payloads of many registrations go out in a few transactions, and each ends as it would alone. */
class WritesThatShareATransactionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY = 200;

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private final FaultProxy proxy = ensemble.server(1).proxy();

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
    void manyNodesAreMadeReplacedAndDeletedInAFewTransactions() throws Exception {
        operator.create("/few");
        try (Member member = start("few")) {
            member.client().awaitConfirmed(PATIENCE);
            proxy.resetCounts();

            List<Registration> all = register(member, "/few/n-", MANY);
            member.awaitRegistered(PATIENCE);

            requireAllOwned(member, all);
            assertThat(writes()).as("one alone and a few transactions").isLessThanOrEqualTo(20);

            proxy.resetCounts();
            join(all.stream()
                    .<CompletionStage<?>>map(each -> each.update(new byte[] {7}))
                    .toList());
            assertThat(writes()).as("payloads").isLessThanOrEqualTo(20);
            assertThat(operator.stat(all.get(MANY - 1).path()).getVersion()).isEqualTo(1);

            proxy.resetCounts();
            join(all.stream().<CompletionStage<?>>map(Registration::closeAsync).toList());
            assertThat(writes()).as("deletes").isLessThanOrEqualTo(20);
            assertThat(operator.children("/few")).isEmpty();
        }
    }

    /** What happens to a node between its create and its watch is told by the server when the watch is set. */
    @Test
    void aNodeThatIsDeletedBeforeItsWatchIsSetComesBack() throws Exception {
        operator.create("/gone");
        try (Member member = start("gone")) {
            member.client().awaitConfirmed(PATIENCE);
            proxy.toServer().hold(OpCode.SET_WATCHES);

            List<Registration> all = register(member, "/gone/n-", MANY);
            proxy.awaitRequests(OpCode.SET_WATCHES, 1, PATIENCE);
            List<String> created = operator.children("/gone");
            assertThat(created)
                    .as("of the transaction whose watches are on their way")
                    .hasSizeGreaterThan(4);
            for (String name : created) {
                if (name.endsWith("5")) { // the first went out alone, and has its watch
                    operator.delete("/gone/" + name);
                }
            }
            proxy.toServer().open();

            member.awaitRegistered(PATIENCE);
            await().ignoreExceptions().atMost(PATIENCE).untilAsserted(() -> requireAllOwned(member, all));
        }
    }

    @Test
    void aNodeThatIsDeletedLaterComesBackAndANewPayloadAsksForNothing() throws Exception {
        operator.create("/later");
        try (Member member = start("later")) {
            member.client().awaitConfirmed(PATIENCE);
            List<Registration> all = register(member, "/later/n-", MANY);
            member.awaitRegistered(PATIENCE);
            proxy.resetCounts();

            join(all.stream()
                    .<CompletionStage<?>>map(each -> each.update(new byte[] {7}))
                    .toList());

            assertThat(proxy.count(OpCode.EXISTS, OpCode.GET_DATA))
                    .as("reads for the lone one")
                    .isLessThanOrEqualTo(4);
            for (int i = 5; i < MANY; i += 20) {
                operator.delete(all.get(i).path());
            }
            await().ignoreExceptions().atMost(PATIENCE).untilAsserted(() -> requireAllOwned(member, all));
        }
    }

    @Test
    void aLoneRegistrationIsNotHeldUp() throws Exception {
        operator.create("/lone");
        try (Member member = start("lone")) {
            member.client().awaitConfirmed(PATIENCE);
            proxy.resetCounts();

            member.register("/lone/n").awaitRegistered(PATIENCE);

            assertThat(proxy.count(OpCode.CREATE, OpCode.CREATE2)).isEqualTo(1);
            assertThat(proxy.count(OpCode.MULTI)).isZero();
        }
    }

    @Test
    void whatIsRefusedHoldsUpNobodyElse() throws Exception {
        operator.create("/mixed");
        operator.create("/closed");
        operator.setAcl("/closed", ZooDefs.Ids.READ_ACL_UNSAFE);
        try (Member other = start("other");
                Member member = start("mixed")) {
            for (int i = 0; i < MANY; i += 40) {
                other.register("/mixed/n-" + i);
            }
            other.awaitRegistered(PATIENCE);
            member.client().awaitConfirmed(PATIENCE);

            List<Registration> refused = new ArrayList<>();
            List<Registration> all = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                if (i % 50 == 7) {
                    refused.add(member.client().register("/closed/n-" + i, new byte[0]));
                }
                all.add(member.client().register("/mixed/n-" + i, new byte[0], RegistrationOptions.defaults()));
                all.add(member.client().register("/missing-" + i % 5 + "/n-" + i, new byte[0]));
            }

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(all)
                    .filteredOn(each -> each.state() instanceof RegistrationState.Registered)
                    .hasSize(2 * MANY - MANY / 40));
            assertThat(all.stream()
                            .filter(each -> !(each.state() instanceof RegistrationState.Registered))
                            .map(Registration::path))
                    .as("those of the other member")
                    .allMatch(path -> Integer.parseInt(path.substring("/mixed/n-".length())) % 40 == 0);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(refused)
                    .allMatch(each -> each.state() instanceof RegistrationState.Failed));
        }
    }

    @Test
    void aTransactionWhoseAnswerIsLostIsFoundDone() throws Exception {
        operator.create("/done");
        loseATransaction("/done", proxy.dropNextReply(OpCode.MULTI), true);
    }

    @Test
    void aTransactionThatNeverArrivedIsFoundNotDone() throws Exception {
        operator.create("/not-done");
        loseATransaction("/not-done", proxy.cutBeforeNext(OpCode.MULTI), false);
    }

    private void loseATransaction(String parent, Trap trap, boolean isDone) throws Exception {
        try (Member member = start("lost" + isDone)) {
            long session = member.client().awaitConfirmed(PATIENCE).id().value();
            proxy.resetCounts();

            List<Registration> all = register(member, parent + "/n-", MANY);
            trap.awaitSprung(PATIENCE);
            member.awaitRegistered(PATIENCE);

            requireAllOwned(member, all);
            assertThat(member.session()).as("the same session").isEqualTo(session);
            assertThat(proxy.count(OpCode.GET_EPHEMERALS))
                    .as("one list for all of them")
                    .isBetween(1, 2);
            if (!isDone) {
                assertThat(proxy.count(OpCode.GET_DATA))
                        .as("what the list does not show is created, and not read first")
                        .isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void theSessionsEndInTheMiddleLosesNone() throws Exception {
        operator.create("/end");
        try (Member member = start("end")) {
            long first = member.client().awaitConfirmed(PATIENCE).id().value();
            proxy.toClient().hold(OpCode.MULTI);

            List<Registration> all = register(member, "/end/n-", MANY);
            proxy.awaitRequests(OpCode.MULTI, 1, PATIENCE);
            SmallTicks.declareExpired(member.client());
            proxy.toClient().open();

            await().atMost(PATIENCE).until(() -> member.session() != 0 && member.session() != first);
            await().atMost(PATIENCE).until(member::isRegistered);
            requireAllOwned(member, all);
        }
    }

    @Test
    void closeAndUpdateInTheMiddleAreKept() throws Exception {
        operator.create("/middle");
        try (Member member = start("middle")) {
            member.client().awaitConfirmed(PATIENCE);
            proxy.toServer().hold(OpCode.MULTI);

            List<Registration> all = register(member, "/middle/n-", MANY);
            proxy.awaitRequests(OpCode.MULTI, 1, PATIENCE);
            List<CompletionStage<?>> settled = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                settled.add(i % 2 == 0 ? all.get(i).closeAsync() : all.get(i).update(new byte[] {7}));
            }
            proxy.toServer().open();
            join(settled);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(operator.children("/middle"))
                    .hasSize(MANY / 2)
                    .allMatch(name -> Integer.parseInt(name.substring(2)) % 2 == 1));
            for (int i = 1; i < MANY; i += 2) {
                byte[] data = operator.read(all.get(i).path());
                assertThat(data[data.length - 1]).as(all.get(i).path()).isEqualTo((byte) 7);
            }
        }
    }

    private Member start(String memberId) {
        return Member.start(proxy.connectString(), memberId, HoldfastClientBuilder::withoutSessionMarkers);
    }

    private static List<Registration> register(Member member, String prefix, int count) {
        List<Registration> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(member.register(prefix + i));
        }
        return all;
    }

    private void requireAllOwned(Member member, List<Registration> all) throws Exception {
        for (Registration each : all) {
            assertThat(operator.stat(each.path()).getEphemeralOwner())
                    .as(each.path())
                    .isEqualTo(member.session());
        }
    }

    private int writes() {
        return proxy.count(OpCode.MULTI, OpCode.CREATE, OpCode.CREATE2, OpCode.SET_DATA, OpCode.DELETE);
    }

    private static void join(List<CompletionStage<?>> stages) throws Exception {
        CompletableFuture.allOf(stages.stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture[]::new))
                .get(30, TimeUnit.SECONDS);
    }
}
