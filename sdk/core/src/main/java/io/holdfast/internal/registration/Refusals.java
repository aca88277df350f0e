// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.error.RefusedByEnsembleException;
import org.apache.zookeeper.KeeperException.Code;

/** What the ensemble refuses, as errors that say what to do. */
final class Refusals {

    private Refusals() {}

    /** Returns the error, with what to do about this code. */
    static RefusedByEnsembleException of(String what, Code code, Throwable failure) {
        return new RefusedByEnsembleException(
                "The ensemble refuses to " + what + ": " + code + "; " + remedy(code), failure);
    }

    private static String remedy(Code code) {
        return switch (code) {
            case QUOTAEXCEEDED ->
                "raise the quota of the path or of one above it, or delete what is not needed below it";
            case INVALIDACL -> "give an acl whose schemes and ids the servers know";
            case NOCHILDRENFOREPHEMERALS -> "the parent is an ephemeral node; use another path";
            case UNIMPLEMENTED -> "use servers that know this request";
            default -> "check the acl and authorization settings";
        };
    }

    static boolean isRefusal(Code code) {
        return FailureKind.of(code) == FailureKind.REFUSED;
    }
}
