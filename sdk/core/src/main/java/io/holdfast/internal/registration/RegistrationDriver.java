// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.ownership.Claim;
import io.holdfast.internal.registration.RegistrationEvent.Answer;
import io.holdfast.internal.registration.RegistrationMachine.Moment;
import io.holdfast.internal.registration.RegistrationMachine.Transition;
import io.holdfast.internal.session.Identifiers;
import io.holdfast.internal.write.NodeWatch;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.spi.StepGuard;
import io.holdfast.tag.EphemeralTag;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Drives one {@link RegistrationMachine}: hands it what happens, and carries its effects out. Confined to the loop thread, but
 * for {@link #update} and {@link #close()}. Nothing that an effect throws is lost: it is logged, reported, and one more event.
 */
final class RegistrationDriver implements RegistrationHandle.Commands {

    private static final Duration LAST_RESORT = Duration.ofSeconds(5);

    private final RegistrationContext context;
    private final RegistrationHandle handle;
    private final RegistrationOptions options;
    private final Claim claim;
    private final PayloadWriter payload;
    private final StatePublisher publisher;
    private final StepGuard steps;
    private final RegistrationRequests requests;
    private final Consumer<RegistrationDriver> onOver;

    private volatile int watchEvents;
    private RegistrationMachine machine;
    private @Nullable LiveSession live;

    RegistrationDriver(
            RegistrationContext context,
            RegistrationHandle handle,
            RegistrationOptions options,
            Supplier<byte[]> data,
            byte[] firstData,
            Consumer<RegistrationDriver> onOver) {
        String path = handle.path();
        RegistrationContext.Member member = context.member();
        this.context = context;
        this.handle = handle;
        this.options = options;
        this.claim = new Claim(member.id(), member.incarnation(), Identifiers.randomToken(), options.format());
        this.machine = RegistrationMachine.start(new RegistrationRules(
                path, options, context.settings(), context.limits().chroot()));
        UserCode user = new UserCode(
                context.threads().suppliers(), context.application().aclFor(), context.observer());
        this.payload = new PayloadWriter(context, user, handle, claim, firstData, data);
        this.publisher = new StatePublisher(handle, context.observer(), context.ticker());
        this.steps = new StepGuard(
                context.loop(), context::later, () -> machine.pace().step(), this::threw);
        NodeAccess access = new NodeAccess(
                path,
                options.isSequential(),
                options.fence().map(fencePath -> new Fence(fencePath, member.id())),
                claim,
                new NodeWatch(this::watched, () -> onLoop(new RegistrationEvent.WatchSet()), () -> watchEvents),
                context.loop());
        this.requests = new RegistrationRequests(context, options, access, payload, user, steps, this::answered);
        this.onOver = onOver;
    }

    void sessionConfirmed(LiveSession confirmed) {
        live = confirmed;
        on(new RegistrationEvent.SessionConfirmed(confirmed.id(), confirmed.negotiated()));
    }

    /** Hands the machine an event, and carries out what it wants done. Throws nothing. */
    void on(RegistrationEvent event) {
        apply(event);
    }

    boolean serves(RegistrationHandle other) {
        return handle == other;
    }

    boolean mayHaveLeftUnnamed(SessionId earlier) {
        return machine.mayHaveLeftUnnamed(earlier);
    }

    /** Returns the path of a node that is made once and, when lost, wanted by nobody. */
    Optional<String> onlyPath() {
        return options.isOnce() ? ownPath() : Optional.empty();
    }

    Optional<String> ownPath() {
        return machine.node().own().map(Znode::path);
    }

    String nonce() {
        return claim.nonce();
    }

    /** Refuses a payload that no request could carry, or that the tag format cannot take. */
    void requireFits(byte[] bytes) {
        EphemeralTag longest = claim.tag(new SessionId(-1), Duration.ofMillis(Integer.MAX_VALUE));
        context.limits().requireFits(handle.path(), options.format().encode(longest, bytes));
    }

    @Override
    public CompletionStage<Void> update(byte[] bytes) {
        byte[] copy = bytes.clone();
        requireFits(copy);
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.loop()
                .execute(() -> steps.guarded(() -> {
                    payload.replace(copy, done);
                    on(new RegistrationEvent.UpdateAsked());
                }));
        return done;
    }

    @Override
    public void close() {
        onLoop(new RegistrationEvent.CloseAsked());
    }

    private void onLoop(RegistrationEvent event) {
        context.loop().execute(() -> on(event));
    }

    private void answered(Answer answer) {
        on(new RegistrationEvent.Answered(machine.pace().step(), answer));
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by the event thread of one handle at a time
    private void watched(WatchedEvent event) {
        if (event.getType() != EventType.None) {
            watchEvents++;
            onLoop(new RegistrationEvent.NodeChanged(event.getType() == EventType.NodeDeleted));
        }
    }

    private void apply(RegistrationEvent event) {
        Throwable thrown = null;
        try {
            Transition transition = machine.on(
                    event,
                    new Moment(
                            context.ticker().read(), ThreadLocalRandom.current().nextDouble()));
            machine = transition.next();
            for (RegistrationEffect effect : transition.effects()) {
                try {
                    carryOut(effect);
                } catch (RuntimeException | Error e) {
                    thrown = e; // what is behind it is due all the same
                }
            }
        } catch (RuntimeException | Error e) {
            thrown = e;
        }
        if (thrown != null && event instanceof RegistrationEvent.StepThrew) {
            publisher.threw(machine.link().session(), thrown);
            steps.after(LAST_RESORT, () -> answered(new Answer.LookDue()));
        } else if (thrown != null) {
            threw(thrown);
        }
    }

    private void threw(Throwable thrown) {
        publisher.threw(machine.link().session(), thrown);
        apply(new RegistrationEvent.StepThrew(thrown));
    }

    private void carryOut(RegistrationEffect effect) {
        if (effect instanceof RegistrationEffect.Publish publish) {
            publisher.publish(publish);
        } else if (effect instanceof RegistrationEffect.Tell tell) {
            publisher.tell(tell.event());
        } else if (effect instanceof RegistrationEffect.Release) {
            onOver.accept(this);
        } else if (effect instanceof RegistrationEffect.WritePayload write) {
            write(write.node());
        } else if (effect instanceof RegistrationEffect.PayloadIsIn) {
            payload.registered();
        } else if (effect instanceof RegistrationEffect.PayloadIsUnknown) {
            payload.foundInNode();
        } else if (effect instanceof RegistrationEffect.PayloadRefused refused) {
            payload.refused(refused.error());
        } else if (effect instanceof RegistrationEffect.PayloadFailed failed) {
            payload.failed(failed.why());
        } else if (effect instanceof RegistrationEffect.LookAfter after) {
            steps.after(after.delay(), () -> answered(new Answer.LookDue()));
        } else if (effect instanceof RegistrationEffect.WriteAfter after) {
            steps.after(after.delay(), () -> answered(new Answer.WriteDue()));
        } else {
            requests.send(effect, current());
        }
    }

    private void write(Znode node) {
        payload.write(current(), node, (written, failure) -> {
            if (written != null) {
                on(new RegistrationEvent.Written(written));
            } else if (failure != null) {
                on(new RegistrationEvent.WriteFailed(node, FailureKind.codeOf(failure), failure));
            }
        });
    }

    private LiveSession current() {
        LiveSession now = live;
        if (now == null) {
            throw new IllegalStateException("no session at hand for " + handle.path());
        }
        return now;
    }
}
