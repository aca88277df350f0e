// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

/**
 * A time during which a client took this session for its own.
 *
 * @param session the session's id
 * @param from nanoseconds since the show began
 * @param to when it learned, or decided, that the session is over
 */
public record SessionSpan(long session, long from, long to) {}
