// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.internal.registration.Limits;
import io.holdfast.internal.registration.PathClaims;
import io.holdfast.internal.registration.RegistrationContext;
import io.holdfast.internal.registration.Registrations;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.session.SessionSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever counts registrations by their events counts each of them in and out. */
class RegistrationEventsTest {
    private final List<RegistrationChanged> moves = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
    private final Registrations registrations = new Registrations(
            new RegistrationContext(
                    new RegistrationContext.Threads(loop, Runnable::run, new WaitGuard()),
                    new RegistrationContext.Application(this::note, path -> ZooDefs.Ids.OPEN_ACL_UNSAFE),
                    new RegistrationContext.Member("member", "0123456789abcdef"),
                    new RegistrationContext.Sessions(
                            new EarlierSessions(
                                    credentials -> CompletableFuture.completedFuture(EndOutcome.UNREACHABLE),
                                    event -> {},
                                    System::nanoTime),
                            () -> ""),
                    path -> CompletableFuture.completedFuture(List.of()),
                    SessionSettings.defaults(),
                    System::nanoTime,
                    new Limits("", 1 << 20, 1 << 20)),
            new PathClaims());

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    @Test
    void aRegistrationIsToldOfAsSoonAsItIsAskedFor() {
        register();

        assertThat(moves).containsExactly(new RegistrationChanged("/a", 0, "", "AwaitingSession", "asked for"));
    }

    @Test
    void theClosingClientTellsOfEachRegistrationItTakesAlong() {
        register();

        registrations.close().toCompletableFuture().join();

        assertThat(moves)
                .last()
                .isEqualTo(new RegistrationChanged("/a", 0, "AwaitingSession", "Closed", "client closed"));
    }

    private void register() {
        registrations.register("/a", () -> new byte[0], RegistrationOptions.defaults(), Runnable::run);
    }

    private void note(HoldfastEvent event) {
        if (event instanceof RegistrationChanged move) {
            moves.add(move);
        }
    }
}
