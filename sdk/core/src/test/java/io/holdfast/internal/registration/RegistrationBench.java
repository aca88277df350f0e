// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.time.SteppedTime;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.internal.write.ManyWatches;
import io.holdfast.internal.write.SharedWrites;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.LittleTree;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/** A client's registrations on a {@link LittleTree}, with a loop, a clock and a wire that the test moves. */
final class RegistrationBench {

    static final Duration TIMEOUT = Duration.ofSeconds(6);
    static final Duration GHOST_LIFE = Duration.ofSeconds(10);
    static final long S1 = 0x51;
    static final long S2 = 0x52;
    static final long FOREIGN = 0x99;
    static final String MEMBER = "broker-7";
    static final String RUN = "00000000000000cc";
    static final int PATH_BUDGET = 4096;
    private static final Limits LIMITS = new Limits("", 1_000_000, PATH_BUDGET);

    final SteppedTime time = new SteppedTime();
    final LittleTree tree = new LittleTree();
    final List<HoldfastEvent> events = new ArrayList<>();
    final List<Long> suspected = new ArrayList<>();
    final List<SessionId> ended = new ArrayList<>();
    final Map<Long, EndOutcome> endings = new HashMap<>();
    final Registrations registrations;

    /** The user's ACL provider. */
    Function<String, List<ACL>> acls = path -> ZooDefs.Ids.OPEN_ACL_UNSAFE;

    /** The user's observer. */
    Consumer<HoldfastEvent> observer = events::add;

    private final Executor callbacks;
    private final Deque<Runnable> heldSuppliers = new ArrayDeque<>();
    final EarlierSessions earlier = new EarlierSessions(this::end, events::add, time);
    private boolean isSupplierHeld;
    private List<ReplicaView> replicas = List.of();
    private LiveSession live;

    RegistrationBench() {
        this(Optional.empty());
    }

    /** @param notifier serves stages and listeners; the loop if empty */
    RegistrationBench(Optional<Executor> notifier) {
        callbacks = notifier.orElse(time);
        Executor suppliers = task -> {
            if (isSupplierHeld) {
                heldSuppliers.add(task);
            } else {
                time.execute(task);
            }
        };
        registrations = new Registrations(
                new RegistrationContext(
                        new RegistrationContext.Threads(time, suppliers, new WaitGuard()),
                        new RegistrationContext.Application(event -> observer.accept(event), path -> acls.apply(path)),
                        new RegistrationContext.Member(MEMBER, RUN),
                        new RegistrationContext.Sessions(earlier, () -> ""),
                        path -> CompletableFuture.completedFuture(replicas),
                        SessionSettings.defaults(),
                        time,
                        LIMITS),
                new PathClaims());
    }

    /** Brings everything to rest without letting time pass. */
    void settle() {
        for (int rounds = 0; ; rounds++) {
            if (rounds > 20_000) {
                throw new AssertionError(
                        "requests without end: " + tree.takeRequests().subList(0, 20));
            }
            time.runDue();
            if (!tree.deliver()) {
                return;
            }
        }
    }

    void advance(Duration by) {
        time.advance(by, this::settle);
        settle();
    }

    /** A session is confirmed. */
    void confirm(long session) {
        tree.reconnect(session);
        settle(); // watches are set again before the session is confirmed
        live = new LiveSession(
                new SessionId(session),
                TIMEOUT,
                tree.ops(session),
                new SharedWrites(tree.ops(session), time, time, LIMITS.writes(), ManyWatches.NONE),
                () -> suspected.add(session));
        registrations.sessionConfirmed(live);
        settle();
    }

    /** The connection is lost; the callbacks of what was on the wire come before the news of it. */
    void suspend() {
        tree.disconnect(live.id().value());
        tree.deliver();
        registrations.sessionSuspended();
        settle();
    }

    /** The session is over for the client; its nodes stand on. */
    void end() {
        long id = live.id().value();
        tree.disconnect(id);
        tree.deliver();
        tree.endHandle(id);
        earlier.remember(new SessionCredentials(id, new byte[] {1}, TIMEOUT));
        registrations.sessionSuspended();
        registrations.sessionEnded();
        settle();
    }

    /** An earlier run's session, found in the journal. */
    void remember(long session) {
        earlier.remember(new SessionCredentials(session, new byte[] {1}, TIMEOUT));
    }

    Registration register(String path) {
        return register(path, RegistrationOptions.defaults());
    }

    Registration register(String path, RegistrationOptions options) {
        return register(path, () -> bytes("v0"), options);
    }

    Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        Registration registration = registrations.register(path, data, options, callbacks);
        settle();
        return registration;
    }

    /** Each server's answer from now on. */
    void replicas(ReplicaView... views) {
        replicas = List.of(views);
    }

    /** User code that makes data does not run until {@link #releaseSuppliers()}. */
    void holdSuppliers() {
        isSupplierHeld = true;
    }

    void releaseSuppliers() {
        isSupplierHeld = false;
        while (!heldSuppliers.isEmpty()) {
            heldSuppliers.remove().run();
        }
        settle();
    }

    /** Puts a node of somebody into the tree. */
    Znode put(String path, long owner, String member) {
        EphemeralTag tag = new EphemeralTag(member, "00000000000000dd", owner, "00000000000000ee", TIMEOUT);
        return tree.put(path, TagFormat.envelope().encode(tag, bytes("theirs")), owner);
    }

    String payload(String path) {
        return new String(
                TagFormat.envelope().payload(tree.node(path).orElseThrow().data()), UTF_8);
    }

    /** Returns the simple names of the states that a registration went through, and forgets them. */
    List<String> takeMoves(String path) {
        List<String> moves = events.stream()
                .filter(HoldfastEvent.RegistrationChanged.class::isInstance)
                .map(HoldfastEvent.RegistrationChanged.class::cast)
                .filter(event -> event.path().equals(path))
                .map(HoldfastEvent.RegistrationChanged::to)
                .toList();
        events.clear();
        return moves;
    }

    <E extends HoldfastEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private CompletionStage<EndOutcome> end(SessionCredentials credentials) {
        long id = credentials.sessionId();
        ended.add(new SessionId(id));
        EndOutcome outcome = endings.getOrDefault(id, EndOutcome.EXPIRED);
        CompletableFuture<EndOutcome> answer = new CompletableFuture<>();
        time.execute(() -> {
            if (outcome == EndOutcome.CLOSED && !tree.ephemeralsOf(id).isEmpty()) {
                tree.deleteAllOf(id);
            }
            answer.complete(outcome);
        });
        return answer;
    }
}
