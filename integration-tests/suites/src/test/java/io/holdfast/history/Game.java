// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Operator;
import io.holdfast.history.ContendingProcess.Setup;
import io.holdfast.history.Contention.Kind;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.history.CommittedWrite;
import io.holdfast.testing.history.Entrance;
import io.holdfast.testing.history.FaultPlan;
import io.holdfast.testing.history.History;
import io.holdfast.testing.history.History.Limits;
import io.holdfast.testing.history.Report;
import io.holdfast.testing.history.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.awaitility.core.ConditionTimeoutException;

/** Some processes contend for one right on a real ensemble, while faults are played, and then in peace. */
public final class Game {

    public static final Duration TICK = Duration.ofMillis(250);
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);
    public static final Limits LIMITS = new Limits(SESSION_TIMEOUT, Duration.ofSeconds(1), Duration.ofSeconds(30));

    private static final List<String> MEMBERS = List.of("ada", "bob", "cyd", "dan", "eve");
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(30);

    private final Kind kind;
    private final long seed;
    private final Duration length;
    private final List<Contender> contenders = new ArrayList<>();

    Game(Kind kind, long seed, Duration length) {
        this.kind = kind;
        this.seed = seed;
        this.length = length;
    }

    /** Plays it from beginning to end and returns all that is known of it. Blocks for its length and some seconds more. */
    History play() throws IOException, InterruptedException, KeeperException {
        Path directory =
                Files.createDirectories(Path.of("target", "history", kind + "-" + seed + "-" + System.nanoTime()));
        try (Ensemble ensemble = Ensemble.builder()
                        .tickTime(TICK)
                        .syncLimit(8)
                        .initLimit(40)
                        .start();
                Operator operator = new Operator(ensemble)) {
            operator.create(Contention.SHARED);
            operator.create(Contention.WRITES);
            for (String member : MEMBERS) {
                contenders.add(new Contender(member, ensemble, directory, this::program));
            }
            QueueOperator queue = new QueueOperator(kind, contenders, operator);
            try (FaultPlayer player =
                    new FaultPlayer(ensemble, contenders, List.of(queue), planned -> Optional.empty())) {
                return play(player, queue, operator, directory);
            }
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private List<String> program(String member, int run, String connectString, Path directory) {
        List<String> program = new ArrayList<>(List.of("-Xmx64m", ContendingProcess.class.getName()));
        program.addAll(List.of(new Setup(kind, member, run, connectString, directory, seed).args()));
        return program;
    }

    private History play(FaultPlayer player, QueueOperator queue, Operator operator, Path directory)
            throws IOException, InterruptedException, KeeperException {
        contenders.forEach(Contender::start);
        await("every process has begun").atMost(START_LIMIT).until(() -> runs().stream()
                .noneMatch(run -> run.entries().isEmpty()));
        long began = System.nanoTime();
        player.play(FaultPlan.of(seed, length, MEMBERS.size()));
        long calm = System.nanoTime();
        awaitEntrance(history(began, calm, List.of(), player, queue));
        for (Contender contender : contenders) {
            contender.askToFinish();
        }
        for (Contender contender : contenders) {
            contender.awaitEnd(FINISH_LIMIT);
        }
        History history = history(began, calm, ledger(operator), player, queue);
        Report report = new Report(history, LIMITS);
        Files.writeString(directory.resolve("report.txt"), report + "\n" + report.faults());
        return history;
    }

    /** Waits as long as the limit allows; whether that was enough is for the check to say. */
    private void awaitEntrance(History soFar) {
        try {
            await().atMost(LIMITS.entry().plusSeconds(1))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> Entrance.isComplete(with(runs(), soFar)));
        } catch (ConditionTimeoutException e) {
            // somebody is not in; the report shows who
        }
    }

    private List<CommittedWrite> ledger(Operator operator) throws KeeperException, InterruptedException {
        List<CommittedWrite> ledger = new ArrayList<>();
        for (String name : operator.children(Contention.WRITES)) {
            Stat stat = new Stat();
            byte[] data = operator.read(Contention.WRITES + "/" + name, stat);
            ledger.add(CommittedWrite.read(data, stat.getCzxid()));
        }
        return ledger;
    }

    private History history(
            long began, long calm, List<CommittedWrite> ledger, FaultPlayer player, QueueOperator queue) {
        String title = "%s, %d processes, %d s of faults, seed %d (replay: -Dholdfast.history.seed=%d)"
                .formatted(kind, MEMBERS.size(), length.toSeconds(), seed, seed);
        return new History(title, began, calm, runs(), ledger, queue.deletions(), player.faults());
    }

    private static History with(List<Run> runs, History history) {
        return new History(
                history.title(),
                history.beganNanos(),
                history.calmNanos(),
                runs,
                history.ledger(),
                history.deletions(),
                history.faults());
    }

    private List<Run> runs() {
        return contenders.stream()
                .flatMap(contender -> contender.runs().stream())
                .toList();
    }
}
