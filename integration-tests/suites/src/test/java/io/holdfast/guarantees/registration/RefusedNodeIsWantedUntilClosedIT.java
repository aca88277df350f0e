// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.event.HoldfastEvent.WaitingInQueue;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Membership;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Refused;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was registered once is wanted until it is closed: a refusal is tried again, and says what is refused. */
class RefusedNodeIsWantedUntilClosedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1).jvmProperty("zookeeper.enforceQuota", "true"));

    private final Ensemble ensemble = SERVERS.ensemble();

    private Operator operator;

    @BeforeEach
    void callTheOperator() throws Exception {
        operator = new Operator(ensemble);
    }

    @AfterEach
    void dismissTheOperator() {
        operator.close();
    }

    @Test
    void aChrootThatIsDeletedAndMadeAgain() throws Exception {
        operator.create("/app");
        try (Member member = Member.start(
                ensemble.connectString() + "/app", "below-a-chroot", HoldfastClientBuilder::withoutSessionMarkers)) {
            Registration registration = member.register("/node");
            registration.awaitRegistered(PATIENCE);

            operator.deleteTogether(List.of("/app/node", "/app"));
            awaitRefused(registration, "its chroot /app does not exist");
            operator.create("/app");

            registration.awaitRegistered(PATIENCE);
            assertThat(operator.exists("/app/node")).isTrue();
            assertThat(warnings(member)).isEqualTo(1);
        }
    }

    @Test
    void aQuotaThatIsReachedAndRaised() throws Exception {
        operator.create("/quota");
        operator.limitNodes("/quota", 10);
        try (Member member = Member.start(ensemble.connectString(), "below-a-quota")) {
            Registration registration = member.register("/quota/node");
            registration.awaitRegistered(PATIENCE);

            operator.limitNodes("/quota", 1);
            operator.delete("/quota/node");
            Refused refused = awaitRefused(registration, "QUOTAEXCEEDED");
            assertThat(refused.error())
                    .hasMessageContaining("raise the quota")
                    .hasMessageNotContaining("authorization")
                    .hasMessageNotContaining("\n");
            await().atMost(PATIENCE)
                    .until(() -> registration.state() instanceof Refused later
                            && later.refusedFor().compareTo(Duration.ofSeconds(1)) > 0);
            operator.limitNodes("/quota", 10);

            registration.awaitRegistered(PATIENCE);
            assertThat(warnings(member)).isEqualTo(1);
        }
    }

    @Test
    void anAclThatIsChangedAndChangedBack() throws Exception {
        operator.create("/acl");
        try (Member member = Member.start(ensemble.connectString(), "below-an-acl")) {
            Registration registration = member.register("/acl/node");
            registration.awaitRegistered(PATIENCE);

            int allButCreate = Perms.READ | Perms.DELETE | Perms.ADMIN;
            operator.setAcl("/acl", List.of(new ACL(allButCreate, Ids.ANYONE_ID_UNSAFE)));
            operator.delete("/acl/node");
            awaitRefused(registration, "NOAUTH");
            operator.setAcl("/acl", Ids.OPEN_ACL_UNSAFE);

            registration.awaitRegistered(PATIENCE);
        }
    }

    @Test
    void whoClosesWhileItIsRefusedLeavesNothingBehind() throws Exception {
        operator.create("/closed");
        try (Member member = Member.start(
                ensemble.connectString() + "/closed", "closing", HoldfastClientBuilder::withoutSessionMarkers)) {
            Registration registration = member.register("/node");
            registration.awaitRegistered(PATIENCE);
            operator.deleteTogether(List.of("/closed/node", "/closed"));
            awaitRefused(registration, "its chroot /closed does not exist");

            registration.close();

            assertThat(registration.state().isOver()).isTrue();
            operator.create("/closed");
            await().during(Member.SESSION_TIMEOUT).atMost(PATIENCE).until(() -> !operator.exists("/closed/node"));
        }
    }

    @Test
    void beforeTheFirstSuccessItFailsUnlessAskedToKeepTrying() throws Exception {
        try (Member member = Member.start(ensemble.connectString() + "/late", "early")) {
            Registration hasty = member.register("/hasty");
            Registration patient = member.register(
                    "/patient",
                    RegistrationOptions.builder().keepTryingWhenRefused().build());

            assertThatExceptionOfType(RefusedByEnsembleException.class)
                    .isThrownBy(() -> hasty.awaitRegistered(PATIENCE))
                    .withMessageContaining("its chroot /late does not exist");
            awaitRefused(patient, "its chroot /late does not exist");
            operator.create("/late");

            patient.awaitRegistered(PATIENCE);
            assertThat(hasty.state()).isInstanceOf(Failed.class);
            assertThat(patient.state()).isInstanceOf(Registered.class);
        }
    }

    @Test
    void aBrokerAndAMemberOfAGroup() throws Exception {
        try (Member member = Member.start(ensemble.connectString(), "served");
                BrokerRegistration broker =
                        BrokerRegistry.at(member.client(), "/brokers").register(7, new byte[0]);
                Membership membership = Group.at(member.client(), "/group").join("one", new byte[0])) {
            long first = broker.awaitRegistered(PATIENCE).token().value();
            membership.awaitJoined(PATIENCE);

            List<ACL> allButCreate = List.of(new ACL(Perms.READ | Perms.DELETE | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE));
            operator.setAcl("/brokers", allButCreate);
            operator.setAcl("/group", allButCreate);
            operator.deleteTogether(List.of("/brokers/7", "/group/one"));
            await().atMost(PATIENCE)
                    .until(() -> broker.state() instanceof Refused && membership.state() instanceof Refused);
            operator.setAcl("/brokers", Ids.OPEN_ACL_UNSAFE);
            operator.setAcl("/group", Ids.OPEN_ACL_UNSAFE);

            assertThat(broker.awaitRegistered(PATIENCE).token().value()).isGreaterThan(first);
            membership.awaitJoined(PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCampaignThatWaits(boolean isAtNode) throws Exception {
        String path = isAtNode ? "/controller" : "/latch";
        String queue = isAtNode ? "/controller-line" : "/latch";
        try (Member one = Member.start(ensemble.connectString(), "leads" + isAtNode);
                Member two = Member.start(ensemble.connectString(), "waits" + isAtNode);
                LeaderElection first = election(one, path, isAtNode);
                LeaderElection second = election(two, path, isAtNode)) {
            Grant term = first.campaign();
            CompletableFuture<Grant> next = second.campaignAsync();
            await().atMost(PATIENCE)
                    .until(() -> !two.diary().events(WaitingInQueue.class).isEmpty());

            // neither the queue can be read nor a node created below the root
            operator.setAcl(queue, List.of(new ACL(Perms.ADMIN | Perms.DELETE, Ids.ANYONE_ID_UNSAFE)));
            operator.setAcl("/", List.of(new ACL(Perms.ADMIN | Perms.DELETE | Perms.READ, Ids.ANYONE_ID_UNSAFE)));
            try {
                term.close();
                await().atMost(PATIENCE).until(() -> two.diary().events(TaskFailed.class).stream()
                        .anyMatch(event ->
                                String.valueOf(event.failure().getMessage()).contains("NOAUTH")));
                assertThat(next).isNotDone();
                operator.setAcl(queue, Ids.OPEN_ACL_UNSAFE);
                await().during(Duration.ofSeconds(isAtNode ? 2 : 0))
                        .atMost(PATIENCE)
                        .until(() -> !isAtNode || !next.isDone());
            } finally {
                operator.setAcl("/", Ids.OPEN_ACL_UNSAFE);
            }

            try (Grant won = next.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assertThat(won.isHeld()).isTrue();
            }
            assertThat(two.diary().events(TaskFailed.class)).as("told once").hasSize(1);
        }
    }

    private static LeaderElection election(Member member, String path, boolean isAtNode) {
        return isAtNode
                ? LeaderElection.atNode(member.client(), path, new byte[0])
                : LeaderElection.queued(member.client(), path, new byte[0]);
    }

    private static Refused awaitRefused(Registration registration, String why) {
        await().atMost(PATIENCE).until(() -> registration.state() instanceof Refused);
        Refused refused = (Refused) registration.state();
        assertThat(refused.error()).hasMessageContaining(why);
        assertThat(refused.nextTry()).isPresent();
        return refused;
    }

    /** Returns how often the state was entered from another one, which is logged as WARN. */
    private static long warnings(Member member) {
        return member.diary().events(RegistrationChanged.class).stream()
                .filter(event -> event.to().equals("Refused") && !event.from().equals("Refused"))
                .count();
    }
}
