// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.history.ContendingProcess;
import io.holdfast.history.Contention;
import io.holdfast.soak.SoakSettings.Peers;
import io.holdfast.soak.judge.Note.Left;
import io.holdfast.testing.history.Recorder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process with many members, each a client of its own with some registrations that it changes, closes and asks for again
 * at random, and with one contender for each right. Writes down what all of them believe; ends well when its standard input
 * does.
 */
final class SoakProcess {

    /** The rights that are contended for: a directory of the ensemble each, and which recipe. */
    enum Right {
        LOCK(Contention.Kind.LOCK),
        ELECTION(Contention.Kind.ELECTION_AT_NODE);

        private final Contention.Kind kind;

        Right(Contention.Kind kind) {
            this.kind = kind;
        }

        Contention.Kind kind() {
            return kind;
        }

        /** Returns the name of the right, and of its directory. */
        String directory() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int SHORTEST_PAUSE_MILLIS = 50;
    private static final int LONGEST_PAUSE_MILLIS = 400;
    private static final long LAST_ROUND_MILLIS = 20_000;

    /** What a process is told on its command line. */
    record Setup(
            String process,
            int run,
            String connectString,
            Path directory,
            long seed,
            int members,
            int registrations,
            Peers peers) {

        static Setup of(String[] args) {
            return new Setup(
                    args[0],
                    Integer.parseInt(args[1]),
                    args[2],
                    Path.of(args[3]),
                    Long.parseLong(args[4]),
                    Integer.parseInt(args[5]),
                    Integer.parseInt(args[6]),
                    Peers.valueOf(args[7]));
        }

        List<String> args() {
            return List.of(
                    process,
                    Integer.toString(run),
                    connectString,
                    directory.toString(),
                    Long.toString(seed),
                    Integer.toString(members),
                    Integer.toString(registrations),
                    peers.name());
        }
    }

    private SoakProcess() {}

    /** Registers and contends until the standard input ends; see {@link Setup}. */
    public static void main(String[] args) throws Exception {
        Setup setup = Setup.of(args);
        Recorder recorder = new Recorder(setup.directory().resolve(setup.process() + "." + setup.run() + ".notes"));
        Pulse.start(recorder);
        CountDownLatch finishing = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Right right : Right.values()) {
            threads.add(ContendingProcess.start(
                    new ContendingProcess.Setup(
                            right.kind(),
                            setup.process(),
                            setup.run(),
                            setup.connectString() + "/" + right.directory(),
                            setup.directory().resolve(right.directory()),
                            setup.seed()),
                    finishing));
        }
        Thread registering = new Thread(() -> register(setup, recorder, finishing), "registering");
        registering.setDaemon(true);
        registering.start();
        threads.add(registering);
        while (System.in.read() >= 0) {
            // whatever is said, only the end counts
        }
        finishing.countDown();
        boolean isWell = true;
        for (Thread thread : threads) {
            thread.join(LAST_ROUND_MILLIS);
            isWell &= !thread.isAlive();
        }
        if (isWell) {
            recorder.record(new Left(System.nanoTime()).line());
        }
        System.exit(isWell ? 0 : 1);
    }

    private static void register(Setup setup, Recorder recorder, CountDownLatch finishing) {
        Random random = new Random(
                setup.seed() * 31 + setup.run() * 7L + setup.process().hashCode());
        List<SoakMember> members = new ArrayList<>();
        for (int number = 0; number < setup.members(); number++) {
            SoakMember member = member(setup, number, recorder);
            members.add(member);
            member.start();
        }
        try {
            while (!finishing.await(
                    SHORTEST_PAUSE_MILLIS + random.nextInt(LONGEST_PAUSE_MILLIS - SHORTEST_PAUSE_MILLIS),
                    TimeUnit.MILLISECONDS)) {
                members.get(random.nextInt(members.size())).act(random);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
        close(members);
    }

    /** All at once: a client whose connection is down may take a session timeout to close. */
    private static void close(List<SoakMember> members) {
        ExecutorService threads = Executors.newCachedThreadPool();
        members.forEach(member -> threads.execute(member::close));
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("not all clients are closed within " + LAST_ROUND_MILLIS + " ms");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private static SoakMember member(Setup setup, int number, Recorder recorder) {
        return switch (setup.peers()) {
            case HOLDFAST -> new HoldfastMember(setup, number, recorder);
            case ORDINARY -> new OrdinaryMember(setup, number, recorder);
        };
    }
}
