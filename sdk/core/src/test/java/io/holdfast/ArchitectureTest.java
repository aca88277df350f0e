// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ForkJoinPool;
import org.slf4j.Logger;

/** The package layout as rules that fail the build; docs/adr says why each of them exists. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String VOCABULARY = "error and event";
    private static final String SESSION_API = "session";
    private static final String REGISTRATION_API = "tag and registration";
    private static final String SPI = "spi";
    private static final String TIMING = "internal time and resilience";
    private static final String SESSIONS = "internal session";
    private static final String RECORDS = "internal journal, ownership and write";
    private static final String KEEPING = "internal registration and handle";
    private static final String WIRING = "internal client";
    private static final String ENTRANCE = "the client and the drop-in";

    @ArchTest
    static final ArchRule IMPORTS_GO_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer(VOCABULARY)
            .definedBy("io.holdfast.error", "io.holdfast.event")
            .layer(SESSION_API)
            .definedBy("io.holdfast.session")
            .layer(REGISTRATION_API)
            .definedBy("io.holdfast.tag", "io.holdfast.registration")
            .layer(SPI)
            .definedBy("io.holdfast.spi")
            .layer(TIMING)
            .definedBy("io.holdfast.internal.time", "io.holdfast.internal.resilience")
            .layer(SESSIONS)
            .definedBy("io.holdfast.internal.session")
            .layer(RECORDS)
            .definedBy("io.holdfast.internal.journal", "io.holdfast.internal.ownership", "io.holdfast.internal.write")
            .layer(KEEPING)
            .definedBy("io.holdfast.internal.registration", "io.holdfast.internal.handle")
            .layer(WIRING)
            .definedBy("io.holdfast.internal.client")
            .layer(ENTRANCE)
            .definedBy("io.holdfast", "io.holdfast.curator", "io.holdfast.micrometer")
            .whereLayer(VOCABULARY)
            .mayNotAccessAnyLayer()
            .whereLayer(SESSION_API)
            .mayOnlyAccessLayers(VOCABULARY)
            .whereLayer(REGISTRATION_API)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API)
            .whereLayer(SPI)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API, REGISTRATION_API)
            .whereLayer(TIMING)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API, SPI)
            .whereLayer(SESSIONS)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API, REGISTRATION_API, SPI, TIMING)
            .whereLayer(RECORDS)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API, REGISTRATION_API, SPI, TIMING, SESSIONS)
            .whereLayer(KEEPING)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API, REGISTRATION_API, SPI, TIMING, SESSIONS, RECORDS)
            .whereLayer(WIRING)
            .mayOnlyAccessLayers(VOCABULARY, SESSION_API, REGISTRATION_API, SPI, TIMING, SESSIONS, RECORDS, KEEPING)
            .whereLayer(ENTRANCE)
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule API_KNOWS_NO_INTERNALS = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.holdfast.error",
                    "io.holdfast.event",
                    "io.holdfast.session",
                    "io.holdfast.tag",
                    "io.holdfast.registration",
                    "io.holdfast.spi")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.holdfast.internal..");

    @ArchTest
    static final ArchRule REGISTRATIONS_KNOW_NO_HANDLE = noClasses()
            .that()
            .resideInAPackage("io.holdfast.internal.registration..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.holdfast.internal.handle..");

    @ArchTest
    static final ArchRule MICROMETER_BINDING_SEES_EVENTS_ONLY = noClasses()
            .that()
            .resideInAPackage("io.holdfast.micrometer..")
            .should()
            .dependOnClassesThat(resideInHoldfastOutside("io.holdfast.micrometer", "io.holdfast.event"));

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLE =
            slices().matching("io.holdfast.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_ADAPTER_KNOWS_CURATOR =
            confines("org.apache.curator..", "io.holdfast", "io.holdfast.curator..", "io.holdfast.internal.client..");

    @ArchTest
    static final ArchRule RESILIENCE4J_IS_BEHIND_THE_PORT =
            confines("io.github.resilience4j..", "io.holdfast.internal.resilience..");

    @ArchTest
    static final ArchRule MICROMETER_IS_OPTIONAL = confines("io.micrometer..", "io.holdfast.micrometer..");

    @ArchTest
    static final ArchRule JACKSON_IS_OPTIONAL = confines("com.fasterxml.jackson..", "io.holdfast.tag..");

    @ArchTest
    static final ArchRule GUAVA_IS_CURATORS_BUSINESS = nobodyUses("com.google.common..");

    @ArchTest
    static final ArchRule LOGGING_IS_SLF4J = nobodyUses("java.util.logging..");

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
            .that()
            .areNotAssignableTo(io.holdfast.spi.Ticker.class)
            .should()
            .accessTargetWhere(reads(System.class, "nanoTime"))
            .orShould()
            .accessTargetWhere(reads(System.class, "currentTimeMillis"))
            .orShould()
            .accessTargetWhere(reads(Instant.class, "now"))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .allowEmptyShould(true);

    /** What blocks a thread of the JDK's, or its common pool, holds up others of the process (docs/threads.md). */
    @ArchTest
    static final ArchRule NO_THREAD_BUT_THE_CLIENTS = noClasses()
            .should()
            .accessTargetWhere(target(name("delayedExecutor")))
            .orShould()
            .accessTargetWhere(target(name("orTimeout")))
            .orShould()
            .accessTargetWhere(target(name("completeOnTimeout")))
            .orShould()
            .accessTargetWhere(target(name("defaultExecutor")))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ForkJoinPool.class);

    private static ArchRule confines(String library, String... packages) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }

    private static ArchRule nobodyUses(String library) {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }

    /** An access rather than a call, so that a method reference counts as well. */
    private static DescribedPredicate<JavaAccess<?>> reads(Class<?> source, String method) {
        return target(name(method))
                .and(target(owner(DescribedPredicate.describe(
                        source.getSimpleName(), (JavaClass owner) -> owner.isEquivalentTo(source)))))
                .as("%s.%s()", source.getSimpleName(), method);
    }

    private static DescribedPredicate<JavaClass> resideInHoldfastOutside(String... allowed) {
        return JavaClass.Predicates.resideInAPackage("io.holdfast..")
                .and(JavaClass.Predicates.resideOutsideOfPackages(allowed));
    }
}
