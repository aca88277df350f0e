// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.gate.ServerRule;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.PlannedFault;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Plays planned faults on members and servers, and keeps what was really done and when. */
public final class FaultPlayer implements AutoCloseable {

    private static final Duration STEP_PATIENCE = Duration.ofMillis(1_500);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final List<OpCode> STEPS =
            List.of(OpCode.CREATE2, OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2, OpCode.EXISTS, OpCode.MULTI);
    private static final List<ServerRule> COMMITS =
            List.of(Rules.HOLD_COMMIT_OF_CREATE_SESSION, Rules.HOLD_COMMIT_OF_CLOSE_SESSION);
    private static final List<OpCode> WRITES = List.of(OpCode.CREATE2, OpCode.MULTI, OpCode.DELETE);

    private final Ensemble ensemble;
    private final List<Contender> contenders;
    private final List<QueueOperator> queues;
    private final Function<PlannedFault, Optional<String>> nodes;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    /** The rules that the servers must run with if faults of all kinds are played. */
    public static ServerRule[] rules() {
        return new ServerRule[] {
            Rules.HOLD_EXPIRE, Rules.HOLD_COMMIT_OF_CREATE_SESSION, Rules.HOLD_COMMIT_OF_CLOSE_SESSION
        };
    }

    /** A fault that has begun. */
    private record Begun(String target, long sinceNanos, Runnable end) {
        static Begun and(String target, Runnable end) {
            return new Begun(target, System.nanoTime(), end);
        }
    }

    /**
     * A player of faults on these members and servers.
     *
     * @param queues in which nodes are deleted, one at least
     * @param nodes deletes registered nodes and says which; empty if it could not
     */
    public FaultPlayer(
            Ensemble ensemble,
            List<Contender> contenders,
            List<QueueOperator> queues,
            Function<PlannedFault, Optional<String>> nodes) {
        this.ensemble = ensemble;
        this.contenders = contenders;
        this.queues = List.copyOf(queues);
        this.nodes = nodes;
    }

    /** Blocks until all of it has been played and everything is whole again. */
    public void play(List<PlannedFault> plan) throws InterruptedException {
        List<CompletableFuture<Void>> played = plan.stream().map(this::schedule).toList();
        CompletableFuture.allOf(played.toArray(CompletableFuture<?>[]::new)).join();
        ensemble.heal();
        contenders.forEach(contender -> {
            contender.onTheRoad(FaultProxy::heal);
            contender.start();
        });
    }

    /** Returns what was played. */
    public List<Fault> faults() {
        return List.copyOf(faults);
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
            case ENSEMBLE -> hurtEnsemble(planned);
            case LINE ->
                planned.choose(queues).play(planned).map(deleted -> Begun.and(deleted.target(), deleted.afterwards()));
            case NODES -> nodes.apply(planned).map(deleted -> Begun.and(deleted, () -> {}));
        };
    }

    private void end(PlannedFault planned, Begun fault) {
        fault.end().run();
        faults.add(new Fault(planned.kind(), fault.target(), fault.sinceNanos(), System.nanoTime()));
    }

    private Begun hurt(Contender member, PlannedFault planned) {
        String target = member.toString();
        switch (planned.kind()) {
            case STOPPED_PAST_ITS_DEADLINE -> {
                planned.choose(queues).awaitWriter(member);
                member.stop();
                return Begun.and(target, member::goOn);
            }
            case STOPPED_FOR_A_WHILE -> {
                member.stop();
                return Begun.and(target, member::goOn);
            }
            case KILLED -> {
                member.kill();
                return Begun.and(target, member::start);
            }
            case RESTARTED -> {
                member.leave();
                return Begun.and(target, () -> {
                    member.kill();
                    member.start();
                });
            }
            case CUT -> member.onTheRoad(FaultProxy::cut);
            case AWAY_UNTIL_EXPIRED -> {
                planned.choose(queues).awaitWriter(member);
                member.onTheRoad(FaultProxy::refuse);
                return Begun.and(target, () -> member.onTheRoad(FaultProxy::accept));
            }
            case AWAY_FOR_A_WHILE -> {
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
                OpCode write = planned.choose(WRITES);
                member.onTheRoad(proxy -> proxy.dropNextReply(write));
                return Begun.and(target + " " + write, () -> member.onTheRoad(FaultProxy::heal));
            }
            case CUT_AT_A_STEP_UNTIL_EXPIRED -> {
                OpCode step = planned.choose(STEPS);
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

    private Optional<Begun> hurtEnsemble(PlannedFault planned) {
        return switch (planned.kind()) {
            case FOLLOWER_PAUSED, FOLLOWER_KILLED, COMMIT_HELD ->
                follower(planned).map(server -> hurt(server, planned));
            case LEADER_PAUSED, LEADER_KILLED, LEADER_ASKED_TO_END ->
                ensemble.leaderNow().map(server -> hurt(server, planned));
            case QUORUM_PAUSED ->
                ensemble.leaderNow().flatMap(leader -> follower(planned).map(other -> pause(leader, other)));
            case EXPIRY_HELD -> {
                Gate gate = ensemble.gate(Rules.HOLD_EXPIRE);
                gate.close();
                yield Optional.of(Begun.and("all servers", gate::open));
            }
            case EVERYBODY_CUT -> {
                contenders.forEach(contender -> contender.onTheRoad(FaultProxy::cut));
                yield Optional.of(Begun.and("all members", () -> {}));
            }
            default -> throw new IllegalStateException("not a fault of the ensemble: " + planned);
        };
    }

    private Optional<Server> follower(PlannedFault planned) {
        List<Server> followers = ensemble.followers();
        return followers.isEmpty() ? Optional.empty() : Optional.of(planned.choose(followers));
    }

    private static Begun pause(Server leader, Server other) {
        leader.pause();
        other.pause();
        return Begun.and("servers " + leader.id() + " and " + other.id(), () -> {
            leader.resume();
            other.resume();
        });
    }

    private static Begun hurt(Server server, PlannedFault planned) {
        switch (planned.kind()) {
            case LEADER_PAUSED, FOLLOWER_PAUSED -> {
                server.pause();
                return Begun.and("server " + server.id(), server::resume);
            }
            case LEADER_KILLED, FOLLOWER_KILLED -> {
                server.kill();
                return Begun.and("server " + server.id(), server::start);
            }
            case LEADER_ASKED_TO_END -> {
                server.stop();
                return Begun.and("server " + server.id(), server::start);
            }
            case COMMIT_HELD -> {
                Gate gate = server.gate(planned.choose(COMMITS));
                gate.close();
                return Begun.and("server " + server.id(), gate::open);
            }
            default -> throw new IllegalStateException("not a fault of a server: " + planned);
        }
    }
}
