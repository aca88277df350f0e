// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

/**
 * Something that must never be.
 *
 * @param invariant which rule it breaks, as the design names them
 * @param what says it, with who, where and how long
 * @param process whose process it is about; empty if nobody's
 * @param path the node that it is about; empty if none
 * @param fromNanos when it began
 * @param toNanos when it was over
 */
public record SoakViolation(String invariant, String what, String process, String path, long fromNanos, long toNanos) {

    @Override
    public String toString() {
        return invariant + ": " + what;
    }
}
