// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import io.holdfast.guarantees.support.Operator;
import io.holdfast.history.Contention.Kind;
import io.holdfast.testing.history.CommittedWrite;
import io.holdfast.testing.history.Deletion;
import io.holdfast.testing.history.PlannedFault;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.BadVersionException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.data.Stat;

/** An operator who deletes nodes of those who hold and of those who wait, and keeps which. */
public final class QueueOperator {

    private static final Duration HOLDER_PATIENCE = Duration.ofSeconds(2);
    private static final Duration WRITER_PATIENCE = Duration.ofMillis(1_500);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Pattern QUEUED = Pattern.compile(".*\\d{10}");

    private final Kind kind;
    private final List<Contender> contenders;
    private final Operator operator;
    private final List<Deletion> deletions = new CopyOnWriteArrayList<>();

    /**
     * A node that is gone.
     *
     * @param afterwards to be run when the fault is over
     */
    record Deleted(String target, Runnable afterwards) {}

    /** The operator's hand on the node. */
    private interface Step {
        void run() throws KeeperException, InterruptedException;
    }

    /** An operator in the line of these contenders. */
    public QueueOperator(Kind kind, List<Contender> contenders, Operator operator) {
        this.kind = kind;
        this.contenders = contenders;
        this.operator = operator;
    }

    /** Returns which nodes are gone, or may be. */
    public List<Deletion> deletions() {
        return List.copyOf(deletions);
    }

    /** Waits a little until this member is who wrote last. */
    void awaitWriter(Contender member) {
        long deadline = System.nanoTime() + WRITER_PATIENCE.toNanos();
        try {
            while (System.nanoTime() < deadline && !isWriter(member)) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        } catch (KeeperException e) {
            // then without
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWriter(Contender member) throws KeeperException, InterruptedException {
        byte[] written = operator.read(Contention.SHARED, new Stat());
        return written.length > 0 && CommittedWrite.read(written, 0).run().equals(member.toString());
    }

    /** Deletes a node. Whoever cannot be found or deleted now is spared: an operator gives up as well. */
    Optional<Deleted> play(PlannedFault fault) {
        try {
            return switch (fault.kind()) {
                case HOLDER_DELETED -> deleteHolder(writer -> QueueOperator::nothing);
                case HOLDER_DELETED_AHEAD_OF_ITS_WRITE -> deleteHolder(this::holdUpAWrite);
                case WAITER_DELETED -> deleteWaiter(fault);
                default -> throw new IllegalStateException("not a fault of a line: " + fault);
            };
        } catch (KeeperException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Waits a little for somebody who acts: who wrote last, and whose node still exists. */
    private Optional<Deleted> deleteHolder(Function<String, Runnable> before)
            throws KeeperException, InterruptedException {
        long deadline = System.nanoTime() + HOLDER_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            byte[] written = operator.read(Contention.SHARED, new Stat());
            Optional<String> path = kind.hasSeat()
                    ? Optional.of(Contention.PATH)
                    : line().stream().findFirst();
            Stat stat = path.isEmpty() ? null : operator.stat(path.get());
            if (stat == null || written.length == 0) {
                continue;
            }
            CommittedWrite last = CommittedWrite.read(written, 0);
            if (stat.getCzxid() == last.token()) {
                return deleteHolder(path.get(), stat, before.apply(last.run()));
            }
        }
        return Optional.empty();
    }

    private Optional<Deleted> deleteHolder(String path, Stat stat, Runnable afterwards)
            throws KeeperException, InterruptedException {
        boolean isDeleted = false;
        try {
            isDeleted = kind.hasSeat() ? deleteSeat(stat) : delete(stat, () -> operator.delete(path));
            return isDeleted ? Optional.of(new Deleted(name(path, stat), afterwards)) : Optional.empty();
        } finally {
            if (!isDeleted) {
                afterwards.run();
            }
        }
    }

    /** A holder writes at every step: after a little more than one a write is in the valve. */
    private Runnable holdUpAWrite(String run) {
        Optional<Contender> writer = contenders.stream()
                .filter(contender -> contender.toString().equals(run))
                .findFirst();
        writer.ifPresent(member -> member.onTheRoad(proxy -> proxy.toServer().hold()));
        LockSupport.parkNanos(ContendingProcess.STEP.multipliedBy(2).toNanos());
        return () -> writer.ifPresent(member -> member.onTheRoad(QueueOperator::letThrough));
    }

    private static void letThrough(FaultProxy proxy) {
        proxy.toServer().release();
    }

    private Optional<Deleted> deleteWaiter(PlannedFault fault) throws KeeperException, InterruptedException {
        List<String> line = line();
        if (line.size() < 2) {
            return Optional.empty();
        }
        String path = fault.choose(line.subList(1, line.size()));
        Stat stat = operator.stat(path);
        return stat != null && delete(stat, () -> operator.delete(path))
                ? Optional.of(new Deleted(name(path, stat), QueueOperator::nothing))
                : Optional.empty();
    }

    /** The next holder's node has the same path, and must not be hit: it goes only if the epoch is still the one it had. */
    private boolean deleteSeat(Stat seat) throws KeeperException, InterruptedException {
        Stat epoch = operator.stat(kind.epoch());
        Stat again = operator.stat(Contention.PATH);
        return epoch != null
                && again != null
                && again.getCzxid() == seat.getCzxid()
                && delete(seat, () -> operator.deleteIf(kind.epoch(), epoch.getVersion(), Contention.PATH));
    }

    /** Returns whether it is gone, or may be: the answer can get lost. */
    private boolean delete(Stat stat, Step deletion) throws InterruptedException {
        long sent = System.nanoTime();
        try {
            deletion.run();
        } catch (NoNodeException | BadVersionException e) {
            return false;
        } catch (KeeperException e) {
            // the answer is lost
        }
        deletions.add(new Deletion(stat.getCzxid(), sent, System.nanoTime()));
        return true;
    }

    /** Returns the paths of those in the queue, the first one first. */
    private List<String> line() throws KeeperException, InterruptedException {
        return operator.children(kind.line()).stream()
                .filter(name -> QUEUED.matcher(name).matches())
                .sorted(Comparator.comparing(name -> name.substring(name.length() - 10)))
                .map(name -> kind.line() + "/" + name)
                .toList();
    }

    private static void nothing() {}

    private static String name(String path, Stat stat) {
        return "%s (%x)".formatted(path, stat.getCzxid());
    }
}
