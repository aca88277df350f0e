// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LongListsTest {

    private final AtomicLong clock = new AtomicLong();
    private final LongLists lists = new LongLists(clock::get);

    @Test
    void suspectsAListThatBrokeTheConnectionTwiceInARow() {
        lists.broke("/a");
        assertThat(lists.isSuspect("/a")).isFalse();
        lists.answered("/a");
        lists.broke("/a");
        assertThat(lists.isSuspect("/a")).isFalse();
        lists.broke("/a");

        assertThat(lists.isSuspect("/a")).isTrue();
        assertThat(lists.isSuspect("/b")).isFalse();
    }

    @Test
    void forgetsItAfterAWhile() {
        lists.broke("/a");
        lists.broke("/a");
        clock.addAndGet(Duration.ofMinutes(11).toNanos());

        assertThat(lists.isSuspect("/a")).isFalse();
    }

    @Test
    void doesNotGrowForEver() {
        IntStream.range(0, 5000).forEach(path -> lists.broke("/" + path));
        lists.broke("/last");
        lists.broke("/last");

        assertThat(lists.isSuspect("/last")).isTrue();
    }

    @Test
    void takesManyNamesForTooLong() {
        assertThat(LongLists.isTooLong(30_000, 1_048_575)).isTrue();
        assertThat(LongLists.isTooLong(10_000, 1_048_575)).isFalse();
        assertThat(LongLists.isTooLong(Integer.MAX_VALUE, Integer.MAX_VALUE)).isTrue();
    }
}
