// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.observer;

import java.util.OptionalLong;

/**
 * A time during which one server held a node with one owner, whether or not it answered all of the time.
 *
 * @param server the server's id
 * @param path the node's path
 * @param owner the session that owned it; 0 if it was persistent
 * @param czxid the transaction that created it
 * @param fromNanos when it was first seen so, as {@link System#nanoTime()} counts
 * @param toNanos when it was first seen otherwise, or the server stopped answering for good; empty if it still is so
 */
public record Span(int server, String path, long owner, long czxid, long fromNanos, OptionalLong toNanos) {}
