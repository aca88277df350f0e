// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import org.apache.zookeeper.KeeperException.Code;

/** What an answer to the probe (an ephemeral create under a parent that cannot exist) means: protocol, section 2. */
enum ProbeAnswer {
    /** NoNode: it went through the quorum, and the session was not closing when the leader prepared it. */
    PASSED,
    /** The leader does not hold the session, although the client is connected. */
    REJECTED,
    /** The ensemble's configuration forbids it; asking again is of no use. */
    REFUSED,
    /** Proves nothing: the connection broke, or is about to. */
    PROVES_NOTHING;

    static ProbeAnswer of(Code code) {
        return switch (code) {
            case NONODE -> PASSED;
            case SESSIONEXPIRED -> REJECTED;
            case CONNECTIONLOSS, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT, THROTTLEDOP -> PROVES_NOTHING;
            default -> REFUSED;
        };
    }
}
