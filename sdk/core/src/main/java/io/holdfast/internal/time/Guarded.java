// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import org.slf4j.Logger;

/** Runs code of others, or code that calls it, where nothing that it throws may reach whoever runs it. */
public final class Guarded {

    private Guarded() {}

    /**
     * Runs the task; what it throws, Errors included, is logged. So is never thrown what a log appender throws.
     *
     * @param what what failed if it fails, to begin the log line with
     */
    public static void run(Logger log, String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            warn(log, what, e);
        }
    }

    /** Logs a failure; what the log appender throws is dropped, because there is nobody left to tell. */
    public static void warn(Logger log, String what, Throwable failure) {
        try {
            log.warn("{} failed", what, failure);
        } catch (RuntimeException | Error ignored) {
            // the caller has work to go on with
        }
    }
}
