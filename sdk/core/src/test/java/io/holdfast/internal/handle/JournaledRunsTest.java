// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.LittleTree;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of the sessions that a journal has found, whichever journal it is. */
class JournaledRunsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofMillis(20);
    private static final String RUN = "0123456789abcdef";
    private static final SessionId OLD = new SessionId(0x50);
    private static final SessionCredentials CREDENTIALS = new SessionCredentials(0x50, new byte[] {1}, TIMEOUT);
    private static final RecordedSession FOUND = RecordedSession.of(RUN, CREDENTIALS);
    private static final RecordedSession WITHOUT_PASSWORD = new RecordedSession(OLD, RUN, TIMEOUT, Optional.empty());

    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Deque<EndOutcome> outcomes = new ArrayDeque<>();
    private final ClientThreads threads = new ClientThreads();
    private final SessionSettings settings = new SessionSettings(
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofMillis(1));
    private final EarlierSessions earlier = new EarlierSessions(this::attach, event -> {}, Ticker.system());
    private final SessionMarkers markers =
            new SessionMarkers(new MarkerSettings("/markers", "ours", path -> List.of()), earlier, threads.suppliers());

    @Test
    void oneThatIsClosedIsDoneWith() throws Exception {
        outcomes.add(EndOutcome.CLOSED);

        assertThat(start(FOUND, Optional.of(markers))).succeedsWithin(PATIENCE);

        assertThat(heard(3)).containsExactly("attach 0x50", "over 0x50", "asked all");
        assertThat(earlier.markerOf(OLD)).contains("/markers/" + RUN + "-50");
    }

    @Test
    void oneThatTheEnsembleDoesNotKnowIsAskedAgainWhenItCannotLiveAnyMore() throws Exception {
        outcomes.addAll(List.of(EndOutcome.EXPIRED, EndOutcome.EXPIRED));

        assertThat(start(FOUND, Optional.empty())).succeedsWithin(PATIENCE);

        assertThat(heard(5))
                .containsExactlyInAnyOrder("attach 0x50", "unknown 0x50", "asked all", "attach 0x50", "over 0x50");
    }

    @Test
    void oneThatCannotBeReachedStaysInTheJournal() throws Exception {
        outcomes.addAll(List.of(EndOutcome.UNREACHABLE, EndOutcome.UNREACHABLE));

        assertThat(start(FOUND, Optional.empty())).succeedsWithin(PATIENCE);

        assertThat(heard(3)).containsExactlyInAnyOrder("attach 0x50", "asked all", "attach 0x50");
        assertThat(said).isEmpty();
    }

    @Test
    void oneWithoutAPasswordIsNotAttachedToAndKnownByItsMarker() throws Exception {
        assertThat(start(WITHOUT_PASSWORD, Optional.of(markers))).succeedsWithin(PATIENCE);

        assertThat(heard(2)).containsExactlyInAnyOrder("asked all", "over 0x50");
        assertThat(earlier.timeoutOf(OLD)).contains(TIMEOUT);
        assertThat(earlier.markerOf(OLD)).contains("/markers/" + RUN + "-50");
        assertThat(earlier.end(OLD)).isCompletedWithValue(EndOutcome.UNREACHABLE);
    }

    @Test
    void oneWithoutPasswordAndMarkerIsAnyUnknownRuns() throws Exception {
        assertThat(start(WITHOUT_PASSWORD, Optional.empty())).succeedsWithin(PATIENCE);

        assertThat(heard(2)).containsExactlyInAnyOrder("asked all", "over 0x50");
        assertThat(earlier.timeoutOf(OLD)).as("judged by its tag").isEmpty();
    }

    private CompletionStage<Void> start(RecordedSession found, Optional<SessionMarkers> with) {
        Deque<List<RecordedSession>> finds = new ArrayDeque<>(List.of(List.of(found)));
        RunJournal journal = new RunJournal() {
            @Override
            public CompletionStage<Void> opened(SessionCredentials credentials, RecordAccess access) {
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public CompletionStage<List<RecordedSession>> takeOver() {
                return CompletableFuture.completedFuture(finds.isEmpty() ? List.of() : finds.remove());
            }

            @Override
            public void over(SessionId id) {
                said.add("over " + id);
            }

            @Override
            public void unknown(SessionId id) {
                said.add("unknown " + id);
            }

            @Override
            public void askedAll(RecordAccess access) {
                said.add("asked all");
            }
        };
        JournaledRuns runs = new JournaledRuns(journal, settings, with, earlier, threads);
        RecordAccess access =
                new RecordAccess(new LittleTree().ops(0x51), path -> CompletableFuture.completedFuture(List.of()));
        CompletionStage<Void> first = runs.opened(Optional.of(CREDENTIALS), access);
        return first.thenCompose(done -> runs.opened(Optional.of(CREDENTIALS), access));
    }

    private CompletionStage<EndOutcome> attach(SessionCredentials credentials) {
        said.add("attach " + credentials);
        return CompletableFuture.completedFuture(outcomes.remove());
    }

    private List<String> heard(int count) throws InterruptedException {
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            heard.add(String.valueOf(said.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)));
        }
        return heard;
    }
}
