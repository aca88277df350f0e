// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.input;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.TICK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.error.CapacityExceededException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.registration.Parents;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Safety;
import io.holdfast.tag.TagFormat;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot work is refused with the setting or path, the value and what is allowed, before anything is sent. */
class BadInputIT {

    private static final byte[] DATA = {1};

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final FaultProxy proxy = SERVERS.ensemble().server(1).proxy();
    private HoldfastClient client;

    @BeforeEach
    void start() throws InterruptedException {
        client = member(builder -> {}).start();
        client.awaitConfirmed(PATIENCE);
        proxy.resetCounts();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @ParameterizedTest(name = "\"{0}\"")
    @CsvSource({
        "'', it names no server",
        "'   ', it names no server",
        "'/chroot', it names no server",
        "'zk1:2181,', a server in it has no host name",
        "'zk1:0', is not between 1 and 65535",
        "'zk1:2181/a//b', its chroot is no path",
    })
    void aConnectStringThatNamesNoServers(String connectString, String reason) {
        assertThatThrownBy(() -> member(builder -> builder.connectString(connectString)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connectString must be host:port")
                .hasMessageContaining('"' + connectString + '"')
                .hasMessageContaining(reason);
        assertThat(sent()).isEmpty();
    }

    @Test
    void aClientWithoutAConnectStringOrAMemberId() {
        assertThatThrownBy(() -> HoldfastClient.builder().memberId("broker-7").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connectString");
        assertThatThrownBy(
                        () -> HoldfastClient.builder().connectString("zk1:2181").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memberId");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"a/b", "", "../a", "-a", "a b"})
    void aMemberIdThatCannotBeAName(String memberId) {
        assertThatThrownBy(() -> member(builder -> builder.memberId(memberId)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memberId must be 1 to 128 characters of A-Z a-z 0-9 . _ -")
                .hasMessageContaining('"' + memberId + '"');
        assertThat(sent()).isEmpty();
    }

    @Test
    void aTimeoutOfZeroOrLess() {
        assertRefused(builder -> builder.sessionTimeout(Duration.ZERO), "sessionTimeout must be positive", "PT0S");
        assertRefused(
                builder -> builder.sessionTimeout(Duration.ofSeconds(-1)), "sessionTimeout must be positive", "PT-1S");
        assertRefused(
                builder -> builder.sessionTimeout(Duration.ofNanos(10)), "sessionTimeout must be between 1 ms", "PT");
        assertRefused(builder -> builder.confirmTimeout(Duration.ZERO), "confirmTimeout must be positive", "PT0S");
        assertRefused(builder -> builder.serverTick(Duration.ofMillis(-1)), "serverTick must be positive", "PT-0.001S");
        assertRefused(
                builder -> builder.auditInterval(Duration.ofSeconds(-1)),
                "auditInterval must be zero (off) or at least PT1S",
                "PT-1S");
    }

    @Test
    void aSafetyMarginBelowTheTick() {
        assertRefused(
                builder -> builder.safetyMargin(TICK.minusMillis(1)),
                "safetyMargin must be at least serverTick (PT0.5S)",
                "PT0.499S");
        assertRefused(
                builder -> builder.safetyMargin(Duration.ofHours(1)), "shorter than sessionTimeout (PT3S)", "PT1H");
    }

    @Test
    void aNegativeWait() throws InterruptedException {
        Duration negative = Duration.ofMillis(-1);
        Registration registration = client.register("/negative-wait", DATA);
        assertThatThrownBy(() -> registration.awaitRegistered(negative))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("atMost must be zero or more, but was PT-0.001S");
        assertThatThrownBy(() -> client.awaitConfirmed(negative))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("atMost must be zero or more, but was PT-0.001S");
        try (Safety safety = client.awaitConfirmed(PATIENCE).safety()) {
            assertThatThrownBy(() -> safety.await(negative))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("atMost must be zero or more, but was PT-0.001S");
            assertThatThrownBy(() -> safety.require(negative))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("needed must be zero or more, but was PT-0.001S");
        }
        assertThatThrownBy(
                        () -> RegistrationOptions.builder().waitLimit(negative).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("waitLimit must be positive, but was PT-0.001S");
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"relative", "", "/", "/a/", "/a//b", "/a/../b", "/a\u0000"})
    void aPathThatIsNone(String path) {
        assertThatThrownBy(() -> client.register(path, DATA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("path must")
                .hasMessageContaining('"' + path + '"');
        assertThatThrownBy(() -> client.register(
                        "/good",
                        DATA,
                        RegistrationOptions.builder()
                                .takeOverUnknownGhosts(path)
                                .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("guardPath must")
                .hasMessageContaining('"' + path + '"');
        assertThat(sent()).isEmpty();
    }

    @Test
    void dataThatNoRequestCanCarry() {
        int limit = 0xfffff;
        assertThatThrownBy(() -> client.register("/large", new byte[limit]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data of /large must be at most")
                .hasMessageContaining("jute.maxbuffer is " + limit);
        assertThat(sent()).isEmpty();
    }

    @Test
    void anUpdateThatNoRequestCanCarryLeavesTheNodeAsItIs() throws Exception {
        Registration registration = client.register("/large-update", DATA);
        registration.awaitRegistered(PATIENCE);
        proxy.resetCounts();

        assertThatThrownBy(() -> registration.update(new byte[0xfffff]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data of /large-update must be at most");

        assertThat(sent()).isEmpty();
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void aPathThatDoesNotFitTheBudget() throws InterruptedException {
        assertRefused(builder -> builder.pathBudget(1023), "pathBudget must be between 1024", "1023");
        assertRefused(builder -> builder.pathBudget(1 << 20), "jute.maxbuffer (1048575)", "1048576");
        String namespace = "n".repeat(500);
        try (HoldfastClient small =
                member(builder -> builder.pathBudget(1024).namespace(namespace)).start()) {
            small.awaitConfirmed(PATIENCE);
            proxy.resetCounts();
            String path = "/" + "x".repeat(600);

            assertThatThrownBy(() -> small.register(path, DATA))
                    .isInstanceOf(CapacityExceededException.class)
                    .hasMessageContaining("path /" + namespace + path + " takes 1106 bytes")
                    .hasMessageContaining("pathBudget of 1024 bytes");

            assertThat(sent()).isEmpty();
            Registration fits = small.register("/" + "y".repeat(500), DATA);
            fits.awaitRegistered(PATIENCE);
            assertThatThrownBy(() -> small.register("/y", DATA))
                    .isInstanceOf(CapacityExceededException.class)
                    .hasMessageContaining("1006 are in use");
            fits.close();
            small.register("/y", DATA).awaitRegistered(PATIENCE);
        }
    }

    @Test
    void twoRegistrationsOfOnePath() throws InterruptedException {
        Registration registration = client.register("/twice", DATA);
        registration.awaitRegistered(PATIENCE);
        proxy.resetCounts();

        assertThatThrownBy(() -> client.register("/twice", DATA))
                .isInstanceOf(OwnershipConflictException.class)
                .hasMessageContaining("/twice is held by another registration of this client");

        assertThat(sent()).isEmpty();
        registration.close();
        client.register("/twice", DATA).awaitRegistered(PATIENCE);
    }

    @Test
    void twoSequentialNodesThatCouldNotBeToldApart() {
        RegistrationOptions untagged = RegistrationOptions.builder()
                .sequential()
                .format(TagFormat.ownerOnly())
                .build();
        client.register("/untagged-", DATA, untagged);

        assertThatThrownBy(() -> client.register("/untagged-", DATA, untagged))
                .isInstanceOf(OwnershipConflictException.class)
                .hasMessageContaining("/untagged-")
                .hasMessageContaining("another registration of this client");
    }

    @Test
    void aSessionTimeoutOfWhichNothingIsEverCertain() throws InterruptedException {
        try (HoldfastClient hasty = member(builder -> builder.sessionTimeout(Duration.ofSeconds(4))
                        .serverTick(Duration.ofSeconds(2))
                        .safetyMargin(Duration.ofSeconds(2)))
                .start()) {
            hasty.awaitConfirmed(PATIENCE);
            proxy.resetCounts();
            for (ThrowingCallable ask : List.<ThrowingCallable>of(
                    hasty.sessions().get(0)::safety,
                    () -> FencedLock.at(hasty, "/lock").acquire(),
                    () -> LeaderElection.queued(hasty, "/leader", DATA).campaign(),
                    () -> BrokerRegistry.at(hasty, "/brokers/ids").register(1, DATA))) {
                assertThatThrownBy(ask)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("sessionTimeout")
                        .hasMessageContaining("must be longer than 4500 ms")
                        .hasMessageContaining("but was 4000 ms");
            }
            assertThat(sent()).isEmpty();
        }
    }

    @Test
    void aFenceForASequentialNode() {
        assertThatThrownBy(() -> RegistrationOptions.builder()
                        .sequential()
                        .fence("/fences/a")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fence must be left out for a sequential node")
                .hasMessageContaining("\"/fences/a\"");
    }

    @Test
    void dataThatIsNoJsonObjectInAJsonField() {
        assertThatThrownBy(() -> client.register(
                        "/json",
                        DATA,
                        RegistrationOptions.builder()
                                .format(TagFormat.jsonField())
                                .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JSON");
        assertThat(sent()).isEmpty();
    }

    @Test
    void aClientThatIsNotStarted() {
        HoldfastClient idle = member(builder -> {});
        assertThatThrownBy(() -> idle.register("/idle", DATA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broker-7 is not started and cannot register /idle");
        assertThatThrownBy(() -> idle.awaitConfirmed(PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not started");
        idle.close();
        assertThat(sent()).isEmpty();
    }

    @Test
    void aClientThatIsClosed() throws Exception {
        Registration registration = client.register("/closing", DATA);
        registration.awaitRegistered(PATIENCE);
        client.close();
        client.close();
        proxy.resetCounts();

        assertThatThrownBy(() -> client.register("/closed", DATA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broker-7 is closed and cannot register /closed");
        assertThatThrownBy(() -> client.awaitConfirmed(PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(client.sessions().get(0)::safety)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(client::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() ->
                        client.unwrap(CuratorFramework.class).checkExists().forPath("/"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> registration.update(DATA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/closing");
        assertThatThrownBy(() -> registration.awaitRegistered(PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/closing");
        assertThat(registration.ended().toCompletableFuture()).succeedsWithin(PATIENCE);
        assertThat(sent()).isEmpty();
    }

    @Test
    void aRegistrationThatIsClosed() throws Exception {
        Registration registration = client.register("/over", DATA);
        registration.awaitRegistered(PATIENCE);
        registration.close();
        registration.close();
        proxy.resetCounts();

        assertThatThrownBy(() -> registration.update(DATA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/over is over");
        assertThatThrownBy(() -> registration.awaitRegistered(PATIENCE)).isInstanceOf(IllegalStateException.class);
        assertThat(sent()).isEmpty();
    }

    @Test
    void aChrootThatDoesNotExist() {
        try (HoldfastClient lost = SmallTicks.member(proxy.connectString() + "/no/such/chroot", "broker-7")
                .build()
                .start()) {
            for (String path : List.of("/a", "/parent/of/a")) {
                assertThatThrownBy(() -> lost.register(path, DATA).awaitRegistered(PATIENCE))
                        .isInstanceOf(RefusedByEnsembleException.class)
                        .hasMessageContaining("connectString: its chroot /no/such/chroot does not exist");
            }
        }
    }

    @Test
    void aParentThatMustExistAndDoesNot() {
        assertThatThrownBy(() -> client.register(
                                "/missing/child",
                                DATA,
                                RegistrationOptions.builder()
                                        .parents(Parents.REQUIRED)
                                        .build())
                        .awaitRegistered(PATIENCE))
                .isInstanceOf(RefusedByEnsembleException.class)
                .hasMessageContaining("/missing/child")
                .hasMessageContaining("parents is REQUIRED");
        assertThat(proxy.count(OpCode.CREATE)).isZero();
    }

    @Test
    void aParentThatMayNotBeWrittenTo() throws Exception {
        try (CuratorFramework operator =
                SmallTicks.curator(SERVERS.ensemble().connectString()).build()) {
            operator.start();
            operator.create().withACL(Ids.READ_ACL_UNSAFE).forPath("/read-only");
        }
        for (String path : List.of("/read-only/a", "/read-only/parent/a")) {
            assertThatThrownBy(() -> client.register(path, DATA).awaitRegistered(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining(path)
                    .hasMessageContaining("NOAUTH")
                    .hasMessageContaining("acl and authorization settings");
        }
    }

    @Test
    void anAclThatIsNone() {
        assertThatThrownBy(() -> RegistrationOptions.builder().acl(List.of()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("acl must have at least one entry");
        Map<String, List<ACL>> unknown = Map.of(
                "[auth::cdrwa]",
                Ids.CREATOR_ALL_ACL,
                "[no-such-scheme:somebody:cdrwa]",
                List.of(new ACL(Perms.ALL, new Id("no-such-scheme", "somebody"))));
        unknown.forEach((text, acl) -> {
            Registration registration = client.register(
                    "/invalid-acl", DATA, RegistrationOptions.builder().acl(acl).build());
            assertThatThrownBy(() -> registration.awaitRegistered(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining("/invalid-acl")
                    .hasMessageContaining("INVALIDACL")
                    .hasMessageContaining(text);
        });
    }

    @Test
    @Timeout(30)
    void anEnsembleThatCannotBeReached() throws Exception {
        proxy.refuse();
        try (HoldfastClient lost = member(builder -> {}).start()) {
            Registration registration = lost.register("/unreachable", DATA);
            assertThatThrownBy(() -> lost.awaitConfirmed(Duration.ofSeconds(1)))
                    .isInstanceOf(SessionNotConfirmedException.class)
                    .hasMessageContaining(proxy.connectString())
                    .hasMessageContaining("1000 ms")
                    .hasMessageContaining("no server answers at this connectString");
            assertThatThrownBy(() -> registration.awaitRegistered(Duration.ofMillis(100)))
                    .isInstanceOf(SessionNotConfirmedException.class)
                    .hasMessageContaining("/unreachable is not registered after 100 ms");
            proxy.accept();
            registration.awaitRegistered(PATIENCE);
            proxy.refuse();
            await().atMost(PATIENCE).until(() -> !SmallTicks.isConfirmed(lost));
        }
    }

    private HoldfastClient member(Consumer<HoldfastClientBuilder> settings) {
        HoldfastClientBuilder builder =
                SmallTicks.member(proxy.connectString(), "broker-7").withoutSessionMarkers();
        settings.accept(builder);
        return builder.build();
    }

    private void assertRefused(Consumer<HoldfastClientBuilder> settings, String rule, String value) {
        assertThatThrownBy(() -> member(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule)
                .hasMessageContaining(value);
        assertThat(sent()).isEmpty();
    }

    private List<OpCode> sent() {
        return proxy.requests().stream()
                .map(RecordedRequest::opCode)
                .filter(opCode -> opCode != OpCode.PING)
                .toList();
    }
}
