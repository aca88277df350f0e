// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.resilience;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.holdfast.session.PaceSettings;
import io.holdfast.spi.Backoff;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Says how long to wait before a client whose session could not be confirmed asks the ensemble for another one: growing,
 * jittered, and with a circuit breaker, so that an ensemble in trouble is not asked for session after session by all of its
 * clients at once. Thread-safe.
 */
public final class OpeningPace {

    private final PaceSettings settings;
    private final Backoff backoff;
    private final CircuitBreaker breaker;

    @GuardedBy("this")
    private int failures;

    private Duration last = Duration.ZERO;

    public OpeningPace(PaceSettings settings) {
        this.settings = settings;
        this.backoff = new Backoff(settings.firstDelay(), settings.longestDelay());
        this.breaker = CircuitBreaker.of(
                "sessions",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(settings.breakerFailures())
                        .minimumNumberOfCalls(settings.breakerFailures())
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(settings.breakerPause())
                        .build());
    }

    /** A session was confirmed: the next one may be asked for at once. */
    public synchronized void confirmed() {
        failures = 0;
        breaker.reset();
    }

    /** A session could not be confirmed; returns how long to wait before another one is asked for. */
    public synchronized Duration afterFailure() {
        failures++;
        breaker.onError(0, TimeUnit.NANOSECONDS, new IllegalStateException("not confirmed"));
        Duration delay = jittered(backoff.after(failures));
        Duration shortened = delay.compareTo(settings.longestDelay()) < 0 ? delay : settings.longestDelay();
        if (breaker.getState() != CircuitBreaker.State.OPEN) {
            last = shortened;
            return last;
        }
        breaker.transitionToHalfOpenState(); // the pause is ours to keep: the breaker would count it on the wall clock
        Duration pause = jittered(settings.breakerPause());
        last = pause.compareTo(shortened) > 0 ? pause : shortened;
        return last;
    }

    /** Returns how often in a row no session was confirmed, and what follows from that; empty if the last one was. */
    public synchronized String inWords() {
        if (failures == 0) {
            return "";
        }
        return failures + " sessions in a row were not confirmed, the next one was put off by " + last.toMillis()
                + " ms" + (breaker.getState() == CircuitBreaker.State.CLOSED ? "" : " (the circuit breaker is open)");
    }

    private Duration jittered(Duration around) {
        return Duration.ofMillis(
                IntervalFunction.ofRandomized(around, settings.jitter()).apply(1));
    }

    @Override
    public synchronized String toString() {
        return "OpeningPace[failures=" + failures + ", circuit=" + breaker.getState() + ", " + settings + "]";
    }
}
