// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.jspecify.annotations.Nullable;

/**
 * A write may or may not have been applied (protocol, H6). Next step: read back and decide; never repeat blindly.
 */
public final class UnknownOutcomeException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    private final String path;

    public UnknownOutcomeException(String path, String what, @Nullable Throwable cause) {
        super("Outcome unknown: " + what + " " + path, cause);
        this.path = path;
    }

    /** Returns the path that was being written. */
    public String path() {
        return path;
    }
}
