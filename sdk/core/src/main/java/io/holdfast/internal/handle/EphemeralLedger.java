// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The ephemeral nodes that the users of one handle created, or may have created, in its session: what has to be gone
 * before the next session's users read the tree. Thread-safe.
 */
final class EphemeralLedger {

    /**
     * A create whose outcome is not known (yet).
     *
     * @param path the path asked for; of a sequential node, the prefix of its name
     */
    record Attempt(String path, boolean isSequential) {}

    @GuardedBy("this")
    private final Set<String> created = new HashSet<>();

    /** How often each is under way or was left unanswered; ten thousand may be. */
    @GuardedBy("this")
    private final Map<Attempt, Integer> attempts = new LinkedHashMap<>();

    synchronized Attempt begin(String path, boolean isSequential) {
        Attempt attempt = new Attempt(path, isSequential);
        attempts.merge(attempt, 1, Integer::sum);
        return attempt;
    }

    synchronized void answered(Attempt attempt, Code code, String actualPath) {
        switch (code) {
            case OK -> {
                settled(attempt);
                created.add(actualPath);
            }
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT -> {}
            default -> settled(attempt);
        }
    }

    @GuardedBy("this")
    private void settled(Attempt attempt) {
        attempts.computeIfPresent(attempt, (same, times) -> times == 1 ? null : times - 1);
    }

    synchronized void deleted(String path) {
        created.remove(path);
    }

    synchronized boolean isEmpty() {
        return created.isEmpty() && attempts.isEmpty();
    }

    /** Returns the paths known to have been created and not known to be deleted. */
    synchronized List<String> created() {
        return List.copyOf(created);
    }

    /** Returns the creates whose outcome never became known. */
    synchronized List<Attempt> attempts() {
        return List.copyOf(attempts.keySet());
    }
}
