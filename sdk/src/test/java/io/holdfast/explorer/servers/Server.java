// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/** One server: how much of history it has applied, and what it alone knows. */
final class Server {

    final Tree tree = new Tree();

    /** Global sessions, as the applied transactions tell. */
    final Set<Long> sessions = new TreeSet<>();

    /** Local sessions: this server's own, in memory. */
    final Set<Long> locals = new TreeSet<>();

    /** Sessions on their way from local to global. */
    final Set<Long> upgrading = new TreeSet<>();

    /** What it has sent to the leader, or is about to, in order. */
    final Deque<Request> line = new ArrayDeque<>();

    /** How many transactions it has applied. */
    int applied;

    void forgetMemory() {
        locals.clear();
        upgrading.clear();
        line.clear();
    }

    void describe(StringBuilder text) {
        text.append(applied).append(locals).append(upgrading).append(line).append('|');
        tree.describe(text);
    }
}
