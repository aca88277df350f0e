// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import io.holdfast.session.SessionId;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.Op;

/**
 * A node that is registered: it was seen to exist, owned by this client's confirmed session, with a watch standing on it.
 *
 * @param path the node's path; of a sequential one, with its number
 * @param session the owner
 * @param czxid the transaction that created it: its identity, and a token that is greater than that of every node created
 *     before it anywhere in the ensemble (Kafka calls it the broker epoch)
 * @param fence the version of its fence, if {@link RegistrationOptions#fence} asked for one
 * @see "docs/adr/0008-czxid-is-the-token.md"
 */
public record RegisteredNode(String path, SessionId session, long czxid, Optional<FenceVersion> fence) {

    /** A node without a fence. */
    public RegisteredNode(String path, SessionId session, long czxid) {
        this(path, session, czxid, Optional.empty());
    }

    /**
     * Returns operations that succeed, in one transaction, only while this very node exists: provided that it has a fence, or
     * a name that is never used again.
     */
    public List<Op> checks() {
        Op stands = Op.check(path, -1);
        return fence.map(
                        since -> List.of(Op.check(since.anchor(), -1), Op.check(since.path(), since.version()), stands))
                .orElse(List.of(stands));
    }

    @Override
    public String toString() {
        return path + " (session " + session + ", czxid 0x" + Long.toHexString(czxid) + ")";
    }
}
