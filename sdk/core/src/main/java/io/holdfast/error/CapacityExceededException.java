// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

/**
 * What was asked for would not fit a limit that keeps the ensemble safe. Nothing was sent. Next step: ask for less, close
 * something, or raise the limit that the message names.
 */
public final class CapacityExceededException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    public CapacityExceededException(String message) {
        super(message, null);
    }
}
