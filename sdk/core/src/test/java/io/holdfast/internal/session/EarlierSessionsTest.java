// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.internal.time.SteppedTime;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class EarlierSessionsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final SessionId A = new SessionId(0xa);
    private static final SessionId B = new SessionId(0xb);

    private final SteppedTime time = new SteppedTime();
    private final List<HoldfastEvent> events = new ArrayList<>();
    private final List<SessionCredentials> attempts = new ArrayList<>();
    private final Map<Long, CompletableFuture<EndOutcome>> answers = new HashMap<>();
    private final EarlierSessions earlier = new EarlierSessions(this::attempt, events::add, time);

    @Test
    void knowsTheTimeoutOfItsOwnSessionsOnly() {
        earlier.remember(credentials(0xa));

        assertThat(earlier.timeoutOf(A)).contains(TIMEOUT);
        assertThat(earlier.timeoutOf(B)).isEmpty();
    }

    @Test
    void listsAllButTheCurrentOne() {
        earlier.remember(credentials(0xa));
        earlier.remember(credentials(0xb));

        assertThat(earlier.otherThan(A)).containsExactly(B);
        assertThat(earlier.otherThan(SessionId.NONE)).containsExactly(A, B);
    }

    @Test
    void endsNothingThatIsNotItsOwn() {
        assertThat(earlier.end(A)).isCompletedWithValue(EndOutcome.EXPIRED);

        assertThat(attempts).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void oneWithoutAPasswordIsKnownAndNeverAttachedTo() {
        earlier.rememberWithoutPassword(A, TIMEOUT);

        assertThat(earlier.timeoutOf(A)).contains(TIMEOUT);
        assertThat(earlier.end(A)).as("it may be alive").isCompletedWithValue(EndOutcome.UNREACHABLE);
        assertThat(attempts).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void endsASessionWithItsCredentialsAndReportsWhatCameOfIt() {
        earlier.remember(credentials(0xa));

        CompletionStage<EndOutcome> end = earlier.end(A);
        time.advance(Duration.ofMillis(40));
        answers.get(0xaL).complete(EndOutcome.CLOSED);

        assertThat(end).isCompletedWithValue(EndOutcome.CLOSED);
        assertThat(attempts).containsExactly(credentials(0xa));
        assertThat(events).containsExactly(new EarlierSessionEnded(0xa, "closed", Duration.ofMillis(40)));
    }

    @Test
    void sharesTheAttemptThatIsUnderWay() {
        earlier.remember(credentials(0xa));
        earlier.remember(credentials(0xb));

        CompletionStage<EndOutcome> first = earlier.end(A);
        CompletionStage<EndOutcome> second = earlier.end(A);
        CompletionStage<EndOutcome> other = earlier.end(B);
        assertThat(attempts).hasSize(2);
        answers.get(0xaL).complete(EndOutcome.EXPIRED);

        assertThat(first).isCompletedWithValue(EndOutcome.EXPIRED);
        assertThat(second).isCompletedWithValue(EndOutcome.EXPIRED);
        assertThat(other.toCompletableFuture()).isNotDone();
    }

    @Test
    void triesAgainWhenAskedAgainAfterwards() {
        earlier.remember(credentials(0xa));
        CompletionStage<EndOutcome> first = earlier.end(A);
        answers.get(0xaL).complete(EndOutcome.UNREACHABLE);
        assertThat(first).isCompletedWithValue(EndOutcome.UNREACHABLE);

        CompletionStage<EndOutcome> second = earlier.end(A);
        answers.get(0xaL).complete(EndOutcome.CLOSED);

        assertThat(attempts).hasSize(2);
        assertThat(second).isCompletedWithValue(EndOutcome.CLOSED);
    }

    @Test
    void aFailedAttemptIsAnUnreachableEnsemble() {
        earlier.remember(credentials(0xa));

        CompletionStage<EndOutcome> end = earlier.end(A);
        answers.get(0xaL).completeExceptionally(new IllegalStateException("no thread"));

        assertThat(end).isCompletedWithValue(EndOutcome.UNREACHABLE);
    }

    @Test
    void anAttemptThatAnswersAtOnceIsNotUnderWayAfterwards() {
        EarlierSessions prompt = new EarlierSessions(
                credentials -> {
                    attempts.add(credentials);
                    return CompletableFuture.completedFuture(EndOutcome.EXPIRED);
                },
                events::add,
                time);
        prompt.remember(credentials(0xa));

        assertThat(prompt.end(A)).isCompletedWithValue(EndOutcome.EXPIRED);
        assertThat(prompt.end(A)).isCompletedWithValue(EndOutcome.EXPIRED);

        assertThat(attempts).hasSize(2);
    }

    @Test
    void anAttemptThatThrowsAndAnObserverThatThrowsKeepNobodyWaiting() {
        EarlierSessions broken = new EarlierSessions(
                credentials -> {
                    attempts.add(credentials);
                    throw new NoClassDefFoundError("the ender of the test");
                },
                event -> {
                    throw new AssertionError("the observer of the test");
                },
                time);
        broken.remember(credentials(0xa));

        assertThat(broken.end(A)).isCompletedWithValue(EndOutcome.UNREACHABLE);
        assertThat(broken.end(A)).isCompletedWithValue(EndOutcome.UNREACHABLE);

        assertThat(attempts).hasSize(2);
    }

    @Test
    void forgetsTheOldestOfVeryMany() {
        for (int i = 1; i <= 300; i++) {
            earlier.remember(credentials(i));
        }

        assertThat(earlier.timeoutOf(new SessionId(44))).isEmpty();
        assertThat(earlier.timeoutOf(new SessionId(45))).contains(TIMEOUT);
        assertThat(earlier.otherThan(SessionId.NONE)).hasSize(256);
    }

    private CompletionStage<EndOutcome> attempt(SessionCredentials credentials) {
        attempts.add(credentials);
        CompletableFuture<EndOutcome> answer = new CompletableFuture<>();
        answers.put(credentials.sessionId(), answer);
        return answer;
    }

    private static SessionCredentials credentials(long id) {
        return new SessionCredentials(id, new byte[] {1, 2, 3}, TIMEOUT);
    }
}
