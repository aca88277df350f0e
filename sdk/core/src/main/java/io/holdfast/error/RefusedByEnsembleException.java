// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * The ensemble refuses, and would refuse again: its configuration and the client's do not fit. The message names the
 * setting. Next step: mend the configuration; repeating is of no use.
 */
public final class RefusedByEnsembleException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    public RefusedByEnsembleException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Returns an error that says what to do about this code.
     *
     * @param request what was asked for, such as "create /a"
     */
    public static RefusedByEnsembleException of(String request, Code code, @Nullable Throwable cause) {
        String details = code == Code.MARSHALLINGERROR && cause != null ? " (" + cause.getMessage() + ")" : "";
        return new RefusedByEnsembleException(
                "The ensemble refuses to " + request + ": " + code + details + "; " + remedy(code), cause);
    }

    private static String remedy(Code code) {
        return switch (code) {
            case QUOTAEXCEEDED ->
                "raise the quota of the path or of one above it, or delete what is not needed below it";
            case INVALIDACL -> "give an acl whose schemes and ids the servers know";
            case NOCHILDRENFOREPHEMERALS -> "the parent is an ephemeral node; use another path";
            case MARSHALLINGERROR -> "keep fewer children there, or raise jute.maxbuffer on servers and clients";
            case UNIMPLEMENTED -> "use servers that know this request";
            default -> "check the acl and authorization settings";
        };
    }
}
