// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.jspecify.annotations.Nullable;

/**
 * The right to act is gone, and somebody newer may have it. What was asked for did not happen. Next step: stop acting on
 * the old right; ask for a new one, which comes with a higher token.
 */
public final class FencedException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final long token;

    /**
     * @param path what the right was for
     * @param token the token of the right that is gone
     * @param why how that is known
     */
    public FencedException(String path, long token, String why, @Nullable Throwable cause) {
        super(
                "The grant of " + path + " with token " + token + " is over: " + why
                        + "; stop what it allowed, and ask for a new one",
                cause);
        this.path = path;
        this.token = token;
    }

    /** Returns what the right was for. */
    public String path() {
        return path;
    }

    /** Returns the token of the right that is gone. */
    public long token() {
        return token;
    }
}
