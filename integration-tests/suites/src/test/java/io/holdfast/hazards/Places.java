// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.EnsembleBuilder;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.gate.ServerRule;

/** Places in the servers' code that these suites need beside {@link Rules}, on every release from 3.3.4 on. */
public final class Places {

    /**
     * While closed, a server believes that it has noted a sign of life of these sessions, and has not: they expire although
     * their clients are well, whichever server the clients are attached to.
     */
    public static final ServerRule FORGET_TOUCHES =
            rule("forget-touches", "SessionTrackerImpl", "touchSession(long,int)", "AT ENTRY", "true", "RETURN true");

    /** Holds nothing: while closed for a session, tells when the leader has marked it as closing. */
    public static final ServerRule MARKED_AS_CLOSING =
            rule("marked-as-closing", "SessionTrackerImpl", "setSessionClosing(long)", "AT EXIT", "true", "NOTHING");

    /** Holds nothing: while closed for a session, tells when the leader has prepared an ephemeral create, or a multi, of it. */
    public static final ServerRule CREATE_PREPARED = rule(
            "create-prepared",
            "PrepRequestProcessor",
            "pRequest(Request)",
            "AT EXIT",
            "($1.type == 1 || $1.type == 15 || $1.type == 14)",
            "NOTHING");

    private static final int CREATE_SESSION = -10;
    private static final int CLOSE_SESSION = -11;

    private Places() {}

    /** One server does not apply createSession. */
    public static ServerRule applyOfCreateSession(String release) {
        return apply("apply-create-session", CREATE_SESSION, release);
    }

    /** One server does not apply closeSession. */
    public static ServerRule applyOfCloseSession(String release) {
        return apply("apply-close-session", CLOSE_SESSION, release);
    }

    /** Returns an ensemble of this release, with local sessions where it has them, whose followers may be held for long. */
    public static EnsembleBuilder ensembleOf(String release) {
        EnsembleBuilder ensemble = Ensemble.builder()
                .release(Release.current().version().equals(release) ? Release.current() : Release.of(release))
                .syncLimit(60);
        return hasLocalSessions(release) ? ensemble.localSessions(true).localSessionsUpgrading(true) : ensemble;
    }

    public static boolean hasLocalSessions(String release) {
        return !release.startsWith("3.3.") && !release.startsWith("3.4.");
    }

    /** Before 3.5 a request has a field where later ones have a method; without a header it changes no tree. */
    private static ServerRule apply(String gate, int type, String release) {
        String header = hasLocalSessions(release) ? "$1.getHdr()" : "$1.hdr";
        return new ServerRule(gate, """
                RULE %s
                CLASS org.apache.zookeeper.server.FinalRequestProcessor
                METHOD processRequest(Request)
                HELPER io.holdfast.testing.gate.ServerGate
                AT ENTRY
                IF $1.type == %d && %s != null
                DO pass("%s", $1.sessionId)
                ENDRULE
                """.formatted(gate, type, header, gate));
    }

    private static ServerRule rule(
            String gate, String type, String method, String where, String condition, String action) {
        String session = method.contains("Request") ? "$1.sessionId" : "$1";
        return new ServerRule(gate, """
                RULE %s
                CLASS org.apache.zookeeper.server.%s
                METHOD %s
                HELPER io.holdfast.testing.gate.ServerGate
                %s
                IF %s && isClosed("%s", %s)
                DO %s
                ENDRULE
                """.formatted(gate, type, method, where, condition, gate, session, action));
    }
}
