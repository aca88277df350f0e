// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.picture.Picture;
import io.holdfast.samples.scene.Scene;
import io.holdfast.samples.screen.Narrator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Plays scenes one after another, paints them, and says what they have shown. */
final class Show {

    private final Narrator narrator;
    private final String servers;
    private final Path picture;

    Show(Narrator narrator, String servers, Path picture) {
        this.narrator = narrator;
        this.servers = servers;
        this.picture = picture;
    }

    /** Returns the exit code. */
    int play(List<Scene> scenes) throws InterruptedException, IOException {
        narrator.say("the stage is " + servers);
        List<SceneRecord> played = new ArrayList<>();
        for (Scene scene : scenes) {
            narrator.heading("Scene " + (played.size() + 1) + " of " + scenes.size() + ": " + scene.title());
            narrator.paragraph(scene.story());
            played.add(scene.play());
        }
        ShowResult verdict = ShowResult.of(played);
        Files.writeString(picture, new Picture(servers, played, verdict.sentence()).toSvg(), StandardCharsets.UTF_8);
        narrator.heading("ShowResult, by the record of an independent observer at every server");
        narrator.conclude(verdict.inWords(played));
        narrator.conclude("\nThe timeline as a picture: " + picture);
        return verdict.exitCode();
    }
}
