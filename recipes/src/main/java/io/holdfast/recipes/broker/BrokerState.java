// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.HoldfastException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The state of one broker: its registration, its epoch, and who waits for one. Thread-safe; calls nobody under its monitor. */
final class BrokerState {

    enum Phase {
        KEPT,
        /** The node of an epoch that has ended still exists: it is being deleted, to be made anew. */
        RENEWING,
        CLOSING,
        OVER
    }

    private final String path;

    @GuardedBy("this")
    private final List<CompletableFuture<Grant>> awaiting = new ArrayList<>();

    @GuardedBy("this")
    private Phase phase = Phase.KEPT;

    @GuardedBy("this")
    private Registration registration;

    @GuardedBy("this")
    private Optional<Grant> epoch = Optional.empty();

    @GuardedBy("this")
    private Optional<HoldfastException> failure = Optional.empty();

    BrokerState(String path, Registration first) {
        this.path = path;
        this.registration = first;
    }

    synchronized Phase phase() {
        return phase;
    }

    synchronized Registration registration() {
        return registration;
    }

    /** Returns the last epoch, whether or not it has ended. */
    synchronized Optional<Grant> epoch() {
        return epoch;
    }

    /** Leaves one phase; returns whether it was in that phase. */
    synchronized boolean move(Phase from, Phase to) {
        if (phase != from) {
            return false;
        }
        phase = to;
        return true;
    }

    /** Begins to close; returns whether nobody had done so before. */
    synchronized boolean close() {
        return move(Phase.KEPT, Phase.CLOSING) || move(Phase.RENEWING, Phase.CLOSING);
    }

    /** The node is made anew; returns whether that is still wanted. */
    synchronized boolean renewed(Registration next) {
        if (!move(Phase.RENEWING, Phase.KEPT)) {
            return false;
        }
        registration = next;
        return true;
    }

    /** An epoch begins; returns whether it is still wanted. */
    boolean begin(Grant grant) {
        List<CompletableFuture<Grant>> all;
        synchronized (this) {
            if (phase != Phase.KEPT) {
                return false;
            }
            epoch = Optional.of(grant);
            all = List.copyOf(awaiting);
            awaiting.clear();
        }
        all.forEach(each -> each.complete(grant));
        return true;
    }

    /** Nothing more will happen. */
    void over(Optional<HoldfastException> why) {
        List<CompletableFuture<Grant>> all;
        synchronized (this) {
            phase = Phase.OVER;
            failure = why;
            all = List.copyOf(awaiting);
            awaiting.clear();
        }
        all.forEach(each -> each.completeExceptionally(reason()));
    }

    /** Returns a stage of the current epoch, or of the next one. */
    CompletableFuture<Grant> awaitEpoch() {
        CompletableFuture<Grant> result = new CompletableFuture<>();
        while (true) {
            Optional<Grant> seen = epoch();
            if (seen.filter(Grant::isHeld).isPresent()) {
                result.complete(seen.get());
                return result;
            }
            synchronized (this) {
                if (phase == Phase.OVER) {
                    break;
                }
                if (epoch.equals(seen)) { // otherwise another one began while this one was asked
                    awaiting.add(result);
                    return result;
                }
            }
        }
        result.completeExceptionally(reason());
        return result;
    }

    synchronized RegistrationState state() {
        if (phase == Phase.RENEWING) {
            return new Waiting(
                    epoch.orElseThrow().session(),
                    "the deletion of its own node, whose epoch has ended",
                    Duration.ZERO,
                    Optional.empty());
        }
        return failure.isPresent() ? new Failed(failure.get()) : registration.state();
    }

    private synchronized RuntimeException reason() {
        return failure.isPresent()
                ? failure.get()
                : new IllegalStateException("The registration of " + path + " is closed");
    }
}
