// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.recovery;

import static io.holdfast.guarantees.recovery.DisklessProcess.JOURNAL;
import static io.holdfast.guarantees.recovery.DisklessProcess.MARKERS;
import static io.holdfast.guarantees.recovery.DisklessProcess.MEMBER_ID;
import static io.holdfast.guarantees.recovery.DisklessProcess.NONE;
import static io.holdfast.guarantees.recovery.DisklessProcess.PATHS;
import static io.holdfast.guarantees.recovery.DisklessProcess.SESSION_TIMEOUT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastEvent.RecordOvertaken;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.MemberProcess;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.NoAuthException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A member without a disk of its own is killed and started again: its record in the ensemble is all that is left of it. */
class RestartWithoutADiskIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final String SECRET = "worker:secret";
    private static final String RECORD = JOURNAL + "/" + MEMBER_ID;

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .maxSessionTimeout(SESSION_TIMEOUT)
            .localSessions(true)
            .localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void aMemberWithCredentialsEndsTheSessionOfItsPreviousRun() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble)) {
            long ghost = registeredAndKilled(SECRET, observer);
            requireUnreadable(RECORD);

            try (MemberProcess second = start(SECRET)) {
                requireRegisteredInTime(second, ghost, observer);
                observer.awaitOwner(PATHS.get(0), second.awaitSession(PATIENCE), PATIENCE);
                awaitMarkers(1); // the session before is over, with its marker
            }
        } finally {
            reset();
        }
    }

    @Test
    void aMemberWithoutCredentialsTakesItsNodesByTheMarkerAndKeepsNoPassword() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble)) {
            long ghost = registeredAndKilled(NONE, observer);
            assertThat(record())
                    .contains("session=" + SmallTicks.hex(ghost))
                    .doesNotContainPattern("password=[0-9a-f]");

            try (MemberProcess second = start(NONE)) {
                requireRegisteredInTime(second, ghost, observer);
                awaitMarkers(2); // the session before is not over
            }
        } finally {
            reset();
        }
    }

    @Test
    void closingClearsTheRecordAndWhatIsClosedIsNotEnded() throws Exception {
        try (Member first = member("closing")) {
            first.register("/closing");
            first.awaitRegistered(PATIENCE);
            requireUnreadable("/journal/closing");
        }
        try (Operator operator = new Operator(ensemble)) {
            assertThat(operator.exists("/journal/closing")).isFalse();
        }
        try (Member second = member("closing")) {
            second.register("/closing");
            second.awaitRegistered(PATIENCE);
            assertThat(second.diary().events(EarlierSessionEnded.class)).isEmpty();
        }
    }

    @Test
    void ofTwoLivingProcessesTheLastOneWinsAndTheOtherOneIsTold() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/twice");
                Member first = member("twice")) {
            Registration wanted = first.register("/twice");
            first.awaitRegistered(PATIENCE);
            long old = first.session();
            try (Member second = member("twice")) {
                second.register("/twice");
                second.awaitRegistered(PATIENCE);
                long winner = second.session();

                await().atMost(PATIENCE).until(() -> wanted.state() instanceof Waiting && first.session() != old);
                await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(second.isRegistered())
                            .as(second.diary().toString())
                            .isTrue();
                    assertThat(second.session()).isEqualTo(winner);
                });
                assertThat(owners("/twice", observer)).containsExactly(old, winner);
                assertThat(first.diary().events(RecordOvertaken.class))
                        .as("told once, before its session has ended or in the next one")
                        .singleElement()
                        .satisfies(told -> assertThat(told.path()).isEqualTo("/journal/twice"));
                assertThat(first.diary().events(EarlierSessionEnded.class))
                        .as("it ends nobody in turn")
                        .allMatch(ended -> ended.sessionId() == old);
                assertThat(second.diary().events(RecordOvertaken.class)).isEmpty();
            }
            await().atMost(PATIENCE).until(first::isRegistered);
            Evidence.claimsAreTrue(first, observer);
        }
    }

    @Test
    void whereTheRecordCannotBeWrittenTheMemberWorksWithoutIt() throws Exception {
        try (Operator operator = new Operator(ensemble)) {
            operator.create("/no-journal");
            operator.setAcl("/no-journal", List.of(new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE)));
            try (Member member = Member.start(
                    ensemble.connectString(), "refused", settings -> settings.journalInEnsemble("/no-journal"))) {
                member.register("/refused");
                member.awaitRegistered(PATIENCE);
                assertThat(operator.children("/no-journal")).isEmpty();
            }
        }
    }

    @Test
    void aRecipeOfCuratorsFindsNothingOfThePreviousRun() throws Exception {
        CuratorFramework killed = curator();
        killed.create().withMode(CreateMode.EPHEMERAL).forPath("/curators");
        long old = SmallTicks.session(killed);
        try (CuratorFramework next = curator()) {
            assertThat(next.checkExists().forPath("/curators")).isNull();
            assertThat(SmallTicks.session(next)).isNotEqualTo(old);
        } finally {
            killed.close();
        }
    }

    /** Returns the session that it has left behind. */
    private long registeredAndKilled(String credentials, OwnerObserver observer) throws InterruptedException {
        PATHS.forEach(observer::watch);
        try (MemberProcess first = start(credentials)) {
            first.await("registered", PATIENCE);
            long session = first.awaitSession(PATIENCE);
            for (String path : PATHS) {
                observer.awaitOwner(path, session, PATIENCE);
            }
            awaitMarkers(1);
            first.kill();
            return session;
        }
    }

    private void requireRegisteredInTime(MemberProcess second, long ghost, OwnerObserver observer)
            throws InterruptedException {
        String[] words = second.await("registered", PATIENCE).text().split(" ", 4);
        assertThat(Duration.ofMillis(Long.parseLong(words[2]))).isEqualTo(SESSION_TIMEOUT);
        assertThat(Duration.ofMillis(Long.parseLong(words[1])))
                .as("from the client's start to the last of its nodes")
                .isLessThan(LIMIT.plus(Stalls.longest()).plus(Duration.ofMillis(Long.parseLong(words[3]))));
        long session = second.awaitSession(PATIENCE);
        for (String path : PATHS) {
            observer.awaitOwner(path, session, PATIENCE);
            assertThat(owners(path, observer)).containsExactly(ghost, session);
        }
    }

    private MemberProcess start(String credentials) throws InterruptedException {
        MemberProcess process = MemberProcess.start(DisklessProcess.class, ensemble.connectString(), credentials);
        process.await("ready", PATIENCE);
        process.tell("start");
        return process;
    }

    private Member member(String memberId) {
        Consumer<HoldfastClientBuilder> settings =
                builder -> builder.journalInEnsemble("/journal").authorization("digest", SECRET.getBytes(UTF_8));
        return Member.start(ensemble.connectString(), memberId, settings);
    }

    private CuratorFramework curator() throws InterruptedException {
        CuratorFramework curator = SmallTicks.curator(ensemble.connectString())
                .authorization("digest", SECRET.getBytes(UTF_8))
                .zookeeperFactory(ConfirmingZookeeperFactory.builder()
                        .journalInEnsemble("/curators-journal", "curators", Ids.OPEN_ACL_UNSAFE)
                        .build())
                .build();
        SmallTicks.start(curator);
        return curator;
    }

    private static List<Long> owners(String path, OwnerObserver observer) {
        return observer.everySpanOf(path).stream().map(Span::owner).distinct().toList();
    }

    private void requireUnreadable(String path) throws Exception {
        try (Operator stranger = new Operator(ensemble)) {
            assertThatExceptionOfType(NoAuthException.class).isThrownBy(() -> stranger.read(path));
        }
    }

    private String record() throws Exception {
        try (Operator operator = new Operator(ensemble)) {
            return new String(operator.read(RECORD), ISO_8859_1);
        }
    }

    private void awaitMarkers(int count) {
        await().atMost(PATIENCE).until(() -> {
            try (Operator operator = new Operator(ensemble)) {
                return operator.exists(MARKERS) && operator.children(MARKERS).size() == count;
            }
        });
    }

    /** What a killed process leaves behind stands as long as its session. */
    private void reset() throws Exception {
        try (Operator operator = new Operator(ensemble)) {
            for (String path : PATHS) {
                operator.delete(path);
            }
            for (String marker : operator.children(MARKERS)) {
                operator.delete(MARKERS + "/" + marker);
            }
            operator.delete(RECORD);
        }
    }
}
