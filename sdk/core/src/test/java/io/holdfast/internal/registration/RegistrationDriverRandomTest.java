// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random lives of some registrations. Whenever the world is at rest, whoever says Registered has its node; and once the world
 * is whole again, all that are open are registered with their newest payload and all that were closed have left nothing.
 */
class RegistrationDriverRandomTest {

    private static final int STEPS = 60;
    private static final List<String> PATHS = List.of("/a", "/b", "/d/c");
    private static final RegistrationOptions PATIENT =
            RegistrationOptions.builder().waitForForeign().build();
    private static final RegistrationOptions SEQUENTIAL =
            RegistrationOptions.builder().sequential().build();

    static LongStream seeds() {
        return LongStream.range(0, 2000);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void comesToRightsWhateverHappened(long seed) {
        Run run = new Run(seed);
        try {
            for (int i = 0; i < STEPS; i++) {
                run.step();
            }
            run.heal();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + String.join("; ", run.story), e);
        }
    }

    private static final class Run {

        private final RegistrationBench bench = new RegistrationBench();
        private final SplittableRandom random;
        private final List<String> story = new ArrayList<>();
        private final Map<String, Registration> open = new HashMap<>();
        private final Map<String, String> newest = new HashMap<>();
        private final List<Registration> closed = new ArrayList<>();
        private final List<CompletionStage<Void>> updates = new ArrayList<>();
        private final List<Long> former = new ArrayList<>();
        private long session = 0x100;
        private boolean isConnected;
        private boolean hasSession;
        private int updated;

        Run(long seed) {
            random = new SplittableRandom(seed);
            if (random.nextInt(4) == 0) {
                bench.tree.unimplemented(Call.EPHEMERALS);
                tell("servers before 3.6");
            }
            bench.tree.put("/q", new byte[0], 0);
        }

        void step() {
            switch (random.nextInt(14)) {
                case 0, 1 -> register();
                case 2 -> close();
                case 3 -> update();
                case 4 -> connect();
                case 5 -> disconnect();
                case 6 -> expire();
                case 7 -> deleteSome();
                case 8 -> overwriteSome();
                case 9 -> occupy();
                case 10 -> deleteFormer();
                case 11, 12 -> fail();
                default -> pass();
            }
            switch (random.nextInt(6)) {
                case 0 -> bench.time.runDue(); // what is on the wire stays there
                case 1 -> bench.tree.deliver();
                case 2 -> {}
                default -> {
                    bench.settle();
                    check();
                }
            }
        }

        private void register() {
            int which = random.nextInt(PATHS.size() + 1);
            String path = which == PATHS.size() ? "/q/n-" : PATHS.get(which);
            if (!open.containsKey(path)) {
                tell("register " + path);
                RegistrationOptions options = which == PATHS.size() ? SEQUENTIAL : PATIENT;
                open.put(path, bench.registrations.register(path, () -> bytes("v0"), options, Runnable::run));
                newest.put(path, "v0");
            }
        }

        private void close() {
            pick(new ArrayList<>(open.keySet())).ifPresent(path -> {
                tell("close " + path);
                Registration registration = open.remove(path);
                var unused = registration.closeAsync();
                closed.add(registration);
            });
        }

        private void update() {
            pick(new ArrayList<>(open.keySet())).ifPresent(path -> {
                String value = "v" + ++updated;
                tell("update " + path + " " + value);
                updates.add(open.get(path).update(bytes(value)));
                newest.put(path, value);
            });
        }

        private void connect() {
            if (!isConnected) {
                tell("connect 0x" + Long.toHexString(session));
                bench.confirm(session);
                hasSession = true;
                isConnected = true;
            }
        }

        private void disconnect() {
            if (isConnected) {
                tell("disconnect");
                bench.suspend();
                isConnected = false;
            }
        }

        private void expire() {
            if (hasSession) {
                tell("expire");
                bench.endings.put(session, pick(List.of(EndOutcome.values())).orElseThrow());
                bench.end();
                former.add(session++);
                hasSession = false;
                isConnected = false;
            }
        }

