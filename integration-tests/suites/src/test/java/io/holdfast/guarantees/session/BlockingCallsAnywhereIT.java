// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.Member;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.broker.HandOver;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Safety;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.wire.Handles;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocking calls work on every thread that runs the application's code, or say at once what to call there instead. */
class BlockingCallsAnywhereIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** Threads that run the application's code. */
    enum Place {
        REGISTRATION_LISTENER {
            @Override
            void run(HoldfastClient client, String path, Runnable task) {
                client.register(path, new byte[0]).addListener((from, to) -> {
                    if (to instanceof Registered) {
                        task.run();
                    }
                });
            }
        },
        STAGE {
            @Override
            void run(HoldfastClient client, String path, Runnable task) {
                client.register(path, new byte[0]).registered().thenRun(task);
            }
        },
        STAGE_OF_A_LOCK {
            @Override
            void run(HoldfastClient client, String path, Runnable task) {
                var unused =
                        FencedLock.at(client, path + "-outer").acquireAsync().thenRun(task);
            }
        },
        SESSION_LISTENER {
            @Override
            void run(HoldfastClient client, String path, Runnable task) {
                client.addSessionListener((from, to) -> {
                    if (to.isConfirmed()) {
                        task.run();
                    }
                });
                client.register(path, new byte[0]);
            }
        },
        CURATORS_CONNECTION_LISTENER {
            @Override
            void run(HoldfastClient client, String path, Runnable task) throws Exception {
                client.register(path, new byte[0]).awaitRegistered(PATIENCE);
                client.unwrap(CuratorFramework.class)
                        .getConnectionStateListenable()
                        .addListener((curator, state) -> {
                            if (state.isConnected()) {
                                task.run();
                            }
                        });
                Handles.abandon(client.unwrap(CuratorFramework.class)
                        .getZookeeperClient()
                        .getZooKeeper());
            }
        };

        /** Runs a task there, once or more often. */
        abstract void run(HoldfastClient client, String path, Runnable task) throws Exception;
    }

    /** Threads that bring what would be waited for. */
    enum Serving {
        PAYLOAD_SUPPLIER {
            @Override
            void run(HoldfastClient client, String path, Runnable task) throws Exception {
                Thread caller = Thread.currentThread();
                Registration registration = client.register(
                        path,
                        () -> {
                            if (Thread.currentThread() != caller) {
                                task.run();
                            }
                            return new byte[0];
                        },
                        RegistrationOptions.defaults());
                registration.awaitRegistered(PATIENCE);
                client.unwrap(CuratorFramework.class).delete().forPath(path); // the next node needs data again
            }
        },
        EVENT_THREAD {
            @Override
            void run(HoldfastClient client, String path, Runnable task) throws Exception {
                client.awaitConfirmed(PATIENCE).ops().exists(path, null).thenRun(task);
            }
        },
        CURATORS_BACKGROUND_CALLBACK {
            @Override
            void run(HoldfastClient client, String path, Runnable task) throws Exception {
                client.awaitConfirmed(PATIENCE);
                client.unwrap(CuratorFramework.class)
                        .checkExists()
                        .inBackground((curator, event) -> task.run())
                        .forPath(path);
            }
        };

        abstract void run(HoldfastClient client, String path, Runnable task) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void everyBlockingCallWorksInTheApplicationsCode(Place place) throws Exception {
        try (Member member = Member.start(ensemble.connectString(), "anywhere-" + place)) {
            requireAllWork(member, place);
        }
    }

    @ParameterizedTest
    @EnumSource
    void alsoWhenItBlocksTheOnlyThreadOfTheExecutor(Place place) throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (Member member = Member.start(
                ensemble.connectString(), "one-thread-" + place, settings -> settings.callbackExecutor(one))) {
            requireAllWork(member, place);
        } finally {
            one.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("servingThreads")
    void onAThreadThatOthersWaitForItSaysSoAtOnce(Serving place, Call call) throws Exception {
        try (Member member = Member.start(ensemble.connectString(), "serving")) {
            CompletableFuture<Object> outcome = new CompletableFuture<>();
            String path = "/serving-" + UUID.randomUUID();
            place.run(member.client(), path, () -> {
                try {
                    call.run(member.client(), path + "-inner");
                    outcome.complete("returned");
                } catch (Exception | Error e) {
                    outcome.complete(e);
                }
            });
            Object came = outcome.get(AT_ONCE.plus(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);

            assertThat(came).isInstanceOf(IllegalStateException.class);
            assertThat(((Exception) came).getMessage()).contains("would wait for this thread itself", "; use ");
        }
    }

    static Stream<Arguments> servingThreads() {
        return Stream.of(Serving.values())
                .flatMap(place -> Stream.of(Call.values()).map(call -> Arguments.of(place, call)));
    }

    @Test
    void aBlockedListenerHoldsUpNobodyButItsOwnRegistration() throws Exception {
        CompletableFuture<Void> released = new CompletableFuture<>();
        try (Member member = Member.start(ensemble.connectString(), "blocked-listener")) {
            member.register("/blocked").addListener((from, to) -> released.join());
            Registration other = member.register("/not-blocked");
            CompletableFuture<Object> heard = new CompletableFuture<>();
            other.addListener((from, to) -> {
                if (to instanceof Registered) {
                    heard.complete(to);
                }
            });

            assertThat(other.registered()).succeedsWithin(PATIENCE);
            if (!(other.state() instanceof Registered)) {
                assertThat(heard).succeedsWithin(PATIENCE);
            }
        } finally {
            released.complete(null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientCanBeClosedThere(Place place) throws Exception {
        Member member = Member.start(ensemble.connectString(), "closed-in-" + place);
        CompletableFuture<Object> closed = new CompletableFuture<>();
        place.run(member.client(), "/closed-in-" + place, () -> {
            member.close();
            closed.complete(place);
        });

        assertThat(closed).succeedsWithin(PATIENCE);
    }

    private static void requireAllWork(Member member, Place place) throws Exception {
        String path = "/anywhere-" + UUID.randomUUID();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        place.run(member.client(), path, () -> {
            try {
                for (Call call : Call.values()) {
                    if (outcome.isDone()) {
                        return;
                    }
                    long begun = System.nanoTime();
                    call.run(member.client(), path + call);
                    if (System.nanoTime() - begun > PATIENCE.toNanos() / 2) {
                        throw new AssertionError(call + " took " + (System.nanoTime() - begun) / 1_000_000 + " ms");
                    }
                }
                outcome.complete("all");
            } catch (Exception | Error e) {
                outcome.completeExceptionally(e);
            }
        });

        assertThat(outcome)
                .succeedsWithin(PATIENCE.multipliedBy(Call.values().length))
                .isEqualTo("all");
    }

    /** Every call that blocks. */
    enum Call {
        AWAIT_CONFIRMED {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                client.awaitConfirmed(PATIENCE);
            }
        },
        AWAIT_REGISTERED {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                Registration registration = client.register(path, new byte[0]);
                try {
                    registration.awaitRegistered(PATIENCE);
                } finally {
                    registration.close();
                }
            }
        },
        SAFETY {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                try (Safety safety = client.sessions().get(0).safety()) {
                    require(safety.await(PATIENCE));
                }
            }
        },
        LOCK {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                Optional<Grant> grant = FencedLock.at(client, path).tryAcquire(PATIENCE);
                grant.orElseThrow().release();
                FencedLock.at(client, path).acquire().close();
            }
        },
        REENTRANT_LOCK_AND_TRANSACTION {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                try (Grant grant = FencedLock.at(client, path).reentrant().acquire()) {
                    require(
                            grant.transaction()
                                            .create(path + "-made", new byte[0])
                                            .commit()
                                    instanceof Committed);
                }
            }
        },
        ELECTION {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                try (LeaderElection election = LeaderElection.atNode(client, path, new byte[0])) {
                    require(election.campaign(PATIENCE).isPresent());
                    require(election.leader().isPresent());
                    election.resign();
                }
            }
        },
        GROUP {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                Membership membership = Group.at(client, path).join(new byte[0]);
                try (LiveView<?, ?> view = Group.at(client, path).watch()) {
                    membership.awaitJoined(PATIENCE);
                    membership.update(new byte[1], PATIENCE);
                    require(view.awaitCurrent(PATIENCE));
                } finally {
                    membership.close();
                }
            }
        },
        BROKER {
            @Override
            void run(HoldfastClient client, String path) throws Exception {
                BrokerRegistration broker = BrokerRegistry.at(client, path).register(1, new byte[0]);
                try {
                    broker.awaitRegistered(PATIENCE);
                    broker.update(new byte[1], PATIENCE);
                    require(broker.handOver(Duration.ofMillis(300)) instanceof HandOver.Vacant);
                } finally {
                    broker.close();
                }
            }
        };

        abstract void run(HoldfastClient client, String path) throws Exception;

        static void require(boolean isSo) {
            if (!isSo) {
                throw new AssertionError("is not so");
            }
        }
    }
}
