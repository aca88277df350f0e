// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RegistrationOptionsTest {

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(RegistrationOptions.defaults())
                .isEqualTo(new RegistrationOptions(
                        false,
                        TagFormat.envelope(),
                        Optional.empty(),
                        Parents.PERSISTENT,
                        new ConflictPolicy(false, Optional.empty(), Optional.empty()),
                        false,
                        Optional.empty(),
                        false));
    }

    @Test
    void carriesWhatWasSet() {
        RegistrationOptions options = RegistrationOptions.builder()
                .sequential()
                .format(TagFormat.jsonField())
                .acl(ZooDefs.Ids.READ_ACL_UNSAFE)
                .parents(Parents.CONTAINER)
                .waitForForeign()
                .takeOverUnknownGhosts("/guards/a")
                .waitLimit(Duration.ofSeconds(5))
                .once()
                .keepTryingWhenRefused()
                .build();

        assertThat(options)
                .isEqualTo(new RegistrationOptions(
                        true,
                        TagFormat.jsonField(),
                        Optional.of(ZooDefs.Ids.READ_ACL_UNSAFE),
                        Parents.CONTAINER,
                        new ConflictPolicy(true, Optional.of("/guards/a"), Optional.of(Duration.ofSeconds(5))),
                        true,
                        Optional.empty(),
                        true));
    }

    @Test
    void carriesAFence() {
        assertThat(RegistrationOptions.builder().fence("/fences/a").build().fence())
                .contains("/fences/a");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                row(builder -> builder.sequential().fence("/f"), "fence must be left out for a sequential", "\"/f\""),
                row(builder -> builder.fence("f"), "fence must be an absolute", "\"f\""),
                row(builder -> builder.fence("/"), "fence must not be the root", "/"),
                row(builder -> builder.acl(List.of()), "acl must have at least one entry", "empty"),
                row(builder -> builder.takeOverUnknownGhosts("guard"), "guardPath must be an absolute", "\"guard\""),
                row(builder -> builder.takeOverUnknownGhosts("/"), "guardPath must not be the root", "/"),
                row(builder -> builder.takeOverUnknownGhosts("/a/"), "guardPath must be an absolute", "\"/a/\""),
                row(builder -> builder.waitLimit(Duration.ZERO), "waitLimit must be positive", "PT0S"),
                row(builder -> builder.waitLimit(Duration.ofMillis(-1)), "waitLimit must be positive", "PT-0.001S"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void saysWhichOptionItRefusesAndWhy(UnaryOperator<RegistrationOptions.Builder> set, String rule, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> set.apply(RegistrationOptions.builder()).build())
                .withMessageContaining(rule)
                .withMessageContaining(value);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> RegistrationOptions.builder().format(null))
                .withMessage("format");
        assertThatNullPointerException()
                .isThrownBy(() -> RegistrationOptions.builder().parents(null))
                .withMessage("parents");
        assertThatNullPointerException()
                .isThrownBy(() -> RegistrationOptions.builder().takeOverUnknownGhosts(null))
                .withMessage("guardPath");
        assertThatNullPointerException()
                .isThrownBy(() -> RegistrationOptions.builder().waitLimit(null))
                .withMessage("waitLimit");
        assertThatNullPointerException()
                .isThrownBy(() -> RegistrationOptions.builder().acl(null))
                .withMessage("acl");
    }

    @Test
    void keepsAnAclOfItsOwn() {
        List<ACL> given = new ArrayList<>(ZooDefs.Ids.OPEN_ACL_UNSAFE);
        RegistrationOptions options = RegistrationOptions.builder().acl(given).build();
        given.clear();

        assertThat(options.acl()).contains(ZooDefs.Ids.OPEN_ACL_UNSAFE);
    }

    private static Arguments row(UnaryOperator<RegistrationOptions.Builder> set, String rule, String value) {
        return Arguments.of(set, rule, value);
    }
}
