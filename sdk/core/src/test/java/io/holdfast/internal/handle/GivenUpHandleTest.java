// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Upgrading;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the user of a handle hears when its session is given up although the connection stands. */
class GivenUpHandleTest {
    private static final SessionId ID = new SessionId(7);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final SessionEvent BY = new SessionEvent.ProbePassed(1);
    private static final PaceSettings SOON =
            new PaceSettings(Duration.ofMillis(200), Duration.ofMillis(200), 0, 6, Duration.ofMillis(200));

    private final List<KeeperState> heard = new CopyOnWriteArrayList<>();
    private final AtomicReference<HandleLifecycle> opened = new AtomicReference<>();
    private final SessionSupervisor supervisor = new SessionSupervisor(
            new SupervisorSettings(
                    SessionSettings.defaults(),
                    SOON,
                    true,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
            new ClientThreads(),
            event -> {},
            System::nanoTime);

    private ZooKeeper handle;

    @BeforeEach
    void openAHandleThatReachesNobody() throws Exception {
        supervisor.addListener((life, from, to) -> opened.set(life));
        handle = supervisor.open("127.0.0.1:1", 6_000, event -> hear(event.getState()), false, null);
    }

    @AfterEach
    void close() throws InterruptedException {
        handle.close();
    }

    @Test
    void whoWasToldOfTheConnectionIsToldThatItIsOfNoMoreUseBeforeThePause() {
        Verifying verifying = new Verifying(ID, TIMEOUT, 2, Duration.ZERO);
        opened.get().process(new WatchedEvent(EventType.None, KeeperState.SyncConnected, null));
        opened.get().changed(verifying, new Confirmed(ID, TIMEOUT, 2), BY);

        opened.get().changed(new Confirmed(ID, TIMEOUT, 2), givenUp(verifying), BY);

        await().untilAsserted(() -> assertThat(heard)
                .containsExactly(KeeperState.SyncConnected, KeeperState.Disconnected, KeeperState.Expired));
    }

    @Test
    void whoNeverHeardOfTheConnectionHearsOfTheEndOnly() {
        Upgrading upgrading = new Upgrading(ID, TIMEOUT, 1, Duration.ZERO);
        opened.get().process(new WatchedEvent(EventType.None, KeeperState.SyncConnected, null));

        opened.get().changed(upgrading, upgrading.timedOut(1), BY);

        await().untilAsserted(() -> assertThat(heard).containsExactly(KeeperState.Expired));
    }

    /** The library's own word on a closed handle reaches nobody if the machine knows of the end, which this test bypasses. */
    private void hear(KeeperState state) {
        if (state != KeeperState.Closed) {
            heard.add(state);
        }
    }

    private static Closed givenUp(Verifying verifying) {
        return (Closed) verifying.rejected(2);
    }
}
