// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.history.SceneRecord;

/** A failure that can be played. */
public interface Scene {

    /** Returns what fails, in a few words. */
    String title();

    /** Returns how it comes about, in two or three sentences. */
    String story();

    /**
     * Plays the failure; blocks for some twenty seconds.
     *
     * @return what happened; also if the failure did not come about
     */
    SceneRecord play() throws InterruptedException;
}
