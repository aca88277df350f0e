// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.internal.session.Identifiers;
import io.holdfast.internal.session.SessionCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One journal after another, and beside another, in one JVM; {@link SessionJournalProcessTest} has several. */
class SessionJournalTest {
    private static final String MEMBER = "broker-7";

    @TempDir
    private Path directory;

    private final List<SessionJournal> opened = new ArrayList<>();

    @AfterEach
    void closeAll() {
        opened.forEach(SessionJournal::close);
    }

    private SessionJournal open(String memberId) {
        SessionJournal journal = SessionJournal.open(directory, memberId, Identifiers.randomToken());
        opened.add(journal);
        return journal;
    }

    private static SessionCredentials session(long id) {
        byte[] password = new byte[16];
        Arrays.fill(password, (byte) id);
        return new SessionCredentials(id, password, Duration.ofSeconds(6));
    }

    /** A run that opened sessions and went away without ending them. */
    private void deadRun(long... sessionIds) {
        try (SessionJournal journal = SessionJournal.open(directory, MEMBER, Identifiers.randomToken())) {
            for (long sessionId : sessionIds) {
                journal.opened(session(sessionId));
            }
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void findsNothingAtTheFirstStart() throws Exception {
        SessionJournal journal = SessionJournal.open(directory, MEMBER, "0123456789abcdef");
        opened.add(journal);

        assertThat(journal.previousRuns()).isEmpty();
        assertThat(files()).containsExactly("broker-7.0123456789abcdef.journal");
    }

    @Test
    void returnsWhatTheRunBeforeHasOpenedAndNotEnded() {
        try (SessionJournal journal = open(MEMBER)) {
            journal.opened(session(1));
            journal.opened(session(2));
            journal.opened(session(-3));
            journal.ended(2);
        }

        List<SessionCredentials> sessions = open(MEMBER).previousRuns();

        assertThat(sessions).containsExactly(session(1), session(-3));
        assertThat(sessions.get(0).password()).isEqualTo(session(1).password());
        assertThat(sessions.get(0).sessionTimeout()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void leavesNoFileBehindWhenAllSessionsHaveEnded() throws Exception {
        try (SessionJournal journal = open(MEMBER)) {
            journal.opened(session(1));
            journal.ended(1);
        }

        assertThat(files()).isEmpty();
    }

    @Test
    void neverReturnsTheSessionsOfAJournalThatIsOpenInTheSameJvm() {
        SessionJournal first = open(MEMBER);
        first.opened(session(1));
        SessionJournal second = open(MEMBER);
        second.opened(session(2));

        assertThat(first.previousRuns()).isEmpty();
        assertThat(second.previousRuns()).isEmpty();
        first.close();
        assertThat(second.previousRuns()).containsExactly(session(1));
    }

    @Test
    void handsThePredecessorToOneSuccessorOnlyAndToTheOtherWhenTheFirstGivesUp() {
        deadRun(1, 2);
        SessionJournal first = open(MEMBER);
        SessionJournal second = open(MEMBER);

        assertThat(first.previousRuns()).containsExactly(session(1), session(2));
        assertThat(second.previousRuns()).isEmpty();
        first.close();
        assertThat(second.previousRuns()).containsExactly(session(1), session(2));
    }

    @Test
    void deletesAPredecessorOnlyWhenAllItsSessionsAreSettled() throws Exception {
        deadRun(1, 2);
        SessionJournal journal = open(MEMBER);
        journal.previousRuns();

        journal.settled(1);
        assertThat(files()).hasSize(2);
        assertThat(journal.previousRuns()).containsExactly(session(2));
        journal.settled(2);
        assertThat(files()).hasSize(1);
        assertThat(journal.previousRuns()).isEmpty();
        journal.settled(2);
        journal.settled(99);
    }

    @Test
    void returnsToTheNextRunWhatARunThatDiedAgainHadNotSettled() {
        deadRun(1);
        deadRun(2);
        try (SessionJournal journal = open(MEMBER)) {
            assertThat(journal.previousRuns()).containsExactlyInAnyOrder(session(1), session(2));
            journal.settled(1);
            journal.opened(session(3));
        }

        assertThat(open(MEMBER).previousRuns()).containsExactlyInAnyOrder(session(2), session(3));
    }

    @Test
    void looksAtItsOwnMemberOnly() throws Exception {
        deadRun(1);

        assertThat(open("broker-70").previousRuns()).isEmpty();
        assertThat(open("broker").previousRuns()).isEmpty();
        assertThat(open("BROKER-7").previousRuns()).isEmpty();
        assertThat(open("broker-7.0123456789abcdef").previousRuns()).isEmpty();
        assertThat(open(MEMBER).previousRuns()).containsExactly(session(1));
    }

    @Test
    void remembersASessionThatWasOpenedAgainAfterItsEnd() {
        try (SessionJournal journal = open(MEMBER)) {
            journal.opened(session(1));
            journal.ended(1);
            journal.opened(session(1));
        }

        assertThat(open(MEMBER).previousRuns()).containsExactly(session(1));
    }

    @Test
    void doesNotGrowForEverWhenSessionsComeAndGo() throws Exception {
        SessionJournal journal = open(MEMBER);
        Path file = directory.resolve(files().get(0));
        long largest = 0;
        for (int i = 1; i <= 80; i++) {
            journal.opened(new SessionCredentials(i, new byte[1024], Duration.ofSeconds(6)));
            journal.ended(i);
            largest = Math.max(largest, Files.size(file));
        }
        journal.opened(session(81));
        journal.close();

        assertThat(largest).isBetween(60_000L, 70_000L);
        assertThat(open(MEMBER).previousRuns()).containsExactly(session(81));
    }

    @Test
    void startsFromAFileThatIsCutAtAnyByte() throws Exception {
        deadRun(1, 2);
        Path file = directory.resolve(files().get(0));
        byte[] whole = Files.readAllBytes(file);
        int returned = 0;
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (SessionJournal journal = open(MEMBER)) {
                List<SessionCredentials> sessions = journal.previousRuns();

                assertThat(sessions)
                        .as("cut at %s", length)
                        .isEqualTo(List.of(session(1), session(2)).subList(0, sessions.size()));
                assertThat(sessions.size()).as("cut at %s", length).isGreaterThanOrEqualTo(returned);
                returned = sessions.size();
                assertThat(Files.exists(file)).as("cut at %s", length).isEqualTo(returned > 0);
            }
        }
        assertThat(returned).isEqualTo(2);
    }

    @Test
    void handsEachOfManyPredecessorsToExactlyOneOfManyThreads() throws Exception {
        List<SessionCredentials> expected = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            deadRun(i);
            expected.add(session(i));
        }
        List<SessionCredentials> taken = Collections.synchronizedList(new ArrayList<>());
        List<SessionJournal> journals =
                Stream.generate(() -> open(MEMBER)).limit(6).toList();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (SessionJournal journal : journals) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                taken.addAll(journal.previousRuns());
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void finishesItsWorkAndKeepsTheInterruptWhenTheCallerIsInterrupted() {
        try (SessionJournal journal = open(MEMBER)) {
            Thread.currentThread().interrupt();
            journal.opened(session(1));
            assertThat(Thread.interrupted()).isTrue();
            journal.opened(session(2));
        }

        Thread.currentThread().interrupt();
        List<SessionCredentials> sessions = open(MEMBER).previousRuns();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(sessions).containsExactly(session(1), session(2));
    }

    @Test
    void refusesAMemberOrAnIncarnationThatCannotNameAFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionJournal.open(directory, "../x", Identifiers.randomToken()))
                .withMessageContaining("memberId");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionJournal.open(directory, MEMBER, "1"))
                .withMessageContaining("incarnation");
    }

    @Test
    void refusesAnIncarnationThatIsInUse() throws Exception {
        String incarnation = Identifiers.randomToken();
        SessionJournal first = SessionJournal.open(directory, MEMBER, incarnation);
        opened.add(first);

        assertThatThrownBy(() -> SessionJournal.open(directory, MEMBER, incarnation))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(incarnation)
                .hasMessageContaining("every run needs an incarnation of its own");
        assertThat(files()).hasSize(1);
    }

    @Test
    void refusesEverythingAfterItIsClosed() {
        SessionJournal journal = open(MEMBER);
        journal.close();
        journal.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> journal.opened(session(1)))
                .withMessageContaining("is closed");
        assertThatIllegalStateException().isThrownBy(() -> journal.ended(1));
        assertThatIllegalStateException().isThrownBy(journal::previousRuns);
        assertThatIllegalStateException().isThrownBy(() -> journal.settled(1));
    }
}
