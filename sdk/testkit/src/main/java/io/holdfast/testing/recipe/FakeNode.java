// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Znode;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.tag.EphemeralTag;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/** How the node of one registration is made: its parents, its fence, its tag. */
record FakeNode(FakeClient client, FakeTree tree, String path, RegistrationOptions options) {

    private static final String TOKEN = "0123456789abcdef";

    RegisteredNode make(FakeSession session, byte[] payload) throws KeeperException {
        tree.requireAllowed(path);
        tree.makeParents(path);
        Optional<FenceVersion> fence = Optional.empty();
        if (options.fence().isPresent()) {
            String below = options.fence().get();
            fence = Optional.of(moveFence(client.unwrap(RecipeSupport.class).fullPath(below)));
        }
        CreateMode mode = options.isSequential() ? CreateMode.EPHEMERAL_SEQUENTIAL : CreateMode.EPHEMERAL;
        Znode made =
                tree.create(path, encoded(session, payload), mode, session.id().value());
        tree.fire();
        return new RegisteredNode(made.path(), session.id(), made.czxid(), fence);
    }

    void write(FakeSession session, RegisteredNode node, byte[] payload) throws KeeperException {
        var unused = tree.setData(node.path(), encoded(session, payload), -1);
        tree.fire();
    }

    /** Returns whether this very node exists, and not another one of its name. */
    boolean isThere(RegisteredNode node) {
        return tree.node(node.path())
                .filter(there -> there.czxid() == node.czxid())
                .isPresent();
    }

    private FenceVersion moveFence(String fence) throws KeeperException {
        String anchor = fence + "/anchor";
        if (tree.node(anchor).isEmpty()) {
            tree.makeParents(anchor);
            var unused = tree.create(anchor, new byte[0], CreateMode.PERSISTENT, 0);
        }
        return new FenceVersion(fence, tree.setData(fence, new byte[0], -1).version(), anchor);
    }

    private byte[] encoded(FakeSession session, byte[] payload) {
        EphemeralTag tag =
                new EphemeralTag(client.memberId(), TOKEN, session.id().value(), TOKEN, FakeSession.TIMEOUT);
        return options.format().encode(tag, payload);
    }
}
