// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A write on its way to the leader.
 *
 * @param kind what is asked
 * @param session for whom
 * @param server the server that it came through
 * @param changes what to write, for {@link Kind#WRITE}
 * @param from the connection to answer on; null for what a server asks by itself
 * @param pending what waits for the answer
 * @param seen the last transaction that the client had been shown when it sent this
 */
public record Request(
        Kind kind,
        long session,
        int server,
        List<Change> changes,
        @Nullable Connection from,
        @Nullable Pending pending,
        long seen) {

    /** The kinds of write. */
    public enum Kind {
        CREATE_SESSION,
        CLOSE_SESSION,
        /** An ephemeral create under a parent that does not exist. */
        PROBE,
        /** Answered behind all that the leader had prepared before; nobody checks the session. */
        SYNC,
        WRITE
    }

    public boolean isEphemeralCreate() {
        return changes.stream().anyMatch(change -> change instanceof Change.Create create && create.owner() != 0);
    }

    @Override
    public String toString() {
        return what() + " of " + Ensemble.name(session);
    }

    private String what() {
        return switch (kind) {
            case CREATE_SESSION -> "createSession";
            case CLOSE_SESSION -> "closeSession";
            case PROBE -> "probe";
            case SYNC -> "sync";
            case WRITE -> changes.size() == 1 ? changes.get(0).toString() : "multi" + changes;
        };
    }
}
