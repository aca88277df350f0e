// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static io.holdfast.internal.journal.JournalPeer.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.Identifiers;
import io.holdfast.internal.session.SessionCredentials;
import java.io.File;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Journals of one member in several processes, some of which are killed. */
@Timeout(120)
class SessionJournalProcessTest {
    private static final String MEMBER = "broker-7";

    @TempDir
    private Path directory;

    private final Queue<SessionJournal> opened = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeAll() {
        opened.forEach(SessionJournal::close);
    }

    private SessionJournal open() {
        SessionJournal journal = SessionJournal.open(directory, MEMBER, Identifiers.randomToken());
        opened.add(journal);
        return journal;
    }

    @Test
    void returnsTheSessionsOfAnotherProcessOnlyWhenThatProcessIsDead() throws Exception {
        SessionJournal journal = open();
        try (JournalPeer peer = new JournalPeer(directory, MEMBER)) {
            assertThat(peer.ask("opened 1")).isEqualTo("done");
            assertThat(peer.ask("opened 2")).isEqualTo("done");
            assertThat(peer.ask("ended 1")).isEqualTo("done");
            assertThat(journal.previousRuns()).isEmpty();

            peer.kill();

            assertThat(journal.previousRuns()).containsExactly(session(2));
        }
    }

    @Test
    void keepsItsSessionsToItselfHoweverOftenItLooksAndIsInterrupted() throws Exception {
        SessionJournal own = open();
        SessionJournal other = open();
        try (JournalPeer peer = new JournalPeer(directory, MEMBER)) {
            own.opened(session(1));
            other.previousRuns();
            Thread.currentThread().interrupt();
            own.previousRuns();
            own.opened(session(2));
            assertThat(Thread.interrupted()).isTrue();

            assertThat(peer.ask("previous")).isEqualTo("[]");
            own.close();
            assertThat(peer.ask("previous")).isEqualTo("[0x1, 0x2]");
            assertThat(other.previousRuns()).isEmpty();
        }
    }

    @Test
    void keepsTheLocksOfJournalsThatAreOpenedWhileAnotherThreadLooksAround() throws Exception {
        SessionJournal looking = open();
        FutureTask<Boolean> opening = new FutureTask<>(() -> {
            for (int i = 1; i <= 100; i++) {
                open().opened(session(i));
            }
            return true;
        });
        new Thread(opening).start();
        while (!opening.isDone()) {
            assertThat(looking.previousRuns()).isEmpty();
        }

        assertThat(opening.get()).isTrue();
        try (JournalPeer peer = new JournalPeer(directory, MEMBER)) {
            assertThat(peer.ask("previous")).isEqualTo("[]");
        }
    }

    @Test
    void handsAPredecessorToExactlyOneOfTheProcessesThatStartAtOnce() throws Exception {
        try (SessionJournal dead = open()) {
            dead.opened(session(1));
        }
        List<JournalPeer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                peers.add(new JournalPeer(directory, MEMBER));
            }
            peers.forEach(peer -> peer.send("previous"));
            List<String> answers = new ArrayList<>();
            for (JournalPeer peer : peers) {
                answers.add(peer.answer());
            }
            assertThat(answers).containsExactlyInAnyOrder("[0x1]", "[]", "[]");

            peers.get(answers.indexOf("[0x1]")).kill();
            assertThat(peers.get(answers.indexOf("[]")).ask("previous")).isEqualTo("[0x1]");
        } finally {
            for (JournalPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void settlesEverySessionExactlyOnceHoweverProcessesComeAndGo() throws Exception {
        List<JournalPeer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                peers.add(new JournalPeer(directory, "peer-" + i));
            }
            for (int i = 0; i < 3; i++) {
                peers.get(i).send("churn " + directory + " 200 " + (i * 1000 + 1));
            }
            List<String> settled = new ArrayList<>();
            for (JournalPeer peer : peers) {
                settled.addAll(List.of(peer.answer().split(" ")));
            }
            open().previousRuns().forEach(session -> settled.add(session.toString()));

            assertThat(settled).hasSize(600).doesNotHaveDuplicates();
        } finally {
            peers.forEach(JournalPeer::close);
        }
    }

    @Test
    void losesNothingThatWasAcknowledgedWhenTheDiskIsFull() throws Exception {
        List<SessionCredentials> acknowledged = new ArrayList<>();
        try (JournalPeer peer = new JournalPeer(directory, MEMBER, "sh", "-c", "ulimit -f 2; exec \"$@\"", "sh")) {
            String answer = peer.ask("opened 1");
            while (answer.equals("done")) {
                acknowledged.add(session(acknowledged.size() + 1));
                answer = peer.ask("opened " + (acknowledged.size() + 1));
            }
            assertThat(answer).contains("session journal " + directory).contains("free disk space");
            assertThat(acknowledged).hasSizeGreaterThan(4);
            // What the failed record left behind makes room for a shorter one that still fits.
            assertThat(peer.ask("ended 1")).isEqualTo("done");
            acknowledged.remove(0);
        }
        assertThat(open().previousRuns()).containsExactlyElementsOf(acknowledged);
    }

    @Test
    void neitherTakesNorUnlocksWhatAnotherClassLoaderOfThisJvmHolds() throws Exception {
        URL[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(SessionJournalProcessTest::url)
                .toArray(URL[]::new);
        SessionJournal own = open();
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
                JournalPeer peer = new JournalPeer(directory, MEMBER)) {
            own.opened(session(1));
            Class<?> journalClass = loader.loadClass(SessionJournal.class.getName());
            assertThat(journalClass).isNotEqualTo(SessionJournal.class);
            Object stranger = journalClass
                    .getMethod("open", Path.class, String.class, String.class)
                    .invoke(null, directory, MEMBER, Identifiers.randomToken());
            Method previousRuns = journalClass.getMethod("previousRuns");

            assertThat((List<?>) previousRuns.invoke(stranger)).isEmpty();
            assertThat((List<?>) previousRuns.invoke(stranger)).isEmpty();
            assertThat(peer.ask("previous")).isEqualTo("[]");

            own.close();
            assertThat((List<?>) previousRuns.invoke(stranger)).singleElement().hasToString("0x1");
            assertThat(peer.ask("previous")).isEqualTo("[]");
            journalClass.getMethod("settled", long.class).invoke(stranger, 1L);
            journalClass.getMethod("close").invoke(stranger);
        }
        try (Stream<Path> left = Files.list(directory)) {
            // The killed peer's own, empty, for the next run to clear away.
            assertThat(left).hasSize(1);
        }
    }

    private static URL url(String pathEntry) {
        try {
            return new File(pathEntry).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
