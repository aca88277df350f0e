// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import java.time.Duration;
import java.util.Optional;

/** Whose a node is, seen from one session: the table of the protocol, section 3. */
public sealed interface Verdict {

    /** Returns the node, empty if there is none. */
    default Optional<Znode> node() {
        return Optional.empty();
    }

    /** There is no node. */
    record Absent() implements Verdict {}

    /**
     * This registration made it, in this session.
     *
     * @param znode the node
     */
    record Mine(Znode znode) implements Verdict {
        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }

    /**
     * This session owns it, but another registration or another user of the session made it.
     *
     * @param znode the node
     */
    record MineElsewhere(Znode znode) implements Verdict {
        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }

    /**
     * Another session of this client that is alive owns it: neither a ghost, whose session may be ended, nor anybody else's.
     *
     * @param znode the node
     * @param session its owner
     */
    record Sibling(Znode znode, SessionId session) implements Verdict {
        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }

    /**
     * An earlier session of this client, or of an earlier run that its journal knows, owns it.
     *
     * @param znode the node
     * @param session its owner
     * @param timeout the owner's negotiated timeout
     * @param marker while this node exists, the leader has not begun to close the owner; empty if none was made
     */
    record KnownGhost(Znode znode, SessionId session, Duration timeout, Optional<String> marker) implements Verdict {

        /** A ghost whose session has no marker. */
        public KnownGhost(Znode znode, SessionId session, Duration timeout) {
            this(znode, session, timeout, Optional.empty());
        }

        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }

    /**
     * Its tag carries our member id, but we do not know the session: an earlier run without a journal, a session that the
     * client never learned of (H4), or a living process with the same member id.
     *
     * @param znode the node
     * @param tag what it says of its maker
     */
    record UnknownGhost(Znode znode, EphemeralTag tag) implements Verdict {
        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }

    /**
     * Another member's, or one that does not say whose it is.
     *
     * @param znode the node
     * @param tag what it says of its maker, empty if it says nothing
     */
    record Foreign(Znode znode, Optional<EphemeralTag> tag) implements Verdict {
        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }

    /**
     * It is not ephemeral: no session owns it.
     *
     * @param znode the node
     */
    record Persistent(Znode znode) implements Verdict {
        @Override
        public Optional<Znode> node() {
            return Optional.of(znode);
        }
    }
}
