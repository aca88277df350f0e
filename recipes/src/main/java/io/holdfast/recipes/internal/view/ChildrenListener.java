// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

/**
 * Told the children that are there when it is added, as joined, and then each change, in order, on one thread of the view: it
 * may block, and delays only the other listeners of the same view. What it throws is logged and dropped.
 */
@FunctionalInterface
public interface ChildrenListener {

    /** One child joined, left, was updated or bounced. The view itself may be ahead of what is reported. */
    void changed(ChildChange change);
}
