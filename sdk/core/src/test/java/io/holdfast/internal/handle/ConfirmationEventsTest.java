// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Opening;
import io.holdfast.internal.session.SessionMachine.Suspended;
import io.holdfast.internal.session.SessionMachine.Unconfirmed;
import io.holdfast.internal.session.SessionMachine.Upgrading;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told about a confirmation: how long it took, and whether it was the session's first. */
class ConfirmationEventsTest {
    private static final SessionId ID = new SessionId(7);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final SessionEvent BY = new SessionEvent.ProbePassed(1);

    private final AtomicLong clock = new AtomicLong();
    private final List<SessionConfirmed> confirmed = new ArrayList<>();
    private final AtomicReference<HandleLifecycle> opened = new AtomicReference<>();
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
            this::note,
            clock::get);

    private ZooKeeper handle;
    private SessionMachine state = new Opening(false);

    @BeforeEach
    void openAHandleThatReachesNobody() throws Exception {
        supervisor.addListener((life, from, to) -> opened.set(life));
        handle = supervisor.open("127.0.0.1:1", 6_000, event -> {}, false, null);
    }

    @AfterEach
    void close() throws InterruptedException {
        handle.close();
    }

    @Test
    void theTimeBeforeAnybodyWantedAConfirmedSessionDoesNotCount() {
        move(new Unconfirmed(ID, TIMEOUT));
        clock.addAndGet(Duration.ofHours(1).toNanos());
        move(new Upgrading(ID, TIMEOUT, 1, Duration.ZERO));
        clock.addAndGet(Duration.ofMillis(5).toNanos());
        move(new Verifying(ID, TIMEOUT, 2, Duration.ZERO));
        clock.addAndGet(Duration.ofMillis(5).toNanos());
        move(new Confirmed(ID, TIMEOUT, 2));

        assertThat(confirmed).containsExactly(new SessionConfirmed(7, Duration.ofMillis(10), false));
    }

    @Test
    void aFirstConfirmationThatWasInterruptedIsStillTheFirst() {
        move(new Upgrading(ID, TIMEOUT, 1, Duration.ZERO));
        move(new Suspended(ID, TIMEOUT, false, true, 1, Duration.ZERO));
        move(new Upgrading(ID, TIMEOUT, 2, Duration.ZERO));
        move(new Verifying(ID, TIMEOUT, 3, Duration.ZERO));
        move(new Confirmed(ID, TIMEOUT, 3));
        move(new Suspended(ID, TIMEOUT, true, true, 3, Duration.ZERO));
        move(new Verifying(ID, TIMEOUT, 4, Duration.ZERO));
        move(new Confirmed(ID, TIMEOUT, 4));

        assertThat(confirmed).extracting(SessionConfirmed::again).containsExactly(false, true);
    }

    private void move(SessionMachine to) {
        supervisor.changed(opened.get(), state, to, BY);
        state = to;
    }

    private void note(HoldfastEvent event) {
        if (event instanceof SessionConfirmed e) {
            confirmed.add(e);
        }
    }
}
