// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.jspecify.annotations.Nullable;

/**
 * No session was confirmed in time, or the current one is not confirmed right now. Nothing ephemeral was sent. Next step:
 * wait, or check the ensemble; the SDK keeps trying by itself.
 */
public final class SessionNotConfirmedException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    public SessionNotConfirmedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
