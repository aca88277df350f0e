// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import picocli.CommandLine;

/** One run of a sample in a thread of its own, as its main method would run it, but without ending the JVM. */
final class SampleRun implements AutoCloseable {

    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    private SampleRun(Callable<Integer> sample, String... arguments) {
        this.thread = new Thread(() -> exitCode.complete(new CommandLine(sample).execute(arguments)));
    }

    static SampleRun start(Callable<Integer> sample, String... arguments) {
        SampleRun run = new SampleRun(sample, arguments);
        run.thread.start();
        return run;
    }

    CompletableFuture<Integer> exitCode() {
        return exitCode;
    }

    void interrupt() {
        thread.interrupt();
    }

    @Override
    public void close() {
        thread.interrupt();
        var unused = exitCode.join();
    }

    /** What samples print, in the order in which they print it. */
    static final class Output {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final PrintStream stream = new PrintStream(bytes, true, UTF_8);

        <T> T of(Function<PrintStream, T> sample) {
            return sample.apply(stream);
        }

        List<String> lines() {
            return bytes.toString(UTF_8).lines().toList();
        }
    }
}
