// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.PaceSettings;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationPageTest {

    @ParameterizedTest
    @MethodSource("chapters")
    void everySettingHasAnEntryAndEveryEntryIsASetting(String chapter, Set<String> settings) throws IOException {
        String text = Repository.sections("docs/configuration.md", "##").get(chapter);

        assertThat(text).isNotNull();
        assertThat(text.lines().filter(line -> line.startsWith("### ")).map(line -> line.substring(4)
                        .replace("`", "")))
                .containsExactlyInAnyOrderElementsOf(settings);
    }

    static Stream<Arguments> chapters() {
        return Stream.of(
                arguments("HoldfastClientBuilder", settersOf(HoldfastClientBuilder.class)),
                arguments("RegistrationOptions", settersOf(RegistrationOptions.Builder.class)),
                arguments("ConfirmingZookeeperFactory", settersOf(ConfirmingZookeeperFactory.Builder.class)),
                arguments(
                        "PaceSettings",
                        Arrays.stream(PaceSettings.class.getRecordComponents())
                                .map(RecordComponent::getName)
                                .collect(Collectors.toSet())));
    }

    private static Set<String> settersOf(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getReturnType() == builder)
                .map(Method::getName)
                .collect(Collectors.toSet());
    }
}
