// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

/**
 * Told who is there when it is added, as joined, and then each change, in order, on one thread of its view: it may block, and
 * delays only the other listeners of the same view. What it throws is logged and dropped.
 *
 * <p>A member that left and joined again between two looks is told as both.
 */
public interface GroupListener {

    /** A member is there that was not. */
    default void joined(Member member) {}

    /** A member is gone; it is told as it was last seen. */
    default void left(Member member) {}

    /** A member has another payload. */
    default void updated(Member before, Member after) {}
}
