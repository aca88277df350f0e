// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.cast;

import io.holdfast.samples.history.OwnershipClaim;
import io.holdfast.samples.history.Party;

/**
 * One client with one node, of whichever kind. Safe to ask from any thread; nothing here blocks but {@link #close()}.
 */
public interface CastMember extends AutoCloseable {

    /** Returns which kind of client this is. */
    Party party();

    /** Returns the path of its node. */
    String path();

    /** Returns what it says about its node now. */
    OwnershipClaim claim();

    /** Returns the session it takes for its own now; 0 if it has none. */
    long session();

    /**
     * Makes the client's library report its session as expired, as ZooKeeper's own does when it has reached no server for
     * a third longer than the session timeout. The servers hear nothing of it.
     */
    void giveSessionUp();

    /** Closes the session, which deletes the node; waits a few seconds at most. */
    @Override
    void close();
}
