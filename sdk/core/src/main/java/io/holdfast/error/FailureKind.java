// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/** What a failed operation means for the next step. */
public enum FailureKind {
    /** The request may have been applied. Find out before anything else. */
    UNKNOWN_OUTCOME,
    /** The session is gone, or the leader does not hold it. Nothing more under it. */
    SESSION_ENDED,
    /** The server does not know this kind of request. Use an older one. */
    UNIMPLEMENTED,
    /** Configuration or rights: it would be refused again. */
    REFUSED,
    /** An answer about nodes (exists, does not exist, version): read the code. */
    ANSWER;

    /** Returns what the code means. */
    public static FailureKind of(Code code) {
        return switch (code) {
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONMOVED -> UNKNOWN_OUTCOME;
            case SESSIONEXPIRED, SESSIONCLOSEDREQUIRESASLAUTH -> SESSION_ENDED;
            case UNIMPLEMENTED -> UNIMPLEMENTED;
            case NOAUTH,
                    INVALIDACL,
                    AUTHFAILED,
                    EPHEMERALONLOCALSESSION,
                    BADARGUMENTS,
                    NOTREADONLY,
                    QUOTAEXCEEDED,
                    NOCHILDRENFOREPHEMERALS,
                    MARSHALLINGERROR -> REFUSED;
            default -> ANSWER;
        };
    }

    /** Returns the code with the number that a server answered, {@code SYSTEMERROR} if this client's release has none. */
    public static Code codeOf(int rc) {
        try {
            return Code.get(rc);
        } catch (IllegalArgumentException e) { // one that a later release has added
            return Code.SYSTEMERROR;
        }
    }

    /** Returns the ZooKeeper code behind a failed stage, {@code SYSTEMERROR} if it is no ZooKeeper failure. */
    public static Code codeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof KeeperException keeper ? keeper.code() : Code.SYSTEMERROR;
    }
}
