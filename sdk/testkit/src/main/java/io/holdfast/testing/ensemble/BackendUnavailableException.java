// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

/** This machine lacks what a backend needs; the message says what, and how to get it. */
public final class BackendUnavailableException extends IllegalStateException {

    BackendUnavailableException(String message) {
        super(message);
    }

    BackendUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
