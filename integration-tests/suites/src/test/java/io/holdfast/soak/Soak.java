// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Operator;
import io.holdfast.history.Contender;
import io.holdfast.history.Contention;
import io.holdfast.history.FaultPlayer;
import io.holdfast.history.Game;
import io.holdfast.history.QueueOperator;
import io.holdfast.soak.SoakProcess.Right;
import io.holdfast.soak.judge.Judge;
import io.holdfast.soak.judge.Note.Calm;
import io.holdfast.soak.judge.Note.EndedBadly;
import io.holdfast.soak.judge.SoakLimits;
import io.holdfast.soak.judge.SoakRecord;
import io.holdfast.soak.judge.SoakReport;
import io.holdfast.soak.judge.SoakViolation;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.history.Entrance;
import io.holdfast.testing.history.History;
import io.holdfast.testing.history.Recorder;
import io.holdfast.testing.history.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.KeeperException;
import org.awaitility.core.ConditionTimeoutException;

/** Plays a soak from beginning to end: members in several processes, faults, calm, faults again, and the end of all. */
final class Soak {

    /** A fresh session's timeout and two ticks after an election, which takes some seconds on a busy machine. */
    static final SoakLimits LIMITS =
            new SoakLimits(Game.SESSION_TIMEOUT, Game.LIMITS.notice(), Duration.ofSeconds(10), Duration.ofSeconds(8));

    private static final List<String> PROCESSES = List.of("ada", "bob", "cyd", "dan");
    private static final Path REPORT = Path.of("target", "soak-report.md").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(45);

    private final SoakSettings settings;
    private final SoakPlan plan;
    private final Path directory;
    private final List<Contender> processes = new ArrayList<>();

    Soak(SoakSettings settings) {
        this.settings = settings;
        this.plan = new SoakPlan(settings, PROCESSES.size());
        this.directory = Path.of("target", "soak", settings.seed() + "-" + System.nanoTime())
                .toAbsolutePath();
    }

    /** Plays one soak, writes the report to {@code target/soak-report.md} and ends with 1 if anything is wrong. */
    public static void main(String[] args) throws Exception {
        System.exit(judge(new Soak(SoakSettings.ofProperties()).play()).isEmpty() ? 0 : 1);
    }

    /** Says what is wrong with a record, and reports it. */
    static List<SoakViolation> judge(SoakRecord record) throws IOException {
        List<SoakViolation> violations = Judge.violations(record, LIMITS, Game.LIMITS);
        String report = new SoakReport(record, violations).toString();
        Files.createDirectories(REPORT.getParent());
        Files.writeString(REPORT, report);
        System.out.println(report);
        return violations;
    }

    /** Plays it, and returns what is on record. Blocks for its length. */
    SoakRecord play() throws IOException, InterruptedException, KeeperException {
        prepare();
        System.out.println("Soak: " + settings.command()); // whatever becomes of it
        try (Ensemble ensemble = Ensemble.builder()
                        .tickTime(Game.TICK)
                        .syncLimit(8)
                        .initLimit(40)
                        .maxSessionTimeout(Duration.ofSeconds(60))
                        .byteman(FaultPlayer.rules())
                        .start();
                Recorder machine = recorder("machine");
                Recorder servers = recorder("servers");
                Recorder foreign = recorder("foreign");
                Recorder operator = recorder("operator")) {
            Pulse.start(machine);
            createDirectories(ensemble);
            Bystander bystander = new Bystander(ensemble.connectString(), recorder("bystander"));
            Census census = new Census(ensemble, servers);
            ForeignKeeper keeper = new ForeignKeeper(ensemble.connectString(), foreign, settings.seed());
            for (String process : PROCESSES) {
                processes.add(new Contender(process, ensemble, directory, this::program));
            }
            play(ensemble, census, new Book(machine), new NodeOperator(ensemble, operator));
            keeper.end();
            bystander.end();
            census.end();
        } finally {
            processes.forEach(Contender::close);
        }
        return SoakRecord.read(directory);
    }

