// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.session.SessionState;
import io.holdfast.testing.junit.Stalls;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A member in a process of its own that keeps nothing on disk. It says "ready", starts its client and registers when it has been
 * sent a line, and says how long that took. It ends when its standard input does.
 */
final class DisklessProcess {

    static final String MEMBER_ID = "worker-7";
    static final String JOURNAL = "/app/journal";
    static final String MARKERS = "/app/markers";
    static final String NONE = "-";
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(18);
    static final List<String> PATHS = List.of("/workers/7", "/workers/seven", "/sieben");

    private DisklessProcess() {}

    /**
     * Registers and waits.
     *
     * @param args connect string; user and password of the ensemble, or {@value #NONE}
     */
    public static void main(String[] args) throws Exception {
        HoldfastClientBuilder builder = HoldfastClient.builder()
                .connectString(args[0])
                .memberId(MEMBER_ID)
                .sessionTimeout(SESSION_TIMEOUT)
                .serverTick(SmallTicks.TICK)
                .safetyMargin(SmallTicks.TICK)
                .journalInEnsemble(JOURNAL)
                .sessionMarkers(MARKERS);
        if (!args[1].equals(NONE)) {
            builder.authorization("digest", args[1].getBytes(UTF_8));
        }
        loadClasses(args[0]);
        var unused = Stalls.longest(); // which makes it watch
        HoldfastClient client = builder.build();
        System.out.println("ready");
        for (int said = System.in.read(); said >= 0; said = System.in.read()) {
            if (said == '\n') {
                register(client);
            }
        }
        System.exit(0);
    }

    /** Takes a JVM longer than the rest on a machine that is busy, and says nothing of what is measured. */
    private static void loadClasses(String connectString) throws Exception {
        try (HoldfastClient another =
                SmallTicks.member(connectString, "another-member").build().start()) {
            another.register("/loading", new byte[0]).awaitRegistered(SmallTicks.PATIENCE);
        }
    }

    private static void register(HoldfastClient client) throws Exception {
        long started = System.nanoTime();
        client.start();
        List<Registration> registrations =
                PATHS.stream().map(path -> client.register(path, new byte[0])).toList();
        long session = 0;
        for (Registration registration : registrations) {
            RegisteredNode node = registration.awaitRegistered(SmallTicks.PATIENCE);
            session = node.session().value();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        Duration negotiated = client.sessions().stream()
                .flatMap(each -> each.state() instanceof SessionState.Confirmed confirmed
                        ? Stream.of(confirmed.negotiated())
                        : Stream.empty())
                .findFirst()
                .orElseThrow();
        System.out.println("session " + SmallTicks.hex(session));
        System.out.println("registered " + took.toMillis() + " " + negotiated.toMillis() + " "
                + Stalls.longest().toMillis());
    }
}
