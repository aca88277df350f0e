// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

/**
 * Something that was done to the servers or the network, at a time or for a time.
 *
 * @param from nanoseconds since the show began
 * @param to the same as {@code from} if it took no time
 * @param text what was done
 */
public record Event(long from, long to, String text) {

    /** Returns whether it took no time. */
    public boolean isMoment() {
        return from == to;
    }
}
