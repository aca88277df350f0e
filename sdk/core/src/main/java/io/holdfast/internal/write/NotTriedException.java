// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import java.util.concurrent.CompletionException;

/** A create was not done, because another one of its transaction met a node that exists; its own path may be free. */
public final class NotTriedException extends Exception {

    private static final long serialVersionUID = 1L;

    NotTriedException(String path) {
        super(path + " was not created: another node of the same transaction exists", null, false, false);
    }

    /** Returns whether a stage failed so. */
    public static boolean is(Throwable failure) {
        return failure instanceof NotTriedException
                || (failure instanceof CompletionException && failure.getCause() instanceof NotTriedException);
    }
}
