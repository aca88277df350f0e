// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blocking call of a broker's registration: waits in the caller's thread, and says what for when the time is up.
 *
 * @param atMost the time given
 * @param untilNanos when it is up
 */
record BoundedWait(Duration atMost, long untilNanos) {

    private static final Ticker TICKER = Ticker.system();
    private static final Logger LOG = LoggerFactory.getLogger(BoundedWait.class);

    static BoundedWait of(String name, Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException(name + " must be zero or more, but was " + atMost);
        }
        return new BoundedWait(atMost, TICKER.read() + atMost.toNanos());
    }

    /** Waits for an epoch that is held when it is returned. */
    Grant untilHeld(BrokerRegistration broker) throws InterruptedException {
        while (true) {
            Grant grant = until(
                    broker.registered(),
                    () -> broker.path() + " is not registered after " + atMost.toMillis() + " ms: "
                            + describe(broker.state()) + "; the registration goes on trying");
            if (grant.isHeld()) {
                return grant;
            }
        }
    }

    <T> T until(CompletionStage<T> stage, Supplier<String> whatIsMissing) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(Math.max(0, untilNanos - TICKER.read()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SessionNotConfirmedException(whatIsMissing.get(), null);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /** Waits, but neither throws nor goes on waiting when interrupted. */
    void quietly(CompletionStage<Void> stage, String path) {
        try {
            stage.toCompletableFuture().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "path={} its node still exists after {} ms; the client goes on deleting it",
                    path,
                    atMost.toMillis());
        }
    }

    static <T> T forGood(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(ExecutionException failure) {
        return failure.getCause() instanceof RuntimeException known ? known : new CompletionException(failure);
    }

    private static String describe(RegistrationState state) {
        return state instanceof Waiting waiting
                ? "waiting for " + waiting.what()
                        + waiting.until()
                                .map(until -> ", at most " + until.toMillis() + " ms")
                                .orElse("")
                : state.toString();
    }
}
