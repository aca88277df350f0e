// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

/**
 * A Byteman rule that puts one gate into a server.
 *
 * @param gate the name of its gate
 * @param text the rule as Byteman reads it
 */
public record ServerRule(String gate, String text) {

    /** A rule that runs an action of {@link ServerGate} at the entry of a method of the server. */
    static ServerRule atEntry(String gate, String type, String method, String condition, String action) {
        return new ServerRule(gate, """
                RULE %s
                CLASS %s
                METHOD %s
                HELPER %s
                AT ENTRY
                IF %s
                DO %s
                ENDRULE
                """.formatted(gate, type, method, ServerGate.class.getName(), condition, action));
    }
}
