// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of one server, as a process of its own. */
final class ServerProcess {

    private static final long STOP_SECONDS = 10;

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    static ServerProcess start(EnsembleSettings settings, Path ensembleDirectory, ServerFiles files)
            throws IOException {
        Process process = new ProcessBuilder(command(settings, ensembleDirectory, files))
                .directory(files.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()))
                .start();
        return new ServerProcess(process);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by name. The shell's own kill is there even where no such program is installed. */
    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
                    .redirectErrorStream(true)
                    .start();
            String complaint = new String(kill.getInputStream().readAllBytes(), Charset.defaultCharset());
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("cannot send " + name + " to " + pid() + ": " + complaint);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + name + " to " + pid(), e);
        }
    }

    /** Asks the process to end and waits for it; a process that does not comply is killed. */
    void stop() {
        // not destroy() of the process itself, which closes its standard input too: it would take us for dead, and
        // delete all files
        process.toHandle().destroy();
        if (!hasEndedWithin(STOP_SECONDS)) {
            kill();
        }
    }

    /** Ends the process, even a stopped one, and waits for it. */
    void kill() {
        process.destroyForcibly();
        if (!hasEndedWithin(STOP_SECONDS)) {
            throw new IllegalStateException("process " + pid() + " survives being killed");
        }
    }

    private boolean hasEndedWithin(long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> command(EnsembleSettings settings, Path ensembleDirectory, ServerFiles files) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx256m",
                "-Dlogback.configurationFile=" + files.directory().resolve("logback.xml"),
                "-Dlog4j.configuration="
                        + files.directory().resolve("log4j.properties").toUri()));
        command.addAll(JvmFlags.of(settings, files, Path::toString));
        command.addAll(List.of(
                "-cp",
                settings.release().classPathWith(BuildDirectory.classes()),
                ServerMain.class.getName(),
                ensembleDirectory.toString(),
                files.config().toString()));
        return command;
    }
}
