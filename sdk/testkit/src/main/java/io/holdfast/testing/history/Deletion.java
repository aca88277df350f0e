// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

/**
 * An operator deleted the node of a member that was alive.
 *
 * @param token the creation zxid of that node, which is the token of the grant that rests on it
 * @param sentNanos when the operator asked for it: the node was there until then at least
 * @param answeredNanos when the operator heard that it is done, or that the answer is lost
 */
public record Deletion(long token, long sentNanos, long answeredNanos) {}
