// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Whether the servers know one kind of request, as far as a client can learn that.
 *
 * <p>A server that does not know a request says so at once and closes the connection. What was asked before and is not
 * answered yet makes that answer come out of order, and then the client library breaks the connection without reading it. So
 * the loss of a connection may have been the answer, and asking again and again would break one connection after the other.
 */
final class ServerFeature {

    private enum Known {
        NOTHING,
        YES,
        NO
    }

    private final int losses;

    private Known known;
    private int lost;

    private ServerFeature(Known known, int losses) {
        this.known = known;
        this.losses = losses;
    }

    /**
     * Nothing is known yet.
     *
     * @param losses after how many lost connections it is taken to be missing, if it was never seen to be there; at least one
     */
    static ServerFeature unknown(int losses) {
        return new ServerFeature(Known.NOTHING, losses);
    }

    /** The servers are known not to have it. */
    static ServerFeature missing() {
        return new ServerFeature(Known.NO, 1);
    }

    /** Whether it must not be asked for. */
    synchronized boolean isMissing() {
        return known == Known.NO;
    }

    /** Notes the answer to a request of this kind. */
    synchronized void answered(Code code) {
        FailureKind kind = FailureKind.of(code);
        if (kind == FailureKind.UNIMPLEMENTED) {
            known = Known.NO;
        } else if (kind == FailureKind.ANSWER || kind == FailureKind.REFUSED) {
            known = Known.YES;
        } else if (code == Code.CONNECTIONLOSS && known == Known.NOTHING && ++lost >= losses) {
            known = Known.NO;
        }
    }
}
