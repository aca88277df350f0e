// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

/**
 * Something that a member does beside its own connection, when the explorer lets it: it attaches to an earlier session to close
 * it, or asks every server what it holds.
 *
 * @param text what it is
 * @param run does it
 */
record Errand(String text, Runnable run) {

    @Override
    public String toString() {
        return text;
    }
}
