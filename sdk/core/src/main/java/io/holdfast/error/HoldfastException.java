// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.jspecify.annotations.Nullable;

/**
 * Root of the failures that the SDK raises on purpose.
 *
 * <p>The hierarchy is sealed and is cut by what the caller must do next, not by what went wrong underneath. Wrong
 * arguments are {@link IllegalArgumentException}s, and calls on something closed are {@link IllegalStateException}s: both
 * are mistakes in the calling program and have no place here.
 */
public abstract sealed class HoldfastException extends RuntimeException
        permits CapacityExceededException,
                FencedException,
                HistoryWentBackException,
                OwnershipConflictException,
                RefusedByEnsembleException,
                SessionNotConfirmedException,
                UnknownOutcomeException {

    private static final long serialVersionUID = 1L;

    HoldfastException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
