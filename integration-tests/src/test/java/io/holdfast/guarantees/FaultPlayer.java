// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees;

import io.holdfast.guarantees.Contention.Kind;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.history.CommittedWrite;
import io.holdfast.testing.history.Deletion;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.PlannedFault;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/** Plays planned faults on members and servers, and keeps what was really done and when. */
final class FaultPlayer implements AutoCloseable {

    private static final Duration HOLDER_PATIENCE = Duration.ofSeconds(2);
    private static final Pattern IN_LINE = Pattern.compile(".*\\d{10}");
    private static final Duration STEP_PATIENCE = Duration.ofMillis(1_500);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final List<OpCode> STEPS =
            List.of(OpCode.CREATE2, OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2, OpCode.EXISTS, OpCode.MULTI);
    private static final List<OpCode> WRITES = List.of(OpCode.CREATE2, OpCode.MULTI, OpCode.DELETE);

    private final Kind kind;
    private final Ensemble ensemble;
    private final List<Contender> contenders;
    private final Operator operator;
    private final Random random;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final List<Deletion> deletions = new CopyOnWriteArrayList<>();

    /** A fault that has begun. */
    private record Begun(String target, long sinceNanos, Runnable end) {
        static Begun and(String target, Runnable end) {
            return new Begun(target, System.nanoTime(), end);
        }
    }

    /** One of the operator's. */
    private interface Step {
        void run() throws KeeperException, InterruptedException;
    }

    FaultPlayer(Kind kind, Ensemble ensemble, List<Contender> contenders, Operator operator, long seed) {
        this.kind = kind;
        this.ensemble = ensemble;
        this.contenders = contenders;
        this.operator = operator;
        this.random = new Random(seed);
    }

    /** Blocks until all of it has been played and everything is whole again. */
    void play(List<PlannedFault> plan) throws InterruptedException {
        List<CompletableFuture<Void>> played = plan.stream().map(this::schedule).toList();
        CompletableFuture.allOf(played.toArray(CompletableFuture<?>[]::new)).join();
        ensemble.heal();
        contenders.forEach(contender -> {
            contender.onTheRoad(FaultProxy::heal);
            contender.start();
        });
    }

    /** Returns what was played. */
    List<Fault> faults() {
        return List.copyOf(faults);
    }

    /** Returns which nodes an operator deleted. */
    List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private CompletableFuture<Void> schedule(PlannedFault planned) {
        return CompletableFuture.supplyAsync(() -> begin(planned), after(planned.at()))
                .thenCompose(begun -> CompletableFuture.runAsync(
                        () -> begun.ifPresent(fault -> end(planned, fault)), after(planned.length())));
    }

