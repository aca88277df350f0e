// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.registration.RegistrationOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which registration of a client has which path, and how much of each session's budget for paths is used. Thread-safe. */
public final class PathClaims {

    /** What the paths of one session's nodes take together. Belongs to one {@link PathClaims}, which guards it. */
    static final class Budget {
        private final Limits limits;
        private int used;

        Budget(Limits limits) {
            this.limits = limits;
        }
    }

    @GuardedBy("this")
    private final Map<String, RegistrationHandle> holders = new HashMap<>();

    /** For each path when all its registrations so far have ended: the next one must not find their nodes. */
    @GuardedBy("this")
    private final Map<String, CompletionStage<Void>> vacated = new HashMap<>();

    @GuardedBy("this")
    private boolean isClosed;

    /** Returns whether a path that takes so much fits into a budget and leaves a part of all of it free. */
    synchronized boolean hasRoom(Budget budget, int cost, double leaving) {
        int all = budget.limits.pathBytes();
        return cost <= all - all * leaving - budget.used;
    }

    /** Returns what a registration claims: sequential nodes of one path that can be told apart do not exclude each other. */
    static String key(String path, RegistrationHandle handle, RegistrationOptions options) {
        return options.isSequential() && options.format().carriesTag()
                ? path + "#" + System.identityHashCode(handle)
                : path;
    }

    /**
     * Claims a path.
     *
     * @param key of {@link #key}
     * @param budget of the session
     * @param cost what the path takes of it
     * @return completes when those that had it before are over
     * @throws OwnershipConflictException if another registration has it
     */
    synchronized CompletionStage<Void> claim(String key, RegistrationHandle handle, Budget budget, int cost) {
        String path = handle.path();
        if (isClosed) {
            throw new IllegalStateException("The client is closed; " + path + " was not registered");
        }
        budget.limits.requireRoom(path, cost, budget.used);
        RegistrationHandle holder = holders.get(key);
        if (holder != null && !holder.isCloseAsked()) {
            throw new OwnershipConflictException(
                    path, 0, "another registration of this client (" + holder.state() + "); close that one first");
        }
        holders.put(key, handle);
        budget.used += cost;
        CompletionStage<Void> predecessors = vacated.getOrDefault(key, CompletableFuture.completedFuture(null));
        CompletionStage<Void> all = predecessors.thenCombine(handle.over(), (before, ended) -> null);
        vacated.put(key, all);
        var unused = all.thenRun(() -> vacated(key, all));
        return predecessors;
    }

    private synchronized void vacated(String key, CompletionStage<Void> ended) {
        vacated.remove(key, ended);
    }

    /** A registration is over. */
    synchronized void release(String key, RegistrationHandle handle, Budget budget, int cost) {
        budget.used -= cost;
        holders.remove(key, handle);
    }

    /** Nothing can be claimed any more. */
    synchronized void close() {
        isClosed = true;
        holders.clear();
    }
}
