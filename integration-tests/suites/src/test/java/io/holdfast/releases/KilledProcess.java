// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.registration.RegisteredNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;

/** A process that registers one node, with a journal, and is killed then: what a member leaves behind that crashes. */
final class KilledProcess {

    private static final String DONE = "registered ";

    private KilledProcess() {}

    /** Registers and waits to be killed. */
    public static void main(String[] args) throws Exception {
        OurClient ours = OurClient.start(args[0], args[1], settings -> settings.journal(Path.of(args[2]))
                .legacyServers(Boolean.parseBoolean(args[4])));
        RegisteredNode node = ours.register(args[3]).awaitRegistered(Stage.PATIENCE);
        System.out.println(DONE + Long.toHexString(node.session().value()));
        while (System.in.read() >= 0) {
            // the end of the input is the end of the test
        }
        System.exit(0);
    }

    /** Runs one to its death, and returns the session that it has left behind. */
    static long leftBehind(Stage stage, String memberId, Path journal, String path)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName(),
                        stage.ensemble().connectString(),
                        memberId,
                        journal.toString(),
                        path,
                        Boolean.toString(stage.release().leavesUnknownUnanswered())))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.startsWith(DONE)) {
                line = said.readLine();
            }
            if (line == null) {
                throw new AssertionError("the process has ended without having registered " + path);
            }
            return Long.parseUnsignedLong(line.substring(DONE.length()), 16);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
