// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.slf4j.Logger;

/** The recipes' layers: a vocabulary of grants, two ways to wait, and the recipes, which know nothing of each other. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String GRANT = "grant and view";
    private static final String FENCING = "fencing";
    private static final String HOLDING = "internal grant";
    private static final String WAITING = "internal queue and view";
    private static final String RECIPES = "recipes";

    @ArchTest
    static final ArchRule IMPORTS_GO_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer(GRANT)
            .definedBy("io.holdfast.recipes.grant..", "io.holdfast.recipes.view..")
            .layer(FENCING)
            .definedBy("io.holdfast.recipes.fencing..")
            .layer(HOLDING)
            .definedBy("io.holdfast.recipes.internal.grant..")
            .layer(WAITING)
            .definedBy("io.holdfast.recipes.internal.queue..", "io.holdfast.recipes.internal.view..")
            .layer(RECIPES)
            .definedBy(
                    "io.holdfast.recipes.lock..",
                    "io.holdfast.recipes.election..",
                    "io.holdfast.recipes.broker..",
                    "io.holdfast.recipes.group..")
            .whereLayer(GRANT)
            .mayNotAccessAnyLayer()
            .whereLayer(FENCING)
            .mayOnlyAccessLayers(GRANT)
            .whereLayer(HOLDING)
            .mayOnlyAccessLayers(GRANT)
            .whereLayer(WAITING)
            .mayOnlyAccessLayers(GRANT, HOLDING)
            .whereLayer(RECIPES)
            .mayOnlyAccessLayers(GRANT, HOLDING, WAITING)
            .ensureAllClassesAreContainedInArchitectureIgnoring("io.holdfast.recipes");

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLE =
            slices().matching("io.holdfast.recipes.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule RECIPES_DO_NOT_KNOW_EACH_OTHER = slices().matching("io.holdfast.recipes.(*)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    resideInAPackage("io.holdfast.recipes.."),
                    resideInAnyPackage(
                            "io.holdfast.recipes.grant..",
                            "io.holdfast.recipes.view..",
                            "io.holdfast.recipes.internal.."));

    @ArchTest
    static final ArchRule NOTHING_OF_THE_SDK_BUT_ITS_API = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.holdfast.internal..", "io.holdfast.curator..", "io.holdfast.micrometer..");

    @ArchTest
    static final ArchRule CURATOR_IS_THE_SDKS_BUSINESS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.curator..", "com.google.common..", "io.github.resilience4j..");

    /** SLF4J 1.7 has none of this; which version is on the class path is the application's choice. */
    @ArchTest
    static final ArchRule LOGGING_WORKS_WITH_SLF4J_1_7 = noClasses()
            .should()
            .accessTargetWhere(target(nameMatching("at[A-Z].*|makeLoggingEventBuilder|isEnabledForLevel"))
                    .and(target(owner(type(Logger.class))))
                    .as("the fluent API of org.slf4j.Logger"))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("org.slf4j.spi..", "org.slf4j.event..", "org.slf4j.helpers..");

    @ArchTest
    static final ArchRule TIME_COMES_FROM_THE_TICKER = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    /** Those of the JDK and its common pool serve the whole process: what blocks them holds up others (docs/threads.md). */
    @ArchTest
    static final ArchRule NO_THREAD_BUT_THE_CLIENTS = noClasses()
            .should()
            .callMethodWhere(describe("runs on a thread of the JDK's", (JavaMethodCall call) -> {
                String name = call.getName();
                boolean isFuture = call.getTargetOwner().isAssignableTo(CompletionStage.class);
                boolean hasExecutor = call.getTarget().getRawParameterTypes().stream()
                        .anyMatch(type -> type.isEquivalentTo(Executor.class));
                return isFuture
                        && (Set.of("delayedExecutor", "orTimeout", "completeOnTimeout", "defaultExecutor")
                                        .contains(name)
                                || (name.endsWith("Async") && !hasExecutor));
            }))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ForkJoinPool.class);
}
