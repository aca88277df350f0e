// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What one registration goes by when it judges a node.
 *
 * @param memberId the logical owner
 * @param incarnation this run of it
 * @param nonce this registration, unique among all
 * @param format where in the node's data the tag is
 * @see "docs/adr/0008-czxid-is-the-token.md"
 */
public record Claim(String memberId, String incarnation, String nonce, TagFormat format) {

    /** A container node's owner: it is no session. */
    private static final long CONTAINER = Long.MIN_VALUE;

    /**
     * Judges what was read.
     *
     * @param read the node, empty if there is none
     * @param current the session that asks
     * @param alive the sessions of this client that are not over, the asking one among them or not
     * @param earlierTimeout the negotiated timeout of each earlier session of ours, empty for any other session
     * @param markerOf the marker of each earlier session of ours that has one
     */
    public Verdict judge(
            Optional<Znode> read,
            SessionId current,
            Set<SessionId> alive,
            Function<SessionId, Optional<Duration>> earlierTimeout,
            Function<SessionId, Optional<String>> markerOf) {
        if (read.isEmpty()) {
            return new Verdict.Absent();
        }
        Znode node = read.get();
        if (node.owner() == 0 || node.owner() == CONTAINER) {
            return new Verdict.Persistent(node);
        }
        Optional<EphemeralTag> tag = format.tag(node.data());
        if (node.owner() == current.value()) {
            boolean isMine = !format.carriesTag()
                    || tag.filter(made -> made.nonce().equals(nonce)).isPresent();
            return isMine ? new Verdict.Mine(node) : new Verdict.MineElsewhere(node);
        }
        SessionId owner = new SessionId(node.owner());
        if (alive.contains(owner)) { // before what is earlier: every session of ours is remembered while it lives
            return new Verdict.Sibling(node, owner);
        }
        Optional<Duration> timeout = earlierTimeout.apply(owner);
        if (timeout.isPresent()) {
            return new Verdict.KnownGhost(node, owner, timeout.get(), markerOf.apply(owner));
        }
        if (tag.isPresent() && tag.get().memberId().equals(memberId)) {
            return new Verdict.UnknownGhost(node, tag.get());
        }
        return new Verdict.Foreign(node, tag);
    }

    /** Returns the tag of a node that this registration makes in the given session. */
    public EphemeralTag tag(SessionId session, Duration negotiated) {
        return new EphemeralTag(memberId, incarnation, session.value(), nonce, negotiated);
    }

    /**
     * Returns whether a node of this session, under a name that this registration may have got, is this very registration's.
     * Without a tag the name is all there is, and no other registration has the like.
     */
    public boolean made(Znode node) {
        return !format.carriesTag()
                || format.tag(node.data())
                        .filter(tag -> tag.nonce().equals(nonce))
                        .isPresent();
    }
}
