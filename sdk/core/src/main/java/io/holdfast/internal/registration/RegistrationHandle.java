// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.internal.time.Guarded;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
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
    private final Executor notifier;
    private final Duration closeLimit;
    private final StateCell<RegistrationState> cell;
    private final List<RegistrationListener> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @GuardedBy("this")
    private List<CompletableFuture<RegisteredNode>> awaiting = new ArrayList<>();

    private volatile Commands commands = new NotStarted();
    private volatile boolean isCloseAsked;

    RegistrationHandle(String path, Executor notifier, Duration closeLimit) {
        this.path = path;
        this.notifier = notifier;
        this.closeLimit = closeLimit;
        this.cell = new StateCell<>(new RegistrationState.AwaitingSession(), this::changed);
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

    @Override
    public String path() {
        return path;
    }

    @Override
    public RegistrationState state() {
        return cell.get();
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
        CompletableFuture<RegisteredNode> result = registered().toCompletableFuture();
        try {
            return result.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            synchronized (this) {
                awaiting.removeIf(each -> each == result);
            }
            throw new SessionNotConfirmedException(
                    path + " is not registered after " + atMost.toMillis() + " ms: " + describe(cell.get())
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
        try {
            closeAsync().toCompletableFuture().get(closeLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn(
                    "path={} its node could not be deleted within {} ms; the SDK keeps trying",
                    path,
                    closeLimit.toMillis());
        } catch (ExecutionException e) {
            throw new AssertionError("ended() never fails", e);
        }
    }

    private void changed(RegistrationState from, RegistrationState to) {
        notifier.execute(() -> {
            for (RegistrationListener listener : listeners) {
                Guarded.run(LOG, "path=" + path + " a listener", () -> listener.changed(from, to));
            }
        });
        settle(to);
    }

    private void settle(RegistrationState state) {
        if (!(state instanceof Registered) && !state.isOver()) {
            return;
        }
        List<CompletableFuture<RegisteredNode>> all;
        synchronized (this) {
            all = awaiting;
            awaiting = new ArrayList<>();
        }
        notifier.execute(() -> {
            for (CompletableFuture<RegisteredNode> each : all) {
                if (state instanceof Registered registered) {
                    each.complete(registered.registered());
                } else if (state instanceof Failed failed) {
                    each.completeExceptionally(failed.error());
                } else {
                    each.completeExceptionally(
                            new IllegalStateException("The registration of " + path + " is over: " + describe(state)));
                }
            }
            if (state.isOver()) {
                ended.complete(null);
            }
        });
    }

    private void requireNotOver() {
        RegistrationState now = cell.get();
        if (now.isOver() || now instanceof RegistrationState.Closing) {
            throw new IllegalStateException("The registration of " + path + " is over: " + describe(now));
        }
    }

    private static String describe(RegistrationState state) {
        if (state instanceof Waiting waiting) {
            return "waiting for " + waiting.what()
                    + waiting.until()
                            .map(until -> ", at most " + until.toMillis() + " ms")
                            .orElse("");
        }
        if (state instanceof RegistrationState.Refused refused) {
            return refused.error().getMessage()
                    + refused.nextTry()
                            .map(next -> "; the next try is within " + next.toMillis() + " ms")
                            .orElse("; the next try is in the next session");
        }
        if (state instanceof Failed failed) {
            return "failed: " + failed.error().getMessage();
        }
        if (state instanceof RegistrationState.Lost lost) {
            return "its node is lost: " + lost.cause();
        }
        return state instanceof Closed ? "closed" : state.toString();
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
