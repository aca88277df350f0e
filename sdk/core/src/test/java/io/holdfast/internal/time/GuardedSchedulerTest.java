// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GuardedSchedulerTest {

    private final Logger log = (Logger) LoggerFactory.getLogger(GuardedScheduler.class);
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final GuardedScheduler timer = new GuardedScheduler(Executors.defaultThreadFactory());

    private boolean isAppenderBroken;

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        public synchronized void doAppend(ILoggingEvent event) {
            logged.add(event.getFormattedMessage() + ": "
                    + event.getThrowableProxy().getMessage());
            if (isAppenderBroken) {
                throw new AssertionError("the disk is full");
            }
        }

        @Override
        protected void append(ILoggingEvent event) {}
    };

    @BeforeEach
    void listen() {
        appender.start();
        log.addAppender(appender);
    }

    @AfterEach
    void stop() {
        log.detachAppender(appender);
        timer.shutdownNow();
    }

    @Test
    void logsWhatATaskThrowsErrorsIncluded() {
        var unused = timer.schedule(() -> fail(new IllegalStateException("a")), 0, TimeUnit.SECONDS);
        timer.execute(() -> fail(new AssertionError("b")));

        await().untilAsserted(() -> assertThat(logged)
                .containsExactlyInAnyOrder("A task on the timer failed: a", "A task on the timer failed: b"));
    }

    @Test
    void runsAPeriodicTaskAgainThatThrew() {
        var unused = timer.scheduleWithFixedDelay(() -> fail(new AssertionError("c")), 0, 1, TimeUnit.MILLISECONDS);
        var unusedToo = timer.scheduleAtFixedRate(() -> fail(new AssertionError("d")), 0, 1, TimeUnit.MILLISECONDS);

        await().untilAsserted(() -> assertThat(logged)
                .containsSubsequence("A task on the timer failed: c", "A task on the timer failed: c")
                .containsSubsequence("A task on the timer failed: d", "A task on the timer failed: d"));
    }

    @Test
    void aLogAppenderThatThrowsEndsNeitherThePeriodicTaskNorOthers() {
        isAppenderBroken = true;
        var unused = timer.scheduleWithFixedDelay(() -> fail(new AssertionError("e")), 0, 1, TimeUnit.MILLISECONDS);
        timer.execute(() -> fail(new AssertionError("f")));

        await().untilAsserted(() -> assertThat(runs.get()).isGreaterThan(3));
        assertThat(logged).contains("A task on the timer failed: f");
    }

    @Test
    void isSilentAboutWhatWasCancelled() throws Exception {
        timer.schedule(() -> {}, 1, TimeUnit.HOURS).cancel(false);

        timer.submit(runs::incrementAndGet).get();

        assertThat(runs).hasValue(1);
        assertThat(logged).isEmpty();
    }

    private void fail(Throwable failure) {
        runs.incrementAndGet();
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
