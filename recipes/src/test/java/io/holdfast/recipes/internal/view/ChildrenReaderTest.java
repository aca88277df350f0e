// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.session.Znode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildrenReaderTest {

    private final LittleDirectory directory = new LittleDirectory();
    private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
    private final List<Runnable> delayed = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private SortedMap<String, Child> shown = new TreeMap<>();
    private boolean isCurrent;
    private String why = "";

    private final ChildrenReader reader = new ChildrenReader(
            LittleDirectory.PATH,
            loop::add,
            (delay, task) -> {
                assertThat(delay).isBetween(Duration.ofMillis(1), Duration.ofSeconds(15));
                delayed.add(task);
            },
            new ChildrenReader.Audience() {
                @Override
                public void read(SortedMap<String, Child> children) {
                    ChildChange.between(shown, children).forEach(change -> told.add(ChildChangeTest.words(change)));
                    shown = children;
                }

                @Override
                public void caughtUp() {
                    isCurrent = true;
                }

                @Override
                public void stale(String reason) {
                    isCurrent = false;
                    why = reason;
                }
            });

    @Test
    void whatIsThereIsShownAndThenEachChange() {
        directory.put("a", "1");
        connect();
        rest();
        directory.put("b", "1");
        rest();
        directory.put("a", "2");
        rest();
        directory.remove("b");
        rest();

        assertThat(told).containsExactly("joined a", "joined b", "updated a", "left b");
        assertExact();
    }

    @Test
    void aNodeThatIsReplacedBetweenTwoLooksHasBounced() {
        directory.put("a", "1");
        connect();
        rest();

        directory.remove("a");
        directory.put("a", "1");
        rest();

        assertThat(told).containsExactly("joined a", "bounced a");
        assertExact();
    }

    @Test
    void aNodeThatIsReplacedWhileTheConnectionIsDownHasBounced() {
        directory.put("a", "1");
        connect();
        rest();

        directory.cut();
        reader.disconnected("cut");
        directory.remove("a");
        directory.put("a", "1");
        rest();
        assertThat(isCurrent).isFalse();
        connect();
        rest();

        assertThat(told).containsExactly("joined a", "bounced a");
        assertExact();
    }

    @Test
    void aCutAloneChangesNothing() {
        directory.put("a", "1");
        connect();
        rest();

        directory.cut();
        reader.disconnected("cut");
        connect();
        rest();

        assertThat(told).containsExactly("joined a");
        assertExact();
    }

    @Test
    void aMissingDirectoryIsEmptyAndNoticedWhenItAppears() {
        directory.isThere = false;
        connect();
        rest();
        assertThat(isCurrent).isTrue();
        assertThat(shown).isEmpty();

        directory.createDirectory();
        directory.put("a", "1");
        rest();
        directory.removeDirectory();
        rest();
        directory.createDirectory();
        directory.put("b", "1");
        rest();

        assertThat(told).containsExactly("joined a", "left a", "joined b");
        assertExact();
    }

    @Test
    void aChildThatMayNotBeReadIsShownWithoutItsData() {
        directory.put("a", "secret");
        directory.put("b", "1");
        directory.unreadable.add("a");
        connect();
        rest();

        assertThat(isCurrent).isTrue();
        assertThat(shown.get("a").isReadable()).isFalse();
        assertThat(shown.get("b").isReadable()).isTrue();
    }

    @Test
    void aChangeOfOneChildCostsOneLookAndNoList() {
        for (int i = 0; i < 300; i++) {
            directory.put("n" + i, "1");
        }
        connect();
        rest();
        directory.requests.clear();

        directory.put("n7", "2");
        rest();

        assertThat(directory.requests).containsExactly("exists /d/n7", "read /d/n7");
        assertExact();
    }

    @Test
    void neverMoreThan64ChildrenAreLookedAtAtOnce() {
        for (int i = 0; i < 300; i++) {
            directory.put("n" + i, "1");
        }
        connect();
        while (directory.requests.stream().noneMatch(each -> each.startsWith("exists"))) {
            assertThat(stepOnce(new Random(1))).isTrue();
        }
        assertThat(directory.requests)
                .filteredOn(each -> each.startsWith("exists"))
                .hasSize(64);
        rest();
        assertExact();
    }

    @Test
    void catchingUpShowsWhatWasCommittedBefore() {
        connect();
        rest();
        directory.put("a", "1"); // the news of it is still on its way
        CompletableFuture<Void> done = new CompletableFuture<>();
        reader.catchUp(done);
        CompletableFuture<List<String>> seen = done.thenApply(read -> List.copyOf(shown.keySet()));
        rest();

        assertThat(seen).isCompletedWithValue(List.of("a"));
    }

    @Test
    void catchingUpWaitsForTheConnectionAndEndsWithTheView() {
        connect();
        rest();
        directory.cut();
        reader.disconnected("cut");
        CompletableFuture<Void> first = new CompletableFuture<>();
        reader.catchUp(first);
        rest();
        assertThat(first).isNotDone();
        connect();
        rest();
        assertThat(first).isCompleted();

        directory.cut();
        CompletableFuture<Void> second = new CompletableFuture<>();
        reader.catchUp(second);
        reader.close();
        assertThat(second).isCompletedExceptionally();
        CompletableFuture<Void> third = new CompletableFuture<>();
        reader.catchUp(third);
        assertThat(third).isCompletedExceptionally();
    }

    @Test
    void aFailureWithoutNewsOfTheConnectionIsTriedAgain() {
        directory.put("a", "1");
        connect();
        rest();
        directory.put("a", "2");
        directory.cut(); // the client has not noticed yet
        reader.catchUp(new CompletableFuture<>());
        rest();
        assertThat(isCurrent).isFalse();
        assertThat(why).contains("CONNECTIONLOSS");
        assertThat(delayed).hasSize(1);

        reader.disconnected("cut");
        connect();
        delayed.remove(0).run();
        rest();

        assertExact();
    }

    /** Whatever changes and breaks in whatever order, whenever all comes to rest the view is exact. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void afterAnyStoryTheViewIsExact(long seed) {
        Random random = new Random(seed);
        int names = seed % 2 == 0 ? 90 : 6;
        connect();
        for (int story = 0; story < 50; story++) {
            for (int step = 0; step < 200; step++) {
                somethingHappens(random, "n" + random.nextInt(names), "" + story + step);
            }
            rest();
            while (!delayed.isEmpty()) {
                delayed.remove(0).run();
                rest();
            }
            assertExact();
        }
        assertThat(told).as("there was something to tell").hasSizeGreaterThan(200);
    }

    private void somethingHappens(Random random, String name, String data) {
        int what = random.nextInt(200);
        if (what < 160) {
            stepOnce(random);
        } else if (what < 180 && directory.isThere) {
            directory.put(name, data);
        } else if (what < 194 && directory.children.containsKey(name)) {
            directory.remove(name);
        } else if (what == 195 && directory.isThere) {
            directory.removeDirectory();
        } else if (what == 196 && !directory.isThere) {
            directory.createDirectory();
        } else if (what == 197) {
            directory.cut();
            loop.add(() -> reader.disconnected("cut"));
            loop.add(this::connect);
        } else if (what == 198) {
            directory.cut();
            loop.add(this::connect); // the two may be told as one
        } else if (what == 199 && !delayed.isEmpty()) {
            loop.add(delayed.remove(0));
        }
    }

    private void connect() {
        reader.connected(directory.connect());
    }

    private void rest() {
        Random random = new Random(0);
        while (stepOnce(random)) {
            // until nothing moves any more
        }
    }

    private boolean stepOnce(Random random) {
        Runnable task = random.nextBoolean() ? loop.poll() : null;
        if (task != null) {
            task.run();
            return true;
        }
        if (random.nextBoolean() && directory.applyOne()) {
            return true;
        }
        if (directory.deliverOne() || directory.applyOne()) {
            return true;
        }
        task = loop.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    private void assertExact() {
        assertThat(isCurrent).as(why).isTrue();
        assertThat(texts(shown.values().stream().collect(Collectors.toMap(Child::name, Child::node))))
                .isEqualTo(texts(directory.children));
    }

    private static Map<String, String> texts(Map<String, Znode> nodes) {
        Map<String, String> texts = new TreeMap<>();
        nodes.forEach((name, node) -> texts.put(name, node + " " + new String(node.data(), StandardCharsets.UTF_8)));
        return texts;
    }
}
