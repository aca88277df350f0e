// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

/**
 * What became of one client's nodes in a scene, by the observer's record.
 *
 * @param party which client
 * @param isHurt whether it came to the harm the scene is about, or to any other
 * @param words the same in words
 */
public record SceneFinding(Party party, boolean isHurt, String words) {}
