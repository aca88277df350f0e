// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waiting for a server to get somewhere, which only asking can tell. */
final class Waiting {

    private static final long ASK_EVERY_MILLIS = 25;

    private Waiting() {}

    /** Says why waiting is in vain; null while there is hope. */
    @FunctionalInterface
    interface Despair {
        @Nullable
        String reason();
    }

    /**
     * Blocks until the condition holds.
     *
     * @throws IllegalStateException with the description, if it does not in time or cannot any more
     */
    static void until(Duration limit, BooleanSupplier condition, Despair despair, Supplier<String> description)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            String reason = despair.reason();
            if (reason == null && System.nanoTime() - deadline > 0) {
                reason = "not ready within " + limit;
            }
            if (reason != null) {
                throw new IllegalStateException(reason + ": " + description.get());
            }
            TimeUnit.MILLISECONDS.sleep(ASK_EVERY_MILLIS);
        }
    }
}
