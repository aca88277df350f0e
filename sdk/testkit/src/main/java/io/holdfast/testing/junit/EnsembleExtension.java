// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.junit;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.EnsembleBuilder;
import io.holdfast.testing.proxy.FaultProxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives the tests of one class an ensemble, whole and without faults at the start of each test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final EnsembleExtension servers = EnsembleExtension.of(Ensemble.builder().servers(3));
 * }</pre>
 *
 * <p>Where the servers cannot run at all, because there is no container engine, the class is skipped. Must be a static field. After a test that failed, the state of every server, the end of its log and how long this JVM had
 * stood still go to the standard error. Nodes that a test leaves behind stay: use a path of its own in each test.
 */
public final class EnsembleExtension
        implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final EnsembleBuilder builder;
    private @Nullable Ensemble ensemble;

    private EnsembleExtension(EnsembleBuilder builder) {
        this.builder = builder;
    }

    /** Returns an extension that starts this kind of ensemble. */
    public static EnsembleExtension of(EnsembleBuilder builder) {
        return new EnsembleExtension(builder);
    }

    /** Returns the ensemble of the running class. */
    public Ensemble ensemble() {
        if (ensemble == null) {
            throw new IllegalStateException("the ensemble runs only during tests; is the extension in a static field?");
        }
        return ensemble;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (ensemble != null) {
            return ConditionEvaluationResult.enabled("its ensemble runs");
        }
        Optional<String> missing = builder.missing();
        missing.ifPresent(reason -> System.out.println(context.getDisplayName() + " is skipped: " + reason));
        return missing.map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("its ensemble can run"));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        Stalls.watch();
        ensemble = builder.start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        ensemble().heal();
        ensemble().servers().forEach(server -> reset(server.proxy()));
        Stalls.forget();
    }

    @Override
    public void afterEach(ExtensionContext context) throws InterruptedException {
        if (context.getExecutionException().isPresent()) {
            System.err.println("%s failed. The JVM of the test stood still for %d ms at most. %s"
                    .formatted(
                            context.getDisplayName(),
                            Stalls.longest().toMillis(),
                            ensemble().describe()));
        }
        ensemble().heal();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (ensemble != null) {
            ensemble.close();
        }
    }

    private static void reset(FaultProxy proxy) {
        proxy.cut();
        proxy.resetCounts();
    }
}
