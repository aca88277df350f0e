// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Wrap;
import java.util.List;

/** What the whole show has shown. */
enum ShowResult {
    /** The ordinary client came to harm in every scene, Holdfast in none. */
    HOLDFAST_KEPT_EVERYTHING(
            0, "Holdfast kept every node and left none behind. The ordinary client was hurt every time."),
    /** Holdfast came to harm. */
    HOLDFAST_FAILED(1, "Holdfast FAILED: it did not keep what it promises. Please report this run."),
    /** Not even the ordinary client came to harm in some scene. */
    NOTHING_PROVEN(2, "Nothing is proven: the ordinary client was not hurt every time. Run it again.");

    private static final int LINE_LENGTH = 98;

    private final int exitCode;
    private final String sentence;

    ShowResult(int exitCode, String sentence) {
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    static ShowResult of(List<SceneRecord> scenes) {
        if (scenes.stream().anyMatch(scene -> scene.isHurt(Party.HOLDFAST))) {
            return HOLDFAST_FAILED;
        }
        return scenes.stream().allMatch(scene -> scene.isHurt(Party.ORDINARY)) && !scenes.isEmpty()
                ? HOLDFAST_KEPT_EVERYTHING
                : NOTHING_PROVEN;
    }

    int exitCode() {
        return exitCode;
    }

    String sentence() {
        return sentence;
    }

    /** Returns the verdict in plain words: what became of whose nodes in each scene, then the sum of it. */
    String inWords(List<SceneRecord> scenes) {
        StringBuilder words = new StringBuilder();
        for (SceneRecord scene : scenes) {
            words.append(scene.title()).append('\n');
            for (SceneFinding finding : scene.findings()) {
                String label = String.format("  %-8s  ", finding.party());
                for (String line : Wrap.lines(finding.words() + ".", LINE_LENGTH)) {
                    words.append(label).append(line).append('\n');
                    label = " ".repeat(label.length());
                }
            }
        }
        return words.append('\n').append(sentence).toString();
    }
}
