// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a write was lost: it was done, or it was not. Next step: read what it would have changed before you repeat
 * it; the SDK repeats no write of yours by itself.
 */
public final class UnknownOutcomeException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    public UnknownOutcomeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
