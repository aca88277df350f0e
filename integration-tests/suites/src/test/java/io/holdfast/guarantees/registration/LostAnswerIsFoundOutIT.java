// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The create is carried out and its answer is lost with the connection: done or not done (H6). */
class LostAnswerIsFoundOutIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RegistrationOptions SEQUENTIAL =
            RegistrationOptions.builder().sequential().build();
    private static final byte[] DATA = {1};

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** Both clients talk to the server behind it. */
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
    void theNodeThatWasCreatedIsTheOneRegistered() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/single");
                Member member = Member.start(proxy.connectString(), "single")) {
            Trap lost = proxy.dropNextReply(OpCode.CREATE2);

            RegisteredNode node = registered(member, "/single", RegistrationOptions.defaults(), lost);

            requireExactlyOne(member, "/single", node, observer);
            assertThat(createsOf("/single")).as("nothing was created twice").isEqualTo(1);
        }
    }

    @Test
    void aSequentialNodeIsFoundByItsTagAndNotMadeTwice() throws Exception {
        operator.create("/queue");
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watchChildren("/queue");
                Member member = Member.start(proxy.connectString(), "sequential")) {
            Trap lost = proxy.dropNextReply(OpCode.CREATE2);

            RegisteredNode node = registered(member, "/queue/member-", SEQUENTIAL, lost);

            requireExactlyOne(member, node.path(), node, observer);
            assertThat(operator.children("/queue")).hasSize(1);
            assertThat(createsOf("/queue/member-")).isEqualTo(1);
        }
    }

    @Test
    void anOrdinaryClientMakesItsSequentialNodeTwice() throws Exception {
        operator.create("/naive");
        CompletableFuture<Void> connected = new CompletableFuture<>();
        ZooKeeper naive = new ZooKeeper(
                proxy.connectString(), (int) Member.SESSION_TIMEOUT.toMillis(), event -> connected.complete(null));
        try {
            connected.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            proxy.dropNextReply(OpCode.CREATE);
            CompletableFuture<String> created = new CompletableFuture<>();
            createUntilAnswered(naive, "/naive/member-", created);
            created.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);

            assertThat(operator.children("/naive")).hasSize(2);
        } finally {
            naive.close();
        }
    }

    @Test
    void aContainerParentWhoseAnswerIsLostIsNotInTheWay() throws InterruptedException {
        RegistrationOptions options =
                RegistrationOptions.builder().parents(Parents.CONTAINER).build();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/container/a/node");
                Member member = Member.start(proxy.connectString(), "container")) {
            Trap lost = proxy.dropNextReply(OpCode.CREATE_CONTAINER);

            RegisteredNode node = registered(member, "/container/a/node", options, lost);

            requireExactlyOne(member, "/container/a/node", node, observer);
        }
    }

    /** Of the create2 requests the first finds no parent, the second makes it. */
    @Test
    void aPersistentParentWhoseAnswerIsLostIsNotInTheWay() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/parent/node");
                Member member = Member.start(
                        proxy.connectString(), "persistent", HoldfastClientBuilder::withoutSessionMarkers)) {
            Trap lost = proxy.cutAfter(OpCode.CREATE2, 2);

            RegisteredNode node = registered(member, "/parent/node", RegistrationOptions.defaults(), lost);

            assertThat(proxy.requests())
                    .filteredOn(request -> request.opCode() == OpCode.CREATE2)
                    .extracting(request -> request.path())
                    .startsWith("/parent/node", "/parent");
            requireExactlyOne(member, "/parent/node", node, observer);
        }
    }

    @Test
    void answersThatAreLostAgainAndAgainEndInOneNode() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/stubborn");
                Member member = Member.start(proxy.connectString(), "stubborn")) {
            Trap create = proxy.dropNextReply(OpCode.CREATE2);
            Trap exists = proxy.dropNextReply(OpCode.GET_DATA);
            Registration registration = member.register("/stubborn");
            create.awaitSprung(PATIENCE);
            exists.awaitSprung(PATIENCE);

            RegisteredNode node = registration.awaitRegistered(PATIENCE);

            requireExactlyOne(member, "/stubborn", node, observer);
            assertThat(createsOf("/stubborn")).isEqualTo(1);
        }
    }

    @Test
    void aRegistrationClosedWhileItsAnswerIsLostLeavesNothing() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/left");
                Member member = Member.start(proxy.connectString(), "leaving")) {
            Registration other = member.register("/stays");
            other.awaitRegistered(PATIENCE);
            Trap lost = proxy.dropNextReply(OpCode.CREATE2);
            Registration registration = member.register("/left");
            lost.awaitSprung(PATIENCE);

            registration.close();

            observer.awaitAbsent("/left", PATIENCE);
            assertThat(observer.everySpanOf("/left")).as("it had been created").isNotEmpty();
            assertThat(other.awaitRegistered(PATIENCE).session().value()).isEqualTo(member.session());
        }
    }

    @Test
    void aSequentialRegistrationClosedWhileItsAnswerIsLostLeavesNothing() throws Exception {
        operator.create("/exits");
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watchChildren("/exits");
                Member member = Member.start(proxy.connectString(), "leaving-queue")) {
            member.register("/keeps-the-session").awaitRegistered(PATIENCE);
            Trap lost = proxy.dropNextReply(OpCode.CREATE2);
            Registration registration = member.register("/exits/member-", SEQUENTIAL);
            lost.awaitSprung(PATIENCE);

            registration.close();

            for (String path : observer.paths()) {
                observer.awaitAbsent(path, PATIENCE);
            }
            assertThat(operator.children("/exits")).isEmpty();
        }
    }

    private static RegisteredNode registered(Member member, String path, RegistrationOptions options, Trap lost)
            throws InterruptedException {
        Registration registration = member.register(path, options);
        lost.awaitSprung(PATIENCE);
        return registration.awaitRegistered(PATIENCE);
    }

    private void requireExactlyOne(Member member, String path, RegisteredNode node, OwnerObserver observer)
            throws InterruptedException {
        observer.awaitOwner(path, member.session(), PATIENCE);
        assertThat(node.session().value()).isEqualTo(member.session());
        Set<Long> births = observer.everySpanOf(path).stream().map(Span::czxid).collect(Collectors.toSet());
        assertThat(births).as(observer.toText()).containsExactly(node.czxid());
        assertThat(member.diary().sessions())
                .as("the session survived the lost answer")
                .hasSize(1);
        Evidence.claimsAreTrue(member, observer);
        Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
    }

    private long createsOf(String path) {
        return proxy.requests().stream()
                .filter(request -> request.ephemeral() && path.equals(request.path()))
                .count();
    }

    private static void createUntilAnswered(ZooKeeper naive, String path, CompletableFuture<String> created) {
        naive.create(
                path,
                DATA,
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL_SEQUENTIAL,
                (rc, asked, context, name) -> {
                    if (rc == Code.CONNECTIONLOSS.intValue()) {
                        createUntilAnswered(naive, path, created);
                    } else {
                        created.complete(name);
                    }
                },
                null);
    }
}
