// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.internal.time.Guarded;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All registrations of one client: hands them each session, audits them after a reconnection, and keeps the budget.
 *
 * <p>Thread-safe; nothing blocks. What concerns sessions is passed to the loop, in the order of the calls.
 *
 * @see "docs/adr/0010-one-loop-thread.md"
 */
public final class Registrations {

    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
    private static final String SHARED_TASK = "a task for all registrations";
    private static final Duration NEXT_AUDIT = Duration.ofSeconds(1);

    private final RegistrationContext context;

    private final PathClaims claims;
    private final PathClaims.Budget budget;

    // the rest is confined to the loop
    private final Set<RegistrationDriver> drivers = new LinkedHashSet<>();
    private final Set<RegistrationDriver> waiting = new LinkedHashSet<>();
    private boolean isOver;
    private final StrayNodeReaper strayNodes;
    private final LeftBehind leftBehind;
    private @Nullable LiveSession live;
    private @Nullable LiveSession last;
    private Optional<String> refusal = Optional.empty();
    private boolean isAuditDue;

    /** @param claims of all registrations of the client, whatever session they are in */
    public Registrations(RegistrationContext context, PathClaims claims) {
        this.context = context;
        this.claims = claims;
        this.budget = new PathClaims.Budget(context.limits());
        this.strayNodes = new StrayNodeReaper(context);
        this.leftBehind = new LeftBehind(context);
    }

    /**
     * Returns whether the session may own one more node with this path.
     *
     * @param leaving the part of its budget that has to be left free for others
     */
    public boolean hasRoom(String path, double leaving) {
        return claims.hasRoom(budget, context.limits().cost(path, false), leaving);
    }

