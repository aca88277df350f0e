// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.search;

/**
 * Something that must never be.
 *
 * @param invariant its name in section 6 of the protocol
 * @param what what is the matter
 */
public record Violation(String invariant, String what) {

    @Override
    public String toString() {
        return invariant + ": " + what;
    }
}
