// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A handle whose own event thread has ended answers in the thread that sends. Users' callbacks must not run there while the
 * gate's monitor is held: another thread that the callback waits for may want to send as well.
 */
class DyingHandleTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final SessionEvent BY = new SessionEvent.ProbePassed(2);

    private final AtomicReference<HandleLifecycle> opened = new AtomicReference<>();
    private final List<String> answered = new CopyOnWriteArrayList<>();
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
            event -> {},
            System::nanoTime);

    private ConfirmingZooKeeper handle;

    @BeforeEach
    void openAHandleThatReachesNobody() throws Exception {
        supervisor.addListener((lifecycle, from, to) -> opened.set(lifecycle));
        handle = (ConfirmingZooKeeper) supervisor.open("127.0.0.1:1", 6_000, event -> {}, false, null);
    }

    @AfterEach
    void close() throws InterruptedException {
        handle.close();
    }

    @Test
    void aCallbackMayWaitForAThreadThatSends() throws Exception {
        createWhoseCallbackWaitsForAnotherThread();
        endTheHandle();

        opened.get().gate().open();

        assertThat(answered).containsExactly("the other thread's operation was sent", "create SESSIONEXPIRED");
    }

    @Test
    void soMayTheCallbackOfAnOperationThatNeverWaited() throws Exception {
        endTheHandle();

        handle.exists("/a", null, (rc, path, ctx, stat) -> waitForAnotherThread("exists", rc), null);

        assertThat(answered).containsExactly("the other thread's operation was sent", "exists SESSIONEXPIRED");
    }

    @Test
    void callbacksThatRunInTheSendersThreadKeepTheOrderOfTheCallsAndOneThatThrowsStopsNone() throws Exception {
        createWhoseCallbackWaitsForAnotherThread();
        handle.setData("/a", new byte[0], -1, (rc, path, ctx, stat) -> fail("setData"), null);
        handle.delete("/a", -1, (rc, path, ctx) -> answered.add("delete " + Code.get(rc)), null);
        endTheHandle();

        opened.get().gate().open();

        assertThat(answered)
                .containsExactly(
                        "the other thread's operation was sent",
                        "create SESSIONEXPIRED",
                        "setData",
                        "delete SESSIONEXPIRED");
    }

    @Test
    void nothingEphemeralIsSentInASessionThatItsUserHasClosed() throws Exception {
        Confirmed confirmed = new Confirmed(new SessionId(7), Duration.ofSeconds(6), 2);
        opened.get().changed(new Verifying(confirmed.id(), confirmed.negotiated(), 2, Duration.ZERO), confirmed, BY);
        opened.get().changed(confirmed, confirmed.closedByUser(), new SessionEvent.ClosedByUser());

        assertThat(opened.get().gate().sendIfOpen(() -> answered.add("sent"))).isFalse();
        opened.get().gate().submitEphemeral(() -> answered.add("sent"), code -> answered.add("refused " + code));
        assertThat(answered).isEmpty();

        handle.close();
        assertThat(answered).containsExactly("refused SESSIONEXPIRED");
    }

    @Test
    void whatWaitsIsAnsweredWhenTheThreadThatClosesIsInterrupted() {
        opened.get().gate().submitEphemeral(() -> answered.add("sent"), code -> answered.add("refused " + code));

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> handle.close());

        assertThat(answered).containsExactly("refused SESSIONEXPIRED");
    }

    /** Ends it so that the gate does not know yet, and waits until the library answers in the thread that sends. */
    private void endTheHandle() throws InterruptedException {
        handle.closeSession();
        await().pollInSameThread().untilAsserted(() -> {
            AtomicReference<Thread> answeredBy = new AtomicReference<>();
            handle.sendSync("/", (rc, path, ctx) -> answeredBy.set(Thread.currentThread()));
            assertThat(answeredBy).hasValue(Thread.currentThread());
        });
    }

    private void createWhoseCallbackWaitsForAnotherThread() {
        handle.create(
                "/a",
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL,
                (rc, path, ctx, name) -> waitForAnotherThread("create", rc),
                null);
    }

    private void waitForAnotherThread(String operation, int rc) {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> handle.sync("/", null, null));
        try {
            sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            answered.add("the other thread's operation was sent");
        } catch (Exception e) {
            answered.add("the other thread could not send: " + e);
        }
        answered.add(operation + " " + Code.get(rc));
    }

    private void fail(String operation) {
        answered.add(operation);
        throw new AssertionError(operation + " of the test");
    }
}
