// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.guarantees.support.RegisteringProcess.Library;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A {@link RegisteringProcess} as its test sees it: a JVM of its own, which can be killed, and what it says. */
public final class MemberProcess implements AutoCloseable {

    /**
     * Something the process said.
     *
     * @param nanoTime when it was heard, as {@link System#nanoTime()} counts
     */
    public record Line(long nanoTime, String text) {}

    private final Process process;
    private final long startedNanos = System.nanoTime();

    @GuardedBy("this")
    private final List<Line> lines = new ArrayList<>();

    private MemberProcess(Process process) {
        this.process = process;
        Thread listening = new Thread(this::listen, "member-" + process.pid());
        listening.setDaemon(true);
        listening.start();
    }

    public static MemberProcess start(Library library, String connectString, String journal) {
        return start(RegisteringProcess.class, library.name(), connectString, journal);
    }

    /** Starts a process that says "ready" when its session is confirmed, and registers when it has been sent a line. */
    public static MemberProcess startHeld(Library library, String connectString, String journal) {
        return start(RegisteringProcess.class, library.name(), connectString, journal, "held");
    }

    /** Starts another main class. */
    public static MemberProcess start(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new MemberProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says a line to the process. */
    public void tell(String line) {
        try {
            OutputStream input = process.getOutputStream();
            input.write((line + "\n").getBytes(UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when the process was started. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Blocks until the process has said something that begins so, and returns the first such line. */
    public Line await(String beginning, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (this) {
            while (said(beginning).isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("the process has not said \"" + beginning + "\" but " + lines);
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return said(beginning).get();
        }
    }

    /** Returns the first line that begins so. */
    public synchronized Optional<Line> said(String beginning) {
        return lines.stream().filter(line -> line.text().startsWith(beginning)).findFirst();
    }

    /** Blocks until the process has a session that it may use, and returns the session. */
    public long awaitSession(Duration limit) throws InterruptedException {
        String text = await("session 0x", limit).text();
        return Long.parseUnsignedLong(text.substring("session 0x".length()), 16);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    private void listen() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (this) {
                    lines.add(new Line(System.nanoTime(), line));
                    notifyAll();
                }
            }
        } catch (IOException e) {
            // the process was killed while it spoke
        }
    }
}
