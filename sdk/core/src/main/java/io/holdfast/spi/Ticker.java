// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

/**
 * A monotonic clock. Readings are nanoseconds from an arbitrary origin: only differences between two readings of the same
 * ticker mean anything. The wall clock takes no part in any decision of the SDK (protocol, section 5).
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface Ticker {

    /** Returns the current reading in nanoseconds. */
    long read();

    /** Returns the ticker of this JVM. */
    static Ticker system() {
        return System::nanoTime;
    }
}
