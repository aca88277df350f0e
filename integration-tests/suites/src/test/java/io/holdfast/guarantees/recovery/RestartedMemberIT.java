// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.recovery;

import static io.holdfast.guarantees.support.RegisteringProcess.MEMBER_ID;
import static io.holdfast.guarantees.support.RegisteringProcess.NO_JOURNAL;
import static io.holdfast.guarantees.support.RegisteringProcess.PATH;
import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static io.holdfast.guarantees.support.SmallTicks.TICK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.MemberProcess;
import io.holdfast.guarantees.support.MemberProcess.Line;
import io.holdfast.guarantees.support.RegisteringProcess.Library;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.observer.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A member that is killed and started again before its session has timed out: real processes, real servers. */
class RestartedMemberIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private OwnerObserver observer;

    @BeforeEach
    void observe() {
        observer = OwnerObserver.of(ensemble).watch(PATH);
    }

    @AfterEach
    void endObservation() throws InterruptedException {
        observer.awaitAbsent(PATH, PATIENCE);
        observer.close();
    }

    @Test
    void withAJournalEndsTheSessionOfItsPreviousRunAndIsBackAtOnce(@TempDir Path directory) throws Exception {
        Path journal = directory.resolve("journal");
        try (MemberProcess first = start(journal.toString())) {
            first.await("Registered", PATIENCE);
            long ghost = first.awaitSession(PATIENCE);
            observer.awaitOwner(PATH, ghost, PATIENCE);
            assertOnlyTheUserMayRead(journal);
            first.kill();

            try (MemberProcess second = start(journal.toString())) {
                Line registered = second.await("Registered", PATIENCE);
                long session = second.awaitSession(PATIENCE);
                Line confirmed = second.await("confirmed", PATIENCE);
                observer.awaitOwner(PATH, session, PATIENCE);

                assertThat(Duration.ofNanos(registered.nanoTime() - confirmed.nanoTime()))
                        .as("from the confirmed session to the node")
                        .isLessThan(Duration.ofSeconds(2).plus(Stalls.longest()));
                assertThat(second.said("Waiting")).isEmpty();
                assertThat(owners()).containsExactly(ghost, session);
                assertOnlyTheUserMayRead(journal);
            }
        }
    }

    @Test
    void withoutAJournalWaitsForTheGhostAndSaysSo() throws Exception {
        try (MemberProcess first = start(NO_JOURNAL);
                // on a loaded machine, a client takes longer to start than the ghost lives
                MemberProcess second =
                        MemberProcess.startHeld(Library.HOLDFAST, ensemble.connectString(), NO_JOURNAL)) {
            second.await("ready", PATIENCE);
            first.await("Registered", PATIENCE);
            long ghost = first.awaitSession(PATIENCE);
            observer.awaitOwner(PATH, ghost, PATIENCE);
            byte[] data = read();
            first.kill();
            second.tell("register");

            Line waiting = second.await("Waiting", PATIENCE);
            long session = second.awaitSession(PATIENCE);
            assertThat(waiting.text())
                    .contains("node of this member id (" + MEMBER_ID + ")", SmallTicks.hex(ghost))
                    .contains("at most "
                            + SESSION_TIMEOUT.plus(TICK.multipliedBy(2)).toMillis() + " ms");
            assertThat(second.said("Registered")).isEmpty();
            assertThat(read()).as("the ghost's data").isEqualTo(data);

            second.await("Registered", PATIENCE);
            observer.awaitOwner(PATH, session, PATIENCE);
            assertThat(owners()).containsExactly(ghost, session);
            Span ofGhost = observer.everySpanOf(PATH).stream()
                    .filter(span -> span.owner() == ghost)
                    .findFirst()
                    .orElseThrow();
            assertThat(ofGhost.toNanos()).as("deleted by its session's expiry").isPresent();
        }
    }

    @Test
    void twoLivingProcessesOfOneMemberNeverEndEachOthersSession(@TempDir Path directory) throws Exception {
        String journal = directory.resolve("journal").toString();
        try (MemberProcess first = start(journal)) {
            first.await("Registered", PATIENCE);
            long session = first.awaitSession(PATIENCE);
            observer.awaitOwner(PATH, session, PATIENCE);
            try (MemberProcess second = start(journal);
                    MemberProcess third = start(journal)) {
                second.await("Waiting", PATIENCE);
                third.await("Waiting", PATIENCE);

                await().during(SESSION_TIMEOUT.plus(TICK.multipliedBy(4)))
                        .atMost(PATIENCE)
                        .untilAsserted(() -> {
                            assertThat(owners()).containsExactly(session);
                            assertThat(first.isAlive() && second.isAlive() && third.isAlive())
                                    .isTrue();
                        });
                assertThat(czxids()).as("one node throughout").hasSize(1);
                assertThat(first.said("AwaitingSession")).isEmpty();
                assertThat(second.said("Registered")).isEmpty();
                assertThat(third.said("Registered")).isEmpty();
            }
        }
    }

    private MemberProcess start(String journal) {
        return MemberProcess.start(Library.HOLDFAST, ensemble.connectString(), journal);
    }

    private List<Long> owners() {
        return observer.everySpanOf(PATH).stream().map(Span::owner).distinct().toList();
    }

    private List<Long> czxids() {
        return observer.history(PATH).stream()
                .filter(sighting -> sighting.state() == Sighting.State.PRESENT)
                .map(Sighting::czxid)
                .distinct()
                .toList();
    }

    private byte[] read() throws Exception {
        try (var client = SmallTicks.curator(ensemble.connectString()).build()) {
            client.start();
            return client.getData().forPath(PATH);
        }
    }

    private static void assertOnlyTheUserMayRead(Path journal) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(journal)) {
            assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
        }
    }
}
