// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import io.holdfast.releases.ServedRelease.Sessions;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.gate.ServerRule;
import java.util.ArrayList;
import java.util.List;

/** Gates in the servers for the two original reports, as each release can have them. */
final class SeedRules {

    private static final String SERVER = "org.apache.zookeeper.server.";

    /** Where one server is about to apply createSession. */
    static final String APPLY_CREATE_SESSION = "apply-create-session";

    /** Where one server is about to apply closeSession. */
    static final String APPLY_CLOSE_SESSION = "apply-close-session";

    /** Reached, and not held, when the leader has prepared a closeSession. */
    static final String CLOSE_PREPARED = "close-prepared";

    /** Reached, and not held, when the leader has prepared a create, or refused to. */
    static final String CREATE_PREPARED = "create-prepared";

    /** Reached, and not held, when a server is about to make a local session global for a create. */
    static final String UPGRADING = "upgrading";

    private SeedRules() {}

    /** Returns the rules that this release's servers can run. */
    static ServerRule[] of(ServedRelease release) {
        List<ServerRule> rules = new ArrayList<>(List.of(
                Rules.DROP_TOUCHES,
                Rules.POSTPONE_CLOSE,
                apply(APPLY_CREATE_SESSION, -10, release),
                apply(APPLY_CLOSE_SESSION, -11, release),
                prepared(CLOSE_PREPARED, "$1.type == -11"),
                prepared(CREATE_PREPARED, "$1.type == 1 || $1.type == 15")));
        if (release.sessions() == Sessions.LOCAL) {
            rules.add(Rules.HOLD_PREP_OF_CREATE_SESSION);
            rules.add(rule(
                    UPGRADING,
                    "quorum.QuorumZooKeeperServer",
                    "checkUpgradeSession(Request)",
                    "ENTRY",
                    "$1.type == 1 && isClosed(\"" + UPGRADING + "\", $1.sessionId)",
                    "NOTHING"));
        }
        return rules.toArray(ServerRule[]::new);
    }

    /** Before 3.5 a request has a field where later ones have a method. */
    private static ServerRule apply(String gate, int type, ServedRelease release) {
        return rule(
                gate,
                "FinalRequestProcessor",
                "processRequest(Request)",
                "ENTRY",
                "$1.type == " + type + " && $1." + (release.hasCreate2() ? "getHdr()" : "hdr") + " != null",
                "pass(\"" + gate + "\", $1.sessionId)");
    }

    private static ServerRule prepared(String gate, String condition) {
        return rule(
                gate,
                "PrepRequestProcessor",
                "pRequest(Request)",
                "EXIT",
                "(" + condition + ") && isClosed(\"" + gate + "\", $1.sessionId)",
                "NOTHING");
    }

    private static ServerRule rule(
            String gate, String type, String method, String where, String condition, String action) {
        return new ServerRule(gate, """
                RULE %s
                CLASS %s
                METHOD %s
                HELPER io.holdfast.testing.gate.ServerGate
                AT %s
                IF %s
                DO %s
                ENDRULE
                """.formatted(gate, SERVER + type, method, where, condition, action));
    }
}
