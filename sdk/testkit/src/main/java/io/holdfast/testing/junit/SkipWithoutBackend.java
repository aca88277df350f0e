// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.junit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.holdfast.testing.ensemble.BackendUnavailableException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Skips tests that start ensembles themselves, where the servers cannot run: there is no container engine, or no image of an
 * old release.
 *
 * <p>Found by JUnit if {@code junit.jupiter.extensions.autodetection.enabled} is set.
 */
public final class SkipWithoutBackend
        implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        skip(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        skip(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        skip(context, failure);
    }

    static void skip(ExtensionContext context, Throwable failure) throws Throwable {
        if (failure instanceof BackendUnavailableException) {
            System.out.println(context.getDisplayName() + " is skipped: " + failure.getMessage());
            abort(failure.getMessage());
        }
        throw failure;
    }
}
