// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Suspended;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.SessionState;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What observers, listeners, watchers and executors of users throw stops nobody but them. */
class ThrowingObserverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final SessionId ID = new SessionId(7);
    private static final Verifying VERIFYING = new Verifying(ID, TIMEOUT, 2, Duration.ZERO);
    private static final Confirmed CONFIRMED = new Confirmed(ID, TIMEOUT, 2);
    private static final SessionEvent PASSED = new SessionEvent.ProbePassed(2);

    private final AtomicReference<HandleLifecycle> opened = new AtomicReference<>();
    private final List<SessionState> heard = new ArrayList<>();
    private final List<KeeperState> watched = new CopyOnWriteArrayList<>();
    private final SessionSupervisor supervisor = new SessionSupervisor(
            new SupervisorSettings(
                    SessionSettings.defaults(),
                    PaceSettings.defaults(),
                    false,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
            new ClientThreads(),
            event -> {
                throw new AssertionError("the observer of the test");
            },
            System::nanoTime);

    private ConfirmingZooKeeper handle;

    @BeforeEach
    void openAHandleThatReachesNobody() throws Exception {
        supervisor.addListener((lifecycle, from, to) -> opened.set(lifecycle));
        supervisor.addListener((lifecycle, from, to) -> {
            throw new AssertionError("the listener of the test");
        });
        supervisor.addListener((lifecycle, from, to) -> heard.add(to));
        handle = (ConfirmingZooKeeper) supervisor.open("127.0.0.1:1", 6_000, this::watch, false, null);
    }

    @AfterEach
    void close() throws InterruptedException {
        handle.close();
    }

    @Test
    void everyListenerHearsOfAChangeAndTheGateFollowsIt() {
        opened.get().changed(VERIFYING, CONFIRMED, PASSED);

        assertThat(heard).contains(new SessionState.Confirmed(ID, TIMEOUT));
        assertThat(opened.get().gate().sendIfOpen(() -> {})).isTrue();
    }

    @Test
    void theHandlesUserIsToldOfTheConnectionAndOfItsLoss() {
        opened.get().process(new WatchedEvent(EventType.None, KeeperState.SyncConnected, null));
        opened.get().changed(VERIFYING, CONFIRMED, PASSED);
        opened.get().process(new WatchedEvent(EventType.None, KeeperState.Disconnected, null));

        assertThat(watched).startsWith(KeeperState.SyncConnected, KeeperState.Disconnected);
    }

    @Test
    void everyChangeThatIsToldSaysWhatCausedIt() {
        List<String> causes = new ArrayList<>();
        SessionSupervisor other = new SessionSupervisor(
                new SupervisorSettings(
                        SessionSettings.defaults(),
                        PaceSettings.defaults(),
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new ClientThreads(),
                event -> {
                    if (event instanceof SessionChanged changed) {
                        causes.add(changed.cause());
                    }
                },
                System::nanoTime);
        Suspended suspended = new Suspended(ID, TIMEOUT, true, true, 2, Duration.ZERO);

        other.changed(opened.get(), VERIFYING, CONFIRMED, PASSED);
        other.changed(opened.get(), CONFIRMED, suspended, new SessionEvent.Disconnected(Duration.ZERO));
        other.changed(opened.get(), suspended, suspended.sessionExpired(), new SessionEvent.SessionExpired());

        assertThat(causes)
                .containsExactly(
                        "the probe was answered",
                        "the connection was lost, or leads to a read-only server",
                        "the session was reported as expired");
    }

    @Test
    void whatAnExecutorForCallbacksRefusesIsRunAllTheSameAndInOrder() {
        List<String> ran = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> last = new CompletableFuture<>();
        var notifier = notifierOn(task -> {
            throw new RejectedExecutionException("shut down");
        });

        notifier.execute(() -> ran.add("a"));
        notifier.execute(() -> ran.add("b"));
        notifier.execute(() -> last.complete(null));

        assertThat(last).succeedsWithin(PATIENCE);
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void callbacksRunOnTheExecutorThatWasGiven() {
        List<Runnable> given = new ArrayList<>();
        List<String> ran = new ArrayList<>();
        var notifier = notifierOn(given::add);

        notifier.execute(() -> ran.add("a"));
        notifier.execute(() -> ran.add("b"));
        assertThat(ran).isEmpty();
        given.remove(0).run();

        assertThat(ran).containsExactly("a", "b");
        assertThat(given).isEmpty();
    }

    private Executor notifierOn(Executor given) {
        return new SerialExecutor(supervisor.threads().callbacks(Optional.of(given)));
    }

    private void watch(WatchedEvent event) {
        watched.add(event.getState());
        throw new AssertionError("the watcher of the test");
    }
}
