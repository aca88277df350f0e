// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

/**
 * A fault as it was played.
 *
 * @param kind which
 * @param target whom it hit: a process, a server, a path
 * @param fromNanos when it began, as {@link System#nanoTime()} counts
 * @param toNanos when it was over
 */
public record Fault(FaultKind kind, String target, long fromNanos, long toNanos) {

    @Override
    public String toString() {
        return kind + " " + target;
    }
}
