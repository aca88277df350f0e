// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.recipes.internal.queue.Position.Admitted;
import io.holdfast.recipes.internal.queue.Position.After;
import io.holdfast.recipes.internal.queue.Position.AfterAny;
import io.holdfast.recipes.internal.queue.Position.NotThere;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitQueueTest {

    private static final String MARK = "_c_5e1b1e5a-0c3f-4a53-9d6e-6d7c0c1c2f3a-";
    private static final WaitQueue LOCK = WaitQueue.ofOne("/a", "lock-");
    private static final Set<String> BOTH = Set.of("__READ__", "__WRIT__");
    private static final WaitQueue READ = new WaitQueue("/a", "__READ__", BOTH, AdmissionRule.behindNo("__WRIT__"));
    private static final WaitQueue WRITE = new WaitQueue("/a", "__WRIT__", BOTH, AdmissionRule.FIRST);
    private static final WaitQueue TWO = new WaitQueue("/a", "lease-", Set.of("lease-"), AdmissionRule.within(2));

    static Stream<Arguments> positions() {
        return Stream.of(
                row("alone", LOCK, "lock-0000000003", new Admitted(), "lock-0000000003"),
                row("first", LOCK, "lock-0000000003", new Admitted(), "lock-0000000004", "lock-0000000003"),
                row(
                        "behind the next one only",
                        LOCK,
                        "lock-0000000003",
                        new After("lock-0000000002"),
                        "lock-0000000002",
                        "lock-0000000001",
                        "lock-0000000003"),
                row("not listed", LOCK, "lock-0000000003", new NotThere(), "lock-0000000004"),
                row("not listed, and nobody else", LOCK, "lock-0000000003", new NotThere()),
                row(
                        "the counter has wrapped around",
                        LOCK,
                        "lock--2147483648",
                        new After("lock-2147483647"),
                        "lock--2147483648",
                        "lock-2147483647"),
                row(
                        "other children do not count",
                        LOCK,
                        "lock-0000000003",
                        new Admitted(),
                        "lock-0000000003",
                        "b",
                        "other-0000000001"),
                row(
                        "marked and unmarked nodes share one queue",
                        LOCK,
                        MARK + "lock-0000000003",
                        new After("lock-0000000002"),
                        MARK + "lock-0000000003",
                        "lock-0000000002"),
                row(
                        "readers go together",
                        READ,
                        "__READ__0000000003",
                        new Admitted(),
                        "__READ__0000000003",
                        "__READ__0000000001",
                        "__WRIT__0000000004"),
                row(
                        "a reader waits for the writer right before it",
                        READ,
                        "__READ__0000000005",
                        new After("__WRIT__0000000003"),
                        "__READ__0000000005",
                        "__READ__0000000004",
                        "__WRIT__0000000003",
                        "__WRIT__0000000001"),
                row(
                        "a writer waits for readers",
                        WRITE,
                        "__WRIT__0000000003",
                        new After("__READ__0000000002"),
                        "__READ__0000000001",
                        "__READ__0000000002",
                        "__WRIT__0000000003"),
                row(
                        "the second of two permits",
                        TWO,
                        "lease-0000000002",
                        new Admitted(),
                        "lease-0000000001",
                        "lease-0000000002",
                        "lease-0000000003"),
                row(
                        "no permit left",
                        TWO,
                        "lease-0000000003",
                        new AfterAny(),
                        "lease-0000000001",
                        "lease-0000000002",
                        "lease-0000000003"));
    }

    private static Arguments row(String name, WaitQueue queue, String own, Position position, String... names) {
        return Arguments.of(name, queue, own, position, List.of(names));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("positions")
    void saysThePositionOfAnEntry(String name, WaitQueue queue, String own, Position position, List<String> names) {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(1));

        assertThat(queue.view(names, own).position()).isEqualTo(position);
        assertThat(queue.view(shuffled, own).position()).isEqualTo(position);
    }

    @Test
    void listsThoseBeforeUsTheOldestFirst() {
        WaitQueue.View view = LOCK.view(
                List.of("lock--2147483647", "lock-2147483647", "lock--2147483646", "lock-2147483646"),
                "lock--2147483647");

        assertThat(view.before()).extracting(QueueNode::name).containsExactly("lock-2147483646", "lock-2147483647");
    }

    @Test
    void noticesAnotherRecipeThatWasThereBefore() {
        List<String> names = List.of(MARK + "latch-0000000002", "lock-0000000003", MARK + "latch-0000000004");

        assertThat(LOCK.view(names, "lock-0000000003").stranger()).contains(MARK + "latch-0000000002");
        assertThat(LOCK.view(names, "lock-0000000001").stranger()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/", "/a/", "//a", "/a/../b", "/a\u0000"})
    void refusesWhatIsNoPath(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WaitQueue.ofOne(path, "lock-"))
                .withMessageContaining("path must")
                .withMessageContaining("\"" + path + "\"");
    }

    /** Whatever leaves the queue, a position at the head that was seen once stays: nobody is ever created before us again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aTurnThatCameStays(long seed) {
        Random random = new Random(seed);
        for (WaitQueue queue : List.of(LOCK, READ, WRITE, TWO)) {
            List<String> kinds = List.copyOf(queue.kinds());
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                names.add(kinds.get(random.nextInt(kinds.size())) + String.format("%010d", i));
            }
            String own = queue.kind() + "0000000008";
            names.add(own);
            boolean came = false;
            while (names.size() > 1) {
                boolean isNow = queue.view(names, own).position() instanceof Admitted;
                assertThat(isNow || !came).as("%s, seed %d", names, seed).isTrue();
                came |= isNow;
                names.remove(random.nextInt(names.size() - 1));
            }
            assertThat(queue.view(names, own).position()).isEqualTo(new Admitted());
        }
    }
}