        private void deleteSome() {
            pick(new ArrayList<>(bench.tree.ephemeralsOf(session))).ifPresent(path -> {
                tell("delete " + path);
                bench.tree.remove(path);
            });
        }

        private void overwriteSome() {
            pick(new ArrayList<>(bench.tree.ephemeralsOf(session))).ifPresent(path -> {
                tell("overwrite " + path);
                byte[] data = bench.tree.node(path).orElseThrow().data();
                boolean isKnown = isConnected // before that it is known by its tag alone
                        && open.values().stream()
                                .map(Registration::state)
                                .filter(Registered.class::isInstance)
                                .anyMatch(state ->
                                        state.node().orElseThrow().path().equals(path));
                bench.tree.overwrite(path, isKnown && random.nextBoolean() ? bytes("edited") : data);
            });
        }

        private void occupy() {
            String path = PATHS.get(random.nextInt(2));
            Optional<Znode> standing = bench.tree.node(path);
            if (standing.isEmpty()) {
                tell("occupy " + path);
                bench.put(path, FOREIGN, "broker-8");
            } else if (standing.get().owner() == FOREIGN) {
                tell("vacate " + path);
                bench.tree.remove(path);
            }
        }

        private void deleteFormer() {
            pick(former).ifPresent(id -> {
                tell("closeSession 0x" + Long.toHexString(id));
                bench.tree.deleteAllOf(id);
            });
        }

        private void fail() {
            Call call = pick(List.of(Call.values())).orElseThrow();
            int how = random.nextInt(3);
            tell((how == 0 ? "lose answer of " : how == 1 ? "lose " : "throttle ") + call);
            switch (how) {
                case 0 -> bench.tree.loseAnswer(call);
                case 1 -> bench.tree.loseRequest(call);
                default -> bench.tree.answer(call, Code.THROTTLEDOP);
            }
        }

        private void pass() {
            Duration time = Duration.ofMillis(1L << random.nextInt(14));
            tell("pass " + time.toMillis() + " ms");
            bench.advance(time);
        }

        private void check() {
            if (isConnected) {
                open.values()
                        .forEach(registration -> registration.state().node().ifPresent(node -> {
                            if (registration.state() instanceof Registered) {
                                assertThat(bench.tree.node(node.path()).map(Znode::czxid))
                                        .as(node.path())
                                        .contains(node.czxid());
                            }
                        }));
            }
        }

        void heal() {
            tell("heal");
            bench.tree.heal();
            former.forEach(id -> bench.endings.remove(id, EndOutcome.UNREACHABLE));
            PATHS.forEach(path -> bench.tree
                    .node(path)
                    .filter(node -> node.owner() == FOREIGN)
                    .ifPresent(node -> bench.tree.remove(path)));
            connect();
            bench.advance(Duration.ofSeconds(90));

            open.forEach((path, registration) -> {
                assertThat(registration.state()).as(path).isInstanceOf(Registered.class);
                String actual = registration.state().node().orElseThrow().path();
                assertThat(bench.tree.node(actual).orElseThrow().owner()).isEqualTo(session);
            });
            check();
            assertThat(closed).allSatisfy(each -> assertThat(each.state()).isEqualTo(new Closed()));
            assertThat(updates)
                    .allSatisfy(each -> assertThat(each.toCompletableFuture()).isDone());
            List<String> expected = open.values().stream()
                    .map(each -> each.state().node().orElseThrow().path())
                    .toList();
            assertThat(bench.tree.ephemeralsOf(session)).containsExactlyInAnyOrderElementsOf(expected);
            former.forEach(id -> assertThat(bench.tree.ephemeralsOf(id))
                    .as("left by 0x%x", id)
                    .allMatch(path -> path.startsWith("/q/"))); // sequential ones are in nobody's way
        }

        private void tell(String what) {
            story.add(what);
        }

        private <T> Optional<T> pick(List<T> from) {
            return from.isEmpty() ? Optional.empty() : Optional.of(from.get(random.nextInt(from.size())));
        }
    }
}
