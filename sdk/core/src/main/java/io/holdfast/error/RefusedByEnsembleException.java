// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.jspecify.annotations.Nullable;

/**
 * The ensemble refuses, and would refuse again: its configuration and the client's do not fit. The message names the
 * setting. Next step: mend the configuration; repeating is of no use.
 */
public final class RefusedByEnsembleException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    public RefusedByEnsembleException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
