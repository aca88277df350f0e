// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A {@link LedgerProcess} as its test sees it: a JVM of its own, which can be told what to do, paused and continued. */
final class ToldProcess implements AutoCloseable {

    private final Process process;

    @GuardedBy("this")
    private final List<String> lines = new ArrayList<>();

    private ToldProcess(Process process) {
        this.process = process;
        Thread listening = new Thread(this::listen, "ledger-" + process.pid());
        listening.setDaemon(true);
        listening.start();
    }

    static ToldProcess start(String connectString, Path database, String memberId) throws IOException {
        return new ToldProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerProcess.class.getName(),
                        connectString,
                        database.toString(),
                        memberId)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Gives an order; a paused process finds it when it goes on. */
    void tell(String order) throws IOException {
        process.outputWriter(UTF_8).append(order).append('\n').flush();
    }

    /** Blocks until the process has said something that begins so, and returns the rest of that line. */
    synchronized String await(String beginning, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<String> said = said(beginning);
        while (said.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("the process has not said \"" + beginning + "\" but " + lines);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
            said = said(beginning);
        }
        return said.get();
    }

    /** SIGSTOP. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("cannot send " + name + " to " + process.pid());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private synchronized Optional<String> said(String beginning) {
        return lines.stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .findFirst();
    }

    private void listen() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (this) {
                    lines.add(line);
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // the process was killed while it spoke
        }
    }
}
