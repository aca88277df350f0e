// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import io.holdfast.history.Contention.Kind;
import io.holdfast.history.Contention.Outcome;
import io.holdfast.history.Contention.Right;
import io.holdfast.testing.history.CommittedWrite;
import io.holdfast.testing.history.Entry;
import io.holdfast.testing.history.Recorder;
import io.holdfast.testing.history.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that asks for a right again and again, writes under it, holds it for a random while and gives it back, and that
 * appends to its own file what happens. It comes to an end when its standard input does.
 */
public final class ContendingProcess {

    /** How often a holder looks whether it still holds, and writes. */
    static final Duration STEP = Duration.ofMillis(40);

    private static final Duration LAST_ROUND = Duration.ofSeconds(20);
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(2);
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofMillis(100);

    private final Setup setup;
    private final Recorder recorder;
    private final Random random;
    private final CountDownLatch finishing;

    /** What a process is told on its command line. */
    public record Setup(Kind kind, String member, int run, String connectString, Path directory, long seed) {

        static Setup of(String[] args) {
            return new Setup(
                    Kind.valueOf(args[0]),
                    args[1],
                    Integer.parseInt(args[2]),
                    args[3],
                    Path.of(args[4]),
                    Long.parseLong(args[5]));
        }

        String[] args() {
            return new String[] {
                kind.name(), member, Integer.toString(run), connectString, directory.toString(), Long.toString(seed)
            };
        }

        String runName() {
            return member + "." + run;
        }
    }

    private ContendingProcess(Setup setup, Recorder recorder, CountDownLatch finishing) {
        this.setup = setup;
        this.recorder = recorder;
        this.finishing = finishing;
        this.random = new Random(setup.seed() * 31 + setup.runName().hashCode());
    }

    /** Contends until the standard input ends; see {@link Setup}. */
    public static void main(String[] args) throws Exception {
        CountDownLatch finishing = new CountDownLatch(1);
        Thread playing = start(Setup.of(args), finishing);
        while (System.in.read() >= 0) {
            // whatever is said, only the end counts
        }
        finishing.countDown();
        playing.join(LAST_ROUND.toMillis());
        System.exit(playing.isAlive() ? 1 : 0);
    }

    /** Contends in a thread of its own, which ends with the first round after the latch has been counted down. */
    public static Thread start(Setup setup, CountDownLatch finishing) throws IOException {
        Recorder recorder = new Recorder(Run.file(setup.directory(), setup.member(), setup.run()));
        Thread playing = new Thread(new ContendingProcess(setup, recorder, finishing)::play, "playing");
        playing.setDaemon(true);
        playing.start();
        return playing;
    }

    private void play() {
        try (Contention contention = open()) {
            while (finishing.getCount() > 0) {
                round(contention);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private Contention open() {
        return switch (setup.kind()) {
            case CURATOR_MUTEX -> new CuratorContention(setup.connectString());
            default -> new GrantContention(setup, recorder);
        };
    }

    private void round(Contention contention) throws InterruptedException {
        recorder.record(new Entry.Trying(System.nanoTime()));
        Duration patience = random.nextInt(100) < 12 ? Duration.ofMillis(random.nextInt(800)) : LONG_PATIENCE;
        Optional<Right> right;
        try {
            right = contention.tryAcquire(patience);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // with whatever a library comes, it is tried again
            recorder.record(new Entry.GaveUp(System.nanoTime(), e.toString()));
            finishing.await(BEFORE_ANOTHER_TRY.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        if (right.isPresent()) {
            hold(right.get());
        } else {
            recorder.record(new Entry.GaveUp(System.nanoTime(), "not within " + patience));
        }
    }

    private void hold(Right right) throws InterruptedException {
        long at = System.nanoTime();
        recorder.record(new Entry.Granted(at, right.token(), right.session(), until(at, right)));
        CompletableFuture<Void> written = right.ended()
                .thenAccept(why -> recorder.record(new Entry.Ended(System.nanoTime(), right.token(), why)));
        long end = at + length().toNanos();
        int write = 0;
        do {
            look(right);
            write(right, ++write);
        } while (!endsWithin(STEP, right) && System.nanoTime() < end && finishing.getCount() > 0);
        if (right.ended().isDone()) {
            written.join();
            write(right, ++write); // as one does who has not heard
            right.release();
        } else {
            look(right); // whoever was stopped meanwhile
            recorder.record(new Entry.Releasing(System.nanoTime(), right.token()));
            String outcome = right.release();
            recorder.record(new Entry.Released(System.nanoTime(), right.token(), outcome));
        }
    }

    /** A holder who says that he still stands makes his hold last until then at least. */
    private void look(Right right) {
        long at = System.nanoTime();
        if (right.isHeld()) {
            recorder.record(new Entry.Standing(at, right.token(), until(at, right)));
        }
    }

    private void write(Right right, int write) throws InterruptedException {
        recorder.record(new Entry.Sent(System.nanoTime(), right.token(), write));
        Outcome outcome = right.write(CommittedWrite.data(setup.runName(), right.token(), write));
        recorder.record(new Entry.Answered(System.nanoTime(), right.token(), write, outcome.answer(), outcome.zxid()));
    }

    /** The time is read before the right is asked: a process that is stopped between the two claims too little, not too much. */
    private static long until(long nanoTime, Right right) {
        return right.isHeld() ? nanoTime + right.remaining().toNanos() : nanoTime;
    }

    private static boolean endsWithin(Duration limit, Right right) throws InterruptedException {
        try {
            right.ended().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a right never fails", e);
        }
    }

    /** Mostly short, sometimes longer than a session lives. */
    private Duration length() {
        int chance = random.nextInt(100);
        if (chance < 85) {
            return Duration.ofMillis(20 + random.nextInt(280));
        }
        return chance < 95
                ? Duration.ofMillis(300 + random.nextInt(700))
                : Duration.ofMillis(2_300 + random.nextInt(1_200));
    }
}
