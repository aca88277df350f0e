// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.wire.Handles;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** One handle of the plain client library, and what the servers answer it: nothing is judged, nothing is tried again. */
public final class PlainHandle implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** No test makes it, so an ephemeral below it is refused with NoNode once its session has been checked. */
    static final String NO_SUCH_PARENT = "/no-such-parent";

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final byte[] DATA = {1};

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger disconnections = new AtomicInteger();
    private final CompletableFuture<Void> expired = new CompletableFuture<>();
    private final ZooKeeper handle;

    private PlainHandle(String connectString, long session, byte[] password) throws IOException {
        int timeout = (int) Member.SESSION_TIMEOUT.toMillis();
        handle = session == 0
                ? new ZooKeeper(connectString, timeout, this::onEvent)
                : new ZooKeeper(connectString, timeout, this::onEvent, session, password);
    }

    /** Returns a handle with a session of its own. */
    public static PlainHandle connect(String connectString) throws IOException {
        return new PlainHandle(connectString, 0, new byte[0]).awaitConnected();
    }

    /** Returns a handle that tries to go on with somebody's session, of which the id is enough. */
    public static PlainHandle attach(String connectString, long session) throws IOException {
        byte[] password = new byte[16];
        new Random(session ^ 0xB3415C00L).nextBytes(password);
        return new PlainHandle(connectString, session, password);
    }

    public long session() {
        return handle.getSessionId();
    }

    /** Returns how often the library said that it is connected. */
    public int connections() {
        return connections.get();
    }

    /** Returns how often the library said that the connection is lost. */
    public int disconnections() {
        return disconnections.get();
    }

    /** Returns a stage that completes when the library says that the session has expired. */
    public CompletableFuture<Void> expired() {
        return expired;
    }

    public PlainHandle awaitConnected() {
        await("a connection").atMost(PATIENCE).until(() -> connections.get() > 0);
        return this;
    }

    public CompletableFuture<Code> create(String path) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.create(
                path,
                DATA,
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL,
                (rc, asked, context, name) -> answer.complete(Code.get(rc)),
                null);
        return answer;
    }

    /** Asks for an ephemeral that cannot be created. */
    public CompletableFuture<Code> probe() {
        return create(NO_SUCH_PARENT + "/probe");
    }

    public CompletableFuture<Code> delete(String path, int version) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.delete(path, version, (rc, asked, context) -> answer.complete(Code.get(rc)), null);
        return answer;
    }

    public CompletableFuture<Code> setData(String path) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.setData(path, DATA, -1, (rc, asked, context, stat) -> answer.complete(Code.get(rc)), null);
        return answer;
    }

    public CompletableFuture<Code> sync(String path) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.sync(path, (rc, asked, context) -> answer.complete(Code.get(rc)), null);
        return answer;
    }

    public CompletableFuture<Code> exists(String path) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.exists(path, false, (rc, asked, context, stat) -> answer.complete(Code.get(rc)), null);
        return answer;
    }

    public CompletableFuture<Code> ephemerals() {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.getEphemerals((rc, context, paths) -> answer.complete(Code.get(rc)), null);
        return answer;
    }

    /** Answers with the first failure, or OK. */
    public CompletableFuture<Code> multi(Op... ops) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.multi(List.of(ops), (rc, asked, context, results) -> answer.complete(Code.get(rc)), null);
        return answer;
    }

    /** Creates the node and deletes it, in one transaction. */
    public CompletableFuture<Code> selfCancelling(String path) {
        return multi(creation(path), Op.delete(path, -1));
    }

    public static Op creation(String path) {
        return Op.create(path, DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }

    /** Returns the node as the attached server has it. */
    public Optional<Stat> look(String path) {
        CompletableFuture<Optional<Stat>> seen = new CompletableFuture<>();
        handle.exists(
                path,
                false,
                (rc, asked, context, stat) -> {
                    if (rc == Code.OK.intValue() || rc == Code.NONODE.intValue()) {
                        seen.complete(Optional.ofNullable(stat));
                    } else {
                        seen.completeExceptionally(new AssertionError(path + " was answered " + Code.get(rc)));
                    }
                },
                null);
        return seen.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Checks that the answer comes, and what it is. */
    public static void isAnswered(CompletableFuture<Code> answer, Code expected) {
        assertThat(answer).succeedsWithin(PATIENCE).isEqualTo(expected);
    }

    /** Ends the session, where a server can be reached. */
    public void endSession() {
        Handles.close(List.of(handle), CLOSE_LIMIT);
    }

    @Override
    public void close() {
        endSession();
    }

    private void onEvent(WatchedEvent event) {
        if (event.getType() != EventType.None) {
            return;
        }
        switch (event.getState()) {
            case SyncConnected -> connections.incrementAndGet();
            case Disconnected -> disconnections.incrementAndGet();
            case Expired -> expired.complete(null);
            default -> {
                // No other state comes up without security and read-only servers.
            }
        }
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(session());
    }
}
