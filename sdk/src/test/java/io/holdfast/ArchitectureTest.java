// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
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

/** The package layout as rules that fail the build; docs/adr says why each of them exists. */
@AnalyzeClasses(packagesOf = ArchitectureTest.class, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String VOCABULARY = "vocabulary";
    private static final String PORT = "port and state cell";
    private static final String RESILIENCE = "resilience";
    private static final String SESSION = "session";
    private static final String RECORDS = "tag and journal";
    private static final String OWNERSHIP = "ownership";
    private static final String KEEPING = "ephemeral and handle";
    private static final String CURATOR = "curator";
    private static final String MICROMETER = "micrometer";

    @ArchTest
    static final ArchRule IMPORTS_GO_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer(VOCABULARY)
            .definedBy("io.holdfast.error..", "io.holdfast.time..", "io.holdfast.observability..")
            .layer(PORT)
            .definedBy("io.holdfast.zookeeper..", "io.holdfast.state..")
            .layer(RESILIENCE)
            .definedBy("io.holdfast.resilience..")
            .layer(SESSION)
            .definedBy("io.holdfast.session..")
            .layer(RECORDS)
            .definedBy("io.holdfast.tag..", "io.holdfast.journal..")
            .layer(OWNERSHIP)
            .definedBy("io.holdfast.ownership..")
            .layer(KEEPING)
            .definedBy("io.holdfast.ephemeral..", "io.holdfast.handle..")
            .layer(CURATOR)
            .definedBy("io.holdfast.curator..")
            .layer(MICROMETER)
            .definedBy("io.holdfast.micrometer..")
            .whereLayer(VOCABULARY)
            .mayNotAccessAnyLayer()
            .whereLayer(PORT)
            .mayOnlyAccessLayers(VOCABULARY)
            .whereLayer(RESILIENCE)
            .mayOnlyAccessLayers(VOCABULARY, PORT)
            .whereLayer(SESSION)
            .mayOnlyAccessLayers(VOCABULARY, PORT, RESILIENCE)
            .whereLayer(RECORDS)
            .mayOnlyAccessLayers(VOCABULARY, PORT, SESSION)
            .whereLayer(OWNERSHIP)
            .mayOnlyAccessLayers(VOCABULARY, PORT, SESSION, RECORDS)
            .whereLayer(KEEPING)
            .mayOnlyAccessLayers(VOCABULARY, PORT, RESILIENCE, SESSION, RECORDS, OWNERSHIP)
            .whereLayer(MICROMETER)
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule REGISTRATIONS_KNOW_NO_HANDLE = noClasses()
            .that()
            .resideInAPackage("io.holdfast.ephemeral..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.holdfast.handle..");

    @ArchTest
    static final ArchRule MICROMETER_BINDING_SEES_EVENTS_ONLY = noClasses()
            .that()
            .resideInAPackage("io.holdfast.micrometer..")
            .should()
            .dependOnClassesThat(resideInHoldfastOutside("io.holdfast.micrometer", "io.holdfast.observability"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLE =
            slices().matching("io.holdfast.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule ONLY_THE_ADAPTER_KNOWS_CURATOR = confines("org.apache.curator..", "io.holdfast.curator..");

    @ArchTest
    static final ArchRule RESILIENCE4J_IS_BEHIND_THE_PORT =
            confines("io.github.resilience4j..", "io.holdfast.resilience..", "io.holdfast.curator..");

    @ArchTest
    static final ArchRule MICROMETER_IS_OPTIONAL = confines("io.micrometer..", "io.holdfast.micrometer..");

    @ArchTest
    static final ArchRule JACKSON_IS_OPTIONAL = confines("com.fasterxml.jackson..", "io.holdfast.tag..");

    @ArchTest
    static final ArchRule GUAVA_IS_CURATORS_BUSINESS = nobodyUses("com.google.common..");

    @ArchTest
    static final ArchRule LOGGING_IS_SLF4J = nobodyUses("java.util.logging..");

    @ArchTest
    static final ArchRule TIME_COMES_FROM_THE_TICKER = noClasses()
            .that()
            .resideOutsideOfPackage("io.holdfast.time..")
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
