// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.session.Znode;

/**
 * One child of a directory as it was last read. Its identity is (name, czxid): the same name with another czxid is another
 * node.
 *
 * @param name the name below the directory
 * @param node what was read; its data are empty if they may not be read
 * @param isReadable whether its ACL lets this client read the data
 */
public record Child(String name, Znode node, boolean isReadable) {

    /** Returns whether the other is the same node, whatever its data are. */
    boolean isSameNode(Child other) {
        return node.czxid() == other.node.czxid();
    }

    /** Returns whether the other shows the same node with the same data. */
    boolean shows(Child other) {
        return isSameNode(other) && node.version() == other.node.version() && isReadable == other.isReadable;
    }
}
