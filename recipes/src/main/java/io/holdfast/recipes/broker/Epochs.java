// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.spi.SerialExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of each epoch that it began, and then once that it ended. Confined to the registration's loop. */
final class Epochs {

    private static final Logger LOG = LoggerFactory.getLogger(Epochs.class);

    private final Executor notifier;
    private final List<EpochListener> listeners = new ArrayList<>();
    private Optional<Grant> open = Optional.empty();

    /** @param callbacks runs listeners */
    Epochs(Executor callbacks) {
        notifier = new SerialExecutor(callbacks);
    }

    void add(EpochListener listener) {
        listeners.add(listener);
        open.ifPresent(grant -> tell(listener, each -> each.began(grant)));
    }

    void begin(Grant grant) {
        open = Optional.of(grant);
        listeners.forEach(listener -> tell(listener, each -> each.began(grant)));
    }

    /** Reports the end of an epoch that is over, unless it was reported before. */
    void end(Grant grant) {
        if (open.filter(told -> told == grant).isPresent() && grant.state() instanceof Ended end) {
            open = Optional.empty();
            listeners.forEach(listener -> tell(listener, each -> each.ended(grant, end.why())));
        }
    }

    private void tell(EpochListener listener, Consumer<EpochListener> what) {
        notifier.execute(() -> {
            try {
                what.accept(listener);
            } catch (RuntimeException | Error e) {
                LOG.warn("A listener of epochs failed", e);
            }
        });
    }
}
