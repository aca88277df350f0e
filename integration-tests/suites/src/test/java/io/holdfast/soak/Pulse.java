// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.soak.judge.Note.Stalled;
import io.holdfast.testing.history.Recorder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that does nothing but notice when it could not: the process was stopped, or the whole machine was. */
final class Pulse {

    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private Pulse() {}

    static void start(Recorder recorder) {
        Thread pulse = new Thread(() -> beat(recorder), "pulse");
        pulse.setDaemon(true);
        pulse.start();
    }

    private static void beat(Recorder recorder) {
        long last = System.nanoTime();
        while (true) {
            LockSupport.parkNanos(BEAT_NANOS);
            long now = System.nanoTime();
            if (now - last > LATE_NANOS) {
                recorder.record(new Stalled(now, last).line());
            }
            last = now;
        }
    }
}
