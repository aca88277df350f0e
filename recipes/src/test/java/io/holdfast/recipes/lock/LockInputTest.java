// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.grant.Grant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and what a client without an ensemble does. */
class LockInputTest {

    private final HoldfastClient client =
            HoldfastClient.builder().connectString("127.0.0.1:1").memberId("me").build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/", "/a/", "/a//b"})
    void refusesWhatIsNoPath(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencedLock.at(client, path))
                .withMessageContaining("\"" + path + "\"");
        assertThatIllegalArgumentException().isThrownBy(() -> FencedReadWriteLock.at(client, path));
        assertThatIllegalArgumentException().isThrownBy(() -> FencedSemaphore.at(client, path, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesASemaphoreWithoutPermits(int permits) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencedSemaphore.at(client, "/a", permits))
                .withMessage("permits of /a must be 1 or more, but was " + permits);
    }

    @Test
    void refusesNegativeDurations() {
        client.start();
        FencedLock lock = FencedLock.at(client, "/a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> lock.tryAcquire(Duration.ofNanos(-1)))
                .withMessage("atMost must be zero or more, but was PT-0.000000001S");
        assertThatIllegalArgumentException().isThrownBy(() -> lock.tryAcquireAsync(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> lock.reentrant().tryAcquire(Duration.ofNanos(-1)));
    }

    @Test
    void saysThatTheClientIsNotStartedOrIsClosed() {
        FencedLock lock = FencedLock.at(client, "/a");
        FencedSemaphore semaphore = FencedSemaphore.at(client, "/a", 1);

        assertThatIllegalStateException().isThrownBy(lock::acquire).withMessageContaining("not started");
        client.start();
        client.close();
        assertThatIllegalStateException().isThrownBy(lock::acquireAsync).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(semaphore::acquire).withMessageContaining("closed");
    }

    @Test
    void givesUpInTimeWithoutAnEnsemble() throws InterruptedException {
        client.start();
        FencedLock lock = FencedLock.at(client, "/a");

        assertThat(lock.tryAcquire(Duration.ofMillis(20))).isEmpty();
        CompletableFuture<Optional<Grant>> longest = lock.tryAcquireAsync(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(longest).isNotDone();
        assertThat(longest.cancel(false)).isTrue();
    }

    @Test
    void tellsThoseWhoWaitThatTheClientWasClosed() {
        client.start();
        CompletableFuture<Grant> lock = FencedLock.at(client, "/a").acquireAsync();
        CompletableFuture<Grant> permit = FencedSemaphore.at(client, "/a", 1).acquireAsync();

        client.close();

        assertThat(lock)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("closed while it waited in the queue at /a");
        assertThat(permit)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("closed while it waited in the queue at /a/locks");
    }

    @Test
    void leavesTheThreadThatIsInterruptedAsItShould() {
        client.start();
        FencedLock lock = FencedLock.at(client, "/a");
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(lock::acquire);
        assertThat(Thread.interrupted()).isFalse();
    }
}
