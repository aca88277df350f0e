// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

/** Which of the two clients. */
public enum Party {
    ORDINARY("ordinary"),
    HOLDFAST("Holdfast");

    private final String label;

    Party(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