    private Executor after(Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, threads);
    }

    private Optional<Begun> begin(PlannedFault planned) {
        return switch (planned.kind().target()) {
            case MEMBER -> Optional.of(hurt(contenders.get(planned.member()), planned));
            case ENSEMBLE -> ensemble.leaderNow().map(leader -> hurt(leader, planned));
            case LINE -> delete(planned);
        };
    }

    private void end(PlannedFault planned, Begun fault) {
        fault.end().run();
        faults.add(new Fault(planned.kind(), fault.target(), fault.sinceNanos(), System.nanoTime()));
    }

    private Begun hurt(Contender member, PlannedFault planned) {
        String target = member.toString();
        switch (planned.kind()) {
            case STOPPED_PAST_ITS_DEADLINE, STOPPED_FOR_A_WHILE -> {
                member.stop();
                return Begun.and(target, member::goOn);
            }
            case KILLED -> {
                member.kill();
                return Begun.and(target, member::start);
            }
            case CUT -> member.onTheRoad(FaultProxy::cut);
            case AWAY_FOR_A_WHILE, AWAY_UNTIL_EXPIRED -> {
                member.onTheRoad(FaultProxy::refuse);
                return Begun.and(target, () -> member.onTheRoad(FaultProxy::accept));
            }
            case ANSWERS_HELD -> member.onTheRoad(proxy -> proxy.toClient().hold());
            case REQUESTS_HELD -> member.onTheRoad(proxy -> proxy.toServer().hold());
            case ANSWERS_LOST -> member.onTheRoad(proxy -> proxy.toClient().blackhole());
            case SESSIONS_UNANSWERED ->
                member.onTheRoad(proxy -> {
                    proxy.muteConnectResponses();
                    proxy.cut();
                });
            case WRITE_UNANSWERED -> {
                OpCode write = WRITES.get(random.nextInt(WRITES.size()));
                member.onTheRoad(proxy -> proxy.dropNextReply(write));
                return Begun.and(target + " " + write, () -> member.onTheRoad(FaultProxy::heal));
            }
            case CUT_AT_A_STEP_UNTIL_EXPIRED -> {
                OpCode step = STEPS.get(random.nextInt(STEPS.size()));
                cutAt(step, member);
                return Begun.and(target + " " + step, () -> member.onTheRoad(FaultProxy::heal));
            }
            default -> throw new IllegalStateException("not a fault of a member: " + planned);
        }
        return Begun.and(target, () -> member.onTheRoad(FaultProxy::heal));
    }

    /** If the member makes no such step for a while, it is cut anyway. */
    private static void cutAt(OpCode step, Contender member) {
        List<Trap> traps = new ArrayList<>();
        member.onTheRoad(proxy -> traps.add(proxy.cutAfter(step, 1)));
        long deadline = System.nanoTime() + STEP_PATIENCE.toNanos();
        while (traps.stream().noneMatch(Trap::isSprung) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        member.onTheRoad(FaultProxy::refuse);
    }

    private static Begun hurt(Server leader, PlannedFault planned) {
        switch (planned.kind()) {
            case LEADER_PAUSED -> {
                leader.pause();
                return Begun.and("server " + leader.id(), leader::resume);
            }
            case LEADER_KILLED -> {
                leader.kill();
                return Begun.and("server " + leader.id(), leader::start);
            }
            default -> throw new IllegalStateException("not a fault of a server: " + planned);
        }
    }

    /** Whoever cannot be found or deleted now is spared: an operator gives up as well. */
    private Optional<Begun> delete(PlannedFault planned) {
        try {
            return switch (planned.kind()) {
                case HOLDER_DELETED -> deleteHolder(writer -> () -> {});
                case HOLDER_DELETED_AHEAD_OF_ITS_WRITE -> deleteHolder(this::holdUpAWrite);
                case WAITER_DELETED -> deleteWaiter();
                default -> throw new IllegalStateException("not a fault of a line: " + planned);
            };
        } catch (KeeperException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Waits a little for somebody who acts: who wrote last, and whose node still stands. */
    private Optional<Begun> deleteHolder(Function<String, Runnable> before)
            throws KeeperException, InterruptedException {
        long deadline = System.nanoTime() + HOLDER_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            byte[] written = operator.read(Contention.SHARED, new Stat());
            Optional<String> path = kind.hasSeat()
                    ? Optional.of(Contention.PATH)
                    : line().stream().findFirst();
            Stat stat = path.isEmpty() ? null : operator.stat(path.get());
            if (stat != null
                    && written.length > 0
                    && stat.getCzxid() == CommittedWrite.read(written, 0).token()) {
                Runnable after = before.apply(CommittedWrite.read(written, 0).run());
                Optional<Begun> deleted = kind.hasSeat() ? deleteSeat(stat) : Optional.of(delete(path.get(), stat));
                if (deleted.isEmpty()) {
                    after.run();
                }
                return deleted.map(begun -> Begun.and(begun.target(), after));
            }
        }
        return Optional.empty();
    }

    /** A holder writes at every step: after a little more than one a write is in the valve. */
    private Runnable holdUpAWrite(String run) {
        Optional<Contender> writer = contenders.stream()
                .filter(contender -> contender.toString().equals(run))
                .findFirst();
        writer.ifPresent(member -> member.onTheRoad(proxy -> proxy.toServer().hold()));
        LockSupport.parkNanos(ContendingProcess.STEP.multipliedBy(2).toNanos());
        return () -> writer.ifPresent(
                member -> member.onTheRoad(proxy -> proxy.toServer().release()));
    }

    private Optional<Begun> deleteWaiter() throws KeeperException, InterruptedException {
        List<String> line = line();
        if (line.size() < 2) {
            return Optional.empty();
        }
        String path = line.get(1 + random.nextInt(line.size() - 1));
        Stat stat = operator.stat(path);
        return stat == null ? Optional.empty() : Optional.of(delete(path, stat));
    }

    /** The next holder's node has the same path, and must not be hit: it goes only if the epoch is still the one it had. */
    private Optional<Begun> deleteSeat(Stat seat) throws KeeperException, InterruptedException {
        Stat epoch = operator.stat(kind.epoch());
        Stat again = operator.stat(Contention.PATH);
        if (epoch == null || again == null || again.getCzxid() != seat.getCzxid()) {
            return Optional.empty();
        }
        return Optional.of(delete(
                Contention.PATH, seat, () -> operator.deleteIf(kind.epoch(), epoch.getVersion(), Contention.PATH)));
    }

    private Begun delete(String path, Stat stat) throws KeeperException, InterruptedException {
        return delete(path, stat, () -> operator.delete(path));
    }

    /** Also if the answer is lost the node may be gone. */
    private Begun delete(String path, Stat stat, Step deletion) throws KeeperException, InterruptedException {
        long sent = System.nanoTime();
        try {
            deletion.run();
        } finally {
            deletions.add(new Deletion(stat.getCzxid(), sent, System.nanoTime()));
        }
        return Begun.and("%s (%x)".formatted(path, stat.getCzxid()), () -> {});
    }

    /** Returns the paths of those in line, the first one first. */
    private List<String> line() throws KeeperException, InterruptedException {
        return operator.children(kind.line()).stream()
                .filter(name -> IN_LINE.matcher(name).matches())
                .sorted(Comparator.comparing(name -> name.substring(name.length() - 10)))
                .map(name -> kind.line() + "/" + name)
                .toList();
    }
}
