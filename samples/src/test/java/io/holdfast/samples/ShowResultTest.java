// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.history.SceneRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShowResultTest {

    @Test
    void holdfast_has_kept_everything_only_if_the_ordinary_client_was_hurt_in_every_scene() {
        assertThat(ShowResult.of(List.of(scene(true, false), scene(true, false)))
                        .exitCode())
                .isZero();
        assertThat(ShowResult.of(List.of(scene(true, false), scene(false, false)))
                        .exitCode())
                .isEqualTo(2);
        assertThat(ShowResult.of(List.of()).exitCode()).isEqualTo(2);
    }

    @Test
    void holdfast_has_failed_if_it_was_hurt_once_whatever_became_of_the_other() {
        assertThat(ShowResult.of(List.of(scene(true, false), scene(true, true))).exitCode())
                .isEqualTo(1);
        assertThat(ShowResult.of(List.of(scene(false, true))).exitCode()).isEqualTo(1);
    }

    @Test
    void the_words_name_each_scene_and_what_became_of_each_client() {
        List<SceneRecord> scenes = List.of(scene(true, false));
        assertThat(ShowResult.of(scenes).inWords(scenes))
                .contains("A scene", "ordinary  hurt: true.", "Holdfast  hurt: false.")
                .endsWith(ShowResult.HOLDFAST_KEPT_EVERYTHING.sentence());
    }

    private static SceneRecord scene(boolean ordinary, boolean holdfast) {
        return new SceneRecord(
                "A scene",
                "Once upon a time.",
                0,
                1,
                List.of(),
                List.of(),
                List.of(
                        new SceneFinding(Party.ORDINARY, ordinary, "hurt: " + ordinary),
                        new SceneFinding(Party.HOLDFAST, holdfast, "hurt: " + holdfast)));
    }
}
