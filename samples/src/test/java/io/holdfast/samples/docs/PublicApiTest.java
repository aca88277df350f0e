// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.holdfast.HoldfastClient;
import io.holdfast.recipes.lock.FencedLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What applications compile against: written down, small, and free of what is internal. */
class PublicApiTest {

    /** Set to true, it writes the lists instead of comparing them. */
    private static final String WRITE = "api.write";

    private record Module(PublicApi api, Path list, int mostTypes) {

        @Override
        public String toString() {
            return list.getFileName().toString();
        }
    }

    private static final Module SDK = module(HoldfastClient.class, "holdfast-sdk", 45);
    private static final Module RECIPES = module(FencedLock.class, "holdfast-recipes", 35);

    static Stream<Module> modules() {
        return Stream.of(SDK, RECIPES);
    }

    private static Module module(Class<?> ofModule, String artifact, int mostTypes) {
        return new Module(
                new PublicApi(ofModule), Repository.resolve(Path.of("docs/api", artifact + ".txt")), mostTypes);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void theListIsThatOfTheCode(Module module) throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(module.list.getParent());
            Files.write(module.list, module.api.lines());
        }
        assertThat(module.api.lines())
                .as("the public API has changed: see CONTRIBUTING.md for when it may, and run this test with -D" + WRITE
                        + "=true")
                .isEqualTo(Files.readAllLines(module.list));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void noMemberNamesWhatIsInternal(Module module) {
        assertThat(module.api.lines()).isNotEmpty().noneMatch(line -> line.contains(".internal."));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void isSmallEnoughToBeRead(Module module) {
        assertThat(module.api.topLevelTypes()).hasSizeLessThanOrEqualTo(module.mostTypes);
    }

    @Test
    void onlyTheAdapterNamesCurator() {
        assertThat(SDK.api.linesOutside("io.holdfast.curator"))
                .isNotEmpty()
                .noneMatch(line -> line.contains("org.apache.curator"));
    }

    @Test
    void samplesAndTheSnippetsOfTheDocsUseNothingElse() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.holdfast.internal..", "io.holdfast.recipes.internal..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.holdfast.samples"));
    }

    @Test
    void pagesNameNothingElse() throws IOException {
        List<Path> pages = Stream.concat(
                        Stream.of(Path.of("README.md")),
                        Stream.concat(Repository.files("docs", ".md"), Repository.files("samples", ".md")))
                .filter(page -> !page.startsWith("docs/adr"))
                .toList();
        for (Path page : pages) {
            assertThat(Files.readString(Repository.resolve(page)))
                    .as(page.toString())
                    .doesNotContainPattern("import io\\.holdfast\\.(recipes\\.)?internal");
        }
    }
}
