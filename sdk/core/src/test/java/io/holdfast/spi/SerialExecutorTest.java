// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SerialExecutorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ArrayDeque<Runnable> borrowed = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();

    @Test
    void borrowsOneThreadForAllThatIsWaitingAndNoneWhileIdle() {
        SerialExecutor serial = new SerialExecutor(borrowed::add);
        serial.execute(() -> ran.add("a"));
        serial.execute(() -> ran.add("b"));
        assertThat(borrowed).hasSize(1);

        borrowed.remove().run();
        assertThat(ran).containsExactly("a", "b");

        serial.execute(() -> ran.add("c"));
        assertThat(borrowed).hasSize(1);
        borrowed.remove().run();
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @Test
    void aTaskMadeByATaskRunsAfterIt() {
        SerialExecutor serial = new SerialExecutor(borrowed::add);
        serial.execute(() -> {
            serial.execute(() -> ran.add("inner"));
            ran.add("outer");
        });

        borrowed.remove().run();

        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void goesOnAfterAListenerThatThrowsWhateverItThrows() {
        SerialExecutor serial = new SerialExecutor(borrowed::add);
        serial.execute(() -> {
            throw new IllegalStateException("a listener's");
        });
        serial.execute(() -> {
            throw new AssertionError("a listener's error");
        });
        serial.execute(() -> ran.add("next"));

        borrowed.remove().run();
        assertThat(ran).containsExactly("next");

        serial.execute(() -> ran.add("later"));
        borrowed.remove().run();
        assertThat(ran).containsExactly("next", "later");
    }

    @Test
    void goesOnAfterALogAppenderThatThrows() {
        Logger log = (Logger) LoggerFactory.getLogger(SerialExecutor.class);
        AppenderBase<ILoggingEvent> broken = new AppenderBase<>() {
            @Override
            public synchronized void doAppend(ILoggingEvent event) {
                throw new AssertionError("the disk is full");
            }

            @Override
            protected void append(ILoggingEvent event) {}
        };
        log.addAppender(broken);
        try {
            SerialExecutor serial = new SerialExecutor(borrowed::add);
            serial.execute(() -> {
                throw new IllegalStateException("a listener's");
            });
            serial.execute(() -> ran.add("next"));

            borrowed.remove().run();

            assertThat(ran).containsExactly("next");
        } finally {
            log.detachAppender(broken);
        }
    }

    @Test
    void triesAgainAfterNoThreadCouldBeBorrowed() {
        AtomicBoolean full = new AtomicBoolean(true);
        SerialExecutor serial = new SerialExecutor(task -> {
            if (full.get()) {
                throw new RejectedExecutionException("no thread");
            }
            borrowed.add(task);
        });
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> serial.execute(() -> ran.add("a")));

        full.set(false);
        serial.execute(() -> ran.add("b"));
        borrowed.remove().run();

        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void neverRunsTwoAtOnceAndKeepsEachThreadsOrder() {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            SerialExecutor serial = new SerialExecutor(threads);
            AtomicInteger running = new AtomicInteger();
            List<Integer> most = Collections.synchronizedList(new ArrayList<>());
            List<List<Integer>> orders = new ArrayList<>();
            CompletableFuture<?>[] callers = new CompletableFuture<?>[4];
            int each = 1_000;
            for (int caller = 0; caller < callers.length; caller++) {
                List<Integer> order = Collections.synchronizedList(new ArrayList<>());
                orders.add(order);
                callers[caller] = CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < each; i++) {
                                int number = i;
                                serial.execute(() -> {
                                    most.add(running.incrementAndGet());
                                    order.add(number);
                                    running.decrementAndGet();
                                });
                            }
                        },
                        threads);
            }
            assertThat(CompletableFuture.allOf(callers)).succeedsWithin(PATIENCE);
            CompletableFuture<Void> last = new CompletableFuture<>();
            serial.execute(() -> last.complete(null));
            assertThat(last).succeedsWithin(PATIENCE);

            assertThat(most).hasSize(4 * each).containsOnly(1);
            assertThat(orders)
                    .allSatisfy(order -> assertThat(order).hasSize(each).isSorted());
        } finally {
            threads.shutdownNow();
        }
    }
}
