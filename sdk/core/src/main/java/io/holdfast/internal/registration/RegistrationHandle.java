// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.internal.time.Guarded;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.spi.SerialExecutor;
import io.holdfast.spi.StateCell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user's side of a registration: state, listeners and stages. The {@link RegistrationDriver} does the work. */
final class RegistrationHandle implements Registration {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationHandle.class);

    /** What the user may ask for, from any thread. */
    interface Commands {
        CompletionStage<Void> update(byte[] payload);

        void close();
    }

    private final String path;
    private final WaitGuard waits;
    private final Supplier<String> whyNone;
    private final Duration closeLimit;
    private final Executor notifier;
    private final StateCell<RegistrationState> cell;
    private final List<RegistrationListener> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** For threads that wait: nobody's code runs when it completes. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** Stages, which are completed among the listeners' calls. */
    @GuardedBy("this")
    private List<CompletableFuture<RegisteredNode>> awaiting = new ArrayList<>();

    /** For threads that wait, maybe in a listener: completed at once. */
    @GuardedBy("this")
    private List<CompletableFuture<RegisteredNode>> blocked = new ArrayList<>();

    private volatile Commands commands = new NotStarted();
    private volatile boolean isCloseAsked;

    /**
     * @param callbacks runs listeners and stages
     * @param waits knows on which threads nobody may wait
     * @param whyNone says why there is no confirmed session
     * @param closeLimit how long {@link #close()} waits
     */
    RegistrationHandle(
            String path, Executor callbacks, WaitGuard waits, Supplier<String> whyNone, Duration closeLimit) {
        this.path = path;
        this.waits = waits;
        this.whyNone = whyNone;
        this.closeLimit = closeLimit;
        this.notifier = new SerialExecutor(callbacks);
        this.cell = new StateCell<>(new AwaitingSession(), this::changed);
    }

    void bind(Commands driver) {
        commands = driver;
    }

    /** Moves to a state; nothing leaves a state that is over. Returns the state that was left, empty if it did not move. */
    Optional<RegistrationState> move(RegistrationState to) {
        List<RegistrationState> left = new ArrayList<>(1);
        cell.apply(from -> {
            if (from.isOver() || from.equals(to)) {
                return from;
            }
            left.add(from);
            return to;
        });
        return left.stream().findFirst();
    }

    /** Returns whether its owner has closed it, although nobody may have got round to it yet. */
    boolean isCloseAsked() {
        return isCloseAsked;
    }

    /** Completes when it is over, before the application hears of that. */
    CompletionStage<Void> over() {
        return over;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public RegistrationState state() {
        RegistrationState now = cell.get();
        return now instanceof AwaitingSession ? new AwaitingSession(whyNone.get()) : now;
    }

    @Override
    public CompletionStage<RegisteredNode> registered() {
        CompletableFuture<RegisteredNode> result = new CompletableFuture<>();
        synchronized (this) {
            awaiting.add(result);
        }
        settle(cell.get());
        return result;
    }

    @Override
    public RegisteredNode awaitRegistered(Duration atMost) throws InterruptedException {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
        }
        waits.require("awaitRegistered of " + path, "registered()");
        CompletableFuture<RegisteredNode> result = new CompletableFuture<>();
        synchronized (this) {
            blocked.add(result);
        }
        settle(cell.get());
        var unused = state(); // somebody wants to know why there is no session, if there is none
        try {
            return result.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            synchronized (this) {
                blocked.removeIf(each -> each == result);
            }
            throw new SessionNotConfirmedException(
                    path + " is not registered after " + atMost.toMillis() + " ms: " + state()
                            + "; the registration keeps trying",
                    null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException known) {
                throw known;
            }
            throw new IllegalStateException("The registration of " + path + " is over", e);
        }
    }

    @Override
    public CompletionStage<Void> update(byte[] payload) {
        requireNotOver();
        return commands.update(payload);
    }

    @Override
    public void addListener(RegistrationListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(RegistrationListener listener) {
        listeners.remove(listener);
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended.copy();
    }

    @Override
    public CompletionStage<Void> closeAsync() {
        isCloseAsked = true;
        commands.close();
        return ended.copy();
    }

    @Override
    public void close() {
        var unused = closeAsync();
        if (!waits.isAllowed()) {
            return;
        }
        try {
            over.get(closeLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn(
                    "path={} its node could not be deleted within {} ms; the SDK keeps trying",
                    path,
                    closeLimit.toMillis());
        } catch (ExecutionException e) {
            throw new AssertionError("nothing fails it", e);
        }
    }

    private void changed(RegistrationState from, RegistrationState to) {
        if (!listeners.isEmpty()) {
            notify(() -> {
                for (RegistrationListener listener : listeners) {
                    Guarded.run(LOG, "path=" + path + " a listener", () -> listener.changed(from, to));
                }
            });
        }
        settle(to);
    }

    private void settle(RegistrationState state) {
        if (!(state instanceof Registered) && !state.isOver()) {
            return;
        }
        List<CompletableFuture<RegisteredNode>> stages;
        List<CompletableFuture<RegisteredNode>> threads;
        synchronized (this) {
            stages = awaiting;
            threads = blocked;
            awaiting = new ArrayList<>();
            blocked = new ArrayList<>();
        }
        threads.forEach(each -> settle(each, state));
        if (state.isOver()) {
            over.complete(null);
        }
        if (!stages.isEmpty() || state.isOver()) {
            notify(() -> {
                stages.forEach(each -> settle(each, state));
                if (state.isOver()) {
                    ended.complete(null);
                }
            });
        }
    }

    private void settle(CompletableFuture<RegisteredNode> each, RegistrationState state) {
        if (state instanceof Registered registered) {
            each.complete(registered.registered());
        } else if (state instanceof Failed failed) {
            each.completeExceptionally(failed.error());
        } else {
            each.completeExceptionally(new IllegalStateException("The registration of " + path + " is over: " + state));
        }
    }

    /** Runs what concerns the application, behind what it has not heard of yet. */
    void notify(Runnable task) {
        notifier.execute(task);
    }

    private void requireNotOver() {
        RegistrationState now = cell.get();
        if (now.isOver() || now instanceof RegistrationState.Closing) {
            throw new IllegalStateException("The registration of " + path + " is over: " + now);
        }
    }

    @Override
    public String toString() {
        return "registration of " + path + " (" + state() + ")";
    }

    private static final class NotStarted implements Commands {
        @Override
        public CompletionStage<Void> update(byte[] payload) {
            throw new IllegalStateException("not started");
        }

        @Override
        public void close() {
            throw new IllegalStateException("not started");
        }
    }
}
