// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.peer;

/**
 * What an ordinary client takes for granted about one of its nodes.
 *
 * @param path the node
 * @param sessionId the session it thinks owns the node
 * @param sinceNanos since when it thinks so, as {@link System#nanoTime()} counts
 * @param foundExisting whether it thinks so only because its create was answered with NodeExists
 */
public record Belief(String path, long sessionId, long sinceNanos, boolean foundExisting) {}