    /**
     * Starts a registration.
     *
     * @param path the full path; of a sequential node, without its number
     * @param data makes the payload; called now, in the caller's thread, and again for each later create
     * @param callbacks runs listeners and stages
     */
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options, Executor callbacks) {
        RegistrationOptions.requirePath(options.isSequential() ? path + "0" : path, "path");
        Objects.requireNonNull(data, "data");
        byte[] first = Objects.requireNonNull(data.get(), "data").clone();
        int cost = context.limits().cost(path, options.isSequential());
        RegistrationHandle handle = new RegistrationHandle(
                path,
                callbacks,
                context.threads().waits(),
                context.sessions().whyNone(),
                context.settings().sessionTimeout());
        String key = PathClaims.key(path, handle, options);
        RegistrationDriver driver = new RegistrationDriver(context, handle, options, data, first, over -> {
            claims.release(key, handle, budget, cost);
            forget(over);
        });
        driver.requireFits(first);
        handle.bind(driver);
        strayNodes.mayCarry(options.format());
        CompletionStage<Void> predecessor = claims.claim(key, handle, budget, cost);
        report(new RegistrationChanged(path, 0, "", "AwaitingSession", "asked for"));
        onLoop(() -> arrived(driver));
        var unused = predecessor.thenRunAsync(() -> guarded(() -> start(driver)), context.loop());
        return handle;
    }

    /** A session is confirmed: a new one, or the same one again after a reconnection. */
    public void sessionConfirmed(LiveSession session) {
        onLoop(() -> {
            LiveSession before = last;
            boolean isSame = before != null && before.id().equals(session.id());
            live = session;
            last = session;
            refusal = Optional.empty();
            if (before != null
                    && !isSame
                    && drivers.stream().anyMatch(driver -> driver.mayHaveLeftUnnamed(before.id()))) {
                var unused = context.earlier().end(before.id());
            }
            leftBehind.delete(session);
            each(driver -> driver.sessionConfirmed(session));
            if (isSame) {
                audit(session);
            }
        });
    }

    public void sessionSuspended() {
        onLoop(() -> {
            live = null;
            each(driver -> driver.on(new RegistrationEvent.SessionSuspended()));
        });
    }

    public void sessionEnded() {
        onLoop(() -> {
            live = null;
            refusal = Optional.empty();
            if (last != null) {
                leftBehind.add(
                        last.id(),
                        drivers.stream()
                                .flatMap(driver -> driver.onlyPath().stream())
                                .toList());
            }
            each(driver -> driver.on(new RegistrationEvent.SessionEnded()));
        });
    }

    /** The ensemble lets no session own ephemeral nodes: nothing waits for one any more. */
    public void sessionRefused(String reason) {
        onLoop(() -> {
            live = null;
            refusal = Optional.of(reason);
            each(driver -> driver.on(new RegistrationEvent.SessionRefused(reason)));
        });
    }

    /**
     * Compares what the session's own list says with what is registered, and heals the difference both ways: one request on
     * servers that have it (3.6), one read per node on others.
     */
    public void audit() {
        onLoop(() -> {
            LiveSession now = live;
            if (now != null) {
                audit(now);
            }
        });
    }

    /**
     * Closes every registration without waiting for the ensemble: their session is about to be closed with them.
     *
     * @return completes when all of them are over; never fails
     */
    public CompletionStage<Void> close() {
        claims.close();
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> {
            isOver = true;
            live = null;
            drivers.addAll(waiting);
            waiting.clear();
            each(driver -> driver.on(new RegistrationEvent.ClientClosed()));
            drivers.clear();
            done.complete(null);
        });
        return done;
    }

    private void audit(LiveSession session) {
        var unused = listed(session)
                .whenCompleteAsync(
                        (present, failure) -> {
                            if (!session.equals(live)) {
                                return; // the connection is gone again: the next confirmation brings the next audit
                            }
                            if (failure != null) {
                                LOG.info(
                                        "The audit of session {} was not answered: {}",
                                        session.id(),
                                        UserCode.why(failure));
                                auditLater();
                                return;
                            }
                            each(driver -> driver.on(new RegistrationEvent.Audited(present)));
                            guarded(() -> present.ifPresent(paths -> strayNodes.reap(session, paths, drivers)));
                        },
                        context.loop());
    }

    /** Returns what the session's own list says; fails as the request does, however it fails. */
    private static CompletionStage<Optional<Set<String>>> listed(LiveSession session) {
        try {
            return NodeAccess.ephemerals(session.ops());
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** An audit was not answered: unless the connection is gone, which brings its own, registrations are in doubt till then. */
    private void auditLater() {
        if (!isAuditDue) {
            isAuditDue = true;
            context.later(
                    NEXT_AUDIT,
                    () -> guarded(() -> {
                        isAuditDue = false;
                        audit();
                    }));
        }
    }

    private void forget(RegistrationDriver driver) {
        drivers.remove(driver);
        waiting.remove(driver);
    }

    private void arrived(RegistrationDriver driver) {
        if (isOver) {
            driver.on(new RegistrationEvent.ClientClosed());
        } else {
            waiting.add(driver);
        }
    }

    private void start(RegistrationDriver driver) {
        if (!waiting.remove(driver)) {
            return; // over before its turn came
        }
        drivers.add(driver);
        LiveSession now = live;
        if (now != null) {
            driver.sessionConfirmed(now);
        }
        refusal.ifPresent(reason -> driver.on(new RegistrationEvent.SessionRefused(reason)));
    }

    private void report(HoldfastEvent event) {
        Guarded.run(LOG, "An observer", () -> context.observer().onEvent(event));
    }

    private void each(Consumer<RegistrationDriver> step) {
        List.copyOf(drivers).forEach(driver -> guarded(() -> step.accept(driver)));
    }

    private void onLoop(Runnable task) {
        context.loop().execute(() -> guarded(task));
    }

    /** Runs what concerns all registrations; what it throws is logged and reported, and stops none of them. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            Guarded.warn(LOG, SHARED_TASK, e);
            report(new TaskFailed("", 0, SHARED_TASK, e));
        }
    }
}