    private void play(Ensemble ensemble, Census census, Book book, NodeOperator nodes)
            throws IOException, InterruptedException, KeeperException {
        processes.forEach(Contender::start);
        int wanted = PROCESSES.size() * settings.members() * settings.registrations();
        atMost(START_LIMIT, () -> census.countBelow("/soak") >= wanted - PROCESSES.size() * 2L);
        for (int episode = 0; episode < plan.episodes(); episode++) {
            Map<Right, QueueOperator> queues = new EnumMap<>(Right.class);
            List<Operator> operators = new ArrayList<>();
            for (Right right : Right.values()) {
                Operator operator = new Operator(ensemble, "/" + right.directory());
                operators.add(operator);
                queues.put(right, new QueueOperator(right.kind(), processes, operator));
            }
            try (FaultPlayer player =
                    new FaultPlayer(ensemble, processes, List.copyOf(queues.values()), nodes::delete)) {
                player.play(plan.faults(episode));
                book.writeDown(player.faults(), queues, processes);
            } finally {
                operators.forEach(Operator::close);
            }
            long calm = System.nanoTime();
            LockSupport.parkNanos(plan.calm().toNanos());
            if (episode == plan.episodes() - 1) {
                atMost(Game.LIMITS.entry(), () -> everybodyIsIn(calm));
            }
            book.note(new Calm(calm, System.nanoTime()));
            for (Right right : Right.values()) {
                book.takeOver(right, ensemble);
            }
        }
        end(book);
        atMost(
                LIMITS.orphan().plusSeconds(1),
                () -> !census.sees(holding -> !holding.path().contains("/foreign-")
                        && !holding.path().contains("/contested-")
                        && !holding.path().endsWith("9999999990")));
        for (Right right : Right.values()) {
            book.takeOver(right, ensemble);
        }
    }

    /** All are asked before the first is waited for; one that does not comply is a finding, not the end of the soak. */
    private void end(Book book) throws IOException, InterruptedException {
        List<Contender> asked = new ArrayList<>();
        for (Contender process : processes) {
            try {
                process.askToFinish();
                asked.add(process);
            } catch (AssertionError e) {
                book.note(new EndedBadly(System.nanoTime(), process.name(), String.valueOf(e.getMessage())));
            }
        }
        for (Contender process : asked) {
            try {
                process.awaitEnd(FINISH_LIMIT);
            } catch (AssertionError e) {
                book.note(new EndedBadly(System.nanoTime(), process.name(), String.valueOf(e.getMessage())));
            }
        }
    }

    private void prepare() throws IOException {
        Files.createDirectories(directory.resolve("journal"));
        for (Right right : Right.values()) {
            Files.createDirectories(directory.resolve(right.directory()));
        }
        SoakRecord.entitle(directory, """
                Seed %d, %s, %d members in %d processes with %d registrations each, played on %s. Again:

                    %s
                """.formatted(
                        settings.seed(),
                        settings.peers() == SoakSettings.Peers.HOLDFAST ? "Holdfast" : "ordinary clients",
                        PROCESSES.size() * settings.members(),
                        PROCESSES.size(),
                        settings.registrations(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                        settings.command()));
        Files.writeString(directory.resolve("plan.txt"), plan.toString());
    }

    private static void createDirectories(Ensemble ensemble) throws IOException, InterruptedException, KeeperException {
        try (Operator operator = new Operator(ensemble, "")) {
            operator.create("/soak");
            for (int i = 0; i < SoakMember.DIRECTORIES; i++) {
                operator.create(SoakMember.directory(i));
            }
            for (Right right : Right.values()) {
                operator.create("/" + right.directory());
                operator.create("/" + right.directory() + Contention.SHARED);
                operator.create("/" + right.directory() + Contention.WRITES);
            }
        }
    }

    private List<String> program(String process, int run, String connectString, Path written) {
        List<String> program = new ArrayList<>(List.of("-Xmx160m", "-Xss256k", SoakProcess.class.getName()));
        program.addAll(new SoakProcess.Setup(
                        process,
                        run,
                        connectString,
                        written,
                        settings.seed(),
                        settings.members(),
                        settings.registrations(),
                        settings.peers())
                .args());
        return program;
    }

    /** Whether that was enough is for the judge to say. */
    private boolean everybodyIsIn(long calm) {
        return Arrays.stream(Right.values()).allMatch(right -> {
            List<Run> last = processes.stream()
                    .map(process -> read(right, process.name(), process.processes()))
                    .toList();
            return Entrance.isComplete(new History("", 0, calm, last, List.of(), List.of(), List.of()));
        });
    }

    private Run read(Right right, String process, int run) {
        try {
            return Run.read(directory.resolve(right.directory()), process, run, Long.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void atMost(Duration limit, BooleanSupplier condition) {
        try {
            await().atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(300, TimeUnit.MILLISECONDS)
                    .until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            // the record shows what is missing
        }
    }

    private Recorder recorder(String name) throws IOException {
        return new Recorder(directory.resolve(name + ".notes"));
    }
}
