// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

import io.holdfast.recipes.internal.view.Child;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.util.Optional;

/**
 * One member as a view last saw it. Immutable.
 *
 * @param name its name in the group, unique at any time
 * @param memberId the member id of its client, empty if its node carries no tag of Holdfast's
 * @param payload what it joined with or has put in its place since; not to be modified
 * @param session the session it lives in
 * @param epoch the transaction that made its node: a member that comes back has a greater one
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Member(String name, Optional<String> memberId, byte[] payload, SessionId session, long epoch) {

    /** The value in the owner's place of a container or a persistent node. */
    private static final long CONTAINER = Long.MIN_VALUE;

    /** Returns the member that a child of the group's directory is for; empty if no session owns it. */
    static Optional<Member> of(Child child) {
        Znode node = child.node();
        if (node.owner() == 0 || node.owner() == CONTAINER) {
            return Optional.empty();
        }
        TagFormat format = TagFormat.envelope();
        return Optional.of(new Member(
                child.name(),
                format.tag(node.data()).map(EphemeralTag::memberId),
                format.payload(node.data()),
                new SessionId(node.owner()),
                node.czxid()));
    }

    @Override
    public String toString() {
        return name + " (session " + session + ", epoch 0x" + Long.toHexString(epoch) + ", " + payload.length
                + " bytes)";
    }
}
