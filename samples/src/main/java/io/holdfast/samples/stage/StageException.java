// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.stage;

import org.jspecify.annotations.Nullable;

/** The show cannot run where it was asked to; the message says why and what to do. */
public final class StageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
