// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.internal.session.Identifiers;
import io.holdfast.internal.session.SessionCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A second JVM that holds a journal, obeys one command per line and answers each with one line. */
final class JournalPeer implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    /** @param wrapper words to put in front of the java command, possibly none */
    JournalPeer(Path directory, String memberId, String... wrapper) throws IOException {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JournalPeer.class.getName(),
                directory.toString(),
                memberId));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = process.inputReader(UTF_8);
        commands = new PrintWriter(process.outputWriter(UTF_8), true);
    }

    /** Sends a command without waiting for its answer. */
    void send(String command) {
        commands.println(command);
    }

    /** Waits for the next answer. */
    String answer() throws IOException {
        return answers.readLine();
    }

    String ask(String command) throws IOException {
        send(command);
        return answer();
    }

    /** SIGKILL, and waits until the process is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        try (SessionJournal journal = SessionJournal.open(directory, args[1], Identifiers.randomToken());
                BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(obey(journal, line.split(" ")).replace('\n', ' '));
            }
        }
    }

    private static String obey(SessionJournal journal, String[] command) {
        try {
            switch (command[0]) {
                case "opened" -> journal.opened(session(Long.parseLong(command[1])));
                case "ended" -> journal.ended(Long.parseLong(command[1]));
                case "previous" -> {
                    Set<String> ids = new TreeSet<>();
                    journal.previousRuns().forEach(session -> ids.add(session.toString()));
                    return ids.toString();
                }
                case "churn" -> {
                    return churn(Path.of(command[1]), Integer.parseInt(command[2]), Long.parseLong(command[3]));
                }
                default -> throw new IllegalArgumentException(command[0]);
            }
            return "done";
        } catch (RuntimeException e) {
            return "failed " + e.getMessage();
        }
    }

    /** Lives many short lives, each of which leaves one session behind and settles what it finds. */
    private static String churn(Path directory, int lives, long firstSession) {
        List<String> settled = new ArrayList<>();
        for (int life = 0; life < lives; life++) {
            try (SessionJournal journal = SessionJournal.open(directory, "broker-7", Identifiers.randomToken())) {
                journal.opened(session(firstSession + life));
                for (SessionCredentials session : journal.previousRuns()) {
                    settled.add(session.toString());
                    journal.settled(session.sessionId());
                }
            }
        }
        return String.join(" ", settled);
    }

    static SessionCredentials session(long id) {
        return new SessionCredentials(id, new byte[16], Duration.ofSeconds(6));
    }
}
