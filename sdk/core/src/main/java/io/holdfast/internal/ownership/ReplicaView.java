// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.session.SessionId;
import java.util.Optional;

/**
 * What one server holds at a path, read after a sync on it.
 *
 * @param server the server, {@code host:port}
 * @param isReachable whether it answered
 * @param node the node's identity, empty if it has none
 */
public record ReplicaView(String server, boolean isReachable, Optional<Identity> node) {

    /**
     * Which node it is.
     *
     * @param owner its owner
     * @param czxid its creation
     * @param version its data version
     */
    public record Identity(SessionId owner, long czxid, int version) {}

    @Override
    public String toString() {
        String held = node.map(identity -> "owner " + identity.owner()).orElse("absent");
        return server + ": " + (isReachable ? held : "no answer");
    }
}
