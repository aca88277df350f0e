// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A serial executor on the thread of whoever calls. */
class SerialExecutorOfTheCallerTest {

    private final SerialExecutor turns = new SerialExecutor(Runnable::run);

    @Test
    void runsWhatIsAskedForFromWithinATaskAfterIt() {
        List<String> order = new ArrayList<>();

        turns.execute(() -> {
            turns.execute(() -> order.add("inner"));
            order.add("outer");
        });

        assertThat(order).containsExactly("outer", "inner");
    }

    @Test
    void neverRunsTwoAtOnce() throws InterruptedException {
        int[] unguarded = {0};
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch all = new CountDownLatch(40_000);
        for (int i = 0; i < 40_000; i++) {
            threads.execute(() -> turns.execute(() -> {
                unguarded[0]++;
                all.countDown();
            }));
        }

        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        threads.shutdown();
        assertThat(unguarded[0]).isEqualTo(40_000);
    }

    @Test
    void survivesATaskThatThrows() {
        List<String> order = new ArrayList<>();
        turns.execute(() -> {
            throw new AssertionError("scripted");
        });

        turns.execute(() -> order.add("next"));

        assertThat(order).containsExactly("next");
    }
}
