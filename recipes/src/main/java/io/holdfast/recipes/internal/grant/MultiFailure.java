// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.error.FailureKind;
import io.holdfast.recipes.grant.GrantEnd;
import org.apache.zookeeper.KeeperException.Code;

/**
 * What a failed multi, whose first operations are the checks of a grant, says of the grant and of the transaction.
 *
 * <p>A server asks operation by operation and names the one that failed. So a session that is gone is the failure of the
 * first one, and says nothing of that one's node.
 */
sealed interface MultiFailure {

    /**
     * Nothing was done, and the grant is over.
     *
     * @param end how
     * @param check which check failed; -1 if the session is over, so that none was made
     */
    record GrantOver(GrantEnd end, int check) implements MultiFailure {}

    /**
     * Nothing was done, because of one of the caller's operations.
     *
     * @param operation which one, counted from the first after the checks
     * @param code why
     */
    record OperationFailed(int operation, Code code) implements MultiFailure {}

    /**
     * It was done or it was not.
     *
     * @param code the answer, or what was put in its place
     */
    record OutcomeUnknown(Code code) implements MultiFailure {}

    /**
     * Nothing was done, and nothing can be said of the grant: the ensemble does not let this client ask.
     *
     * @param check the check that it refused; -1 if it refused the whole
     * @param code why
     */
    record NotLet(int check, Code code) implements MultiFailure {}

    /**
     * Judges a failure.
     *
     * @param code what was answered, or put in the place of an answer
     * @param failed which operation it was answered for, counted from 0; negative if for none
     * @param checks how many of the operations are checks of the grant
     */
    static MultiFailure judge(Code code, int failed, int checks) {
        FailureKind kind = FailureKind.of(code);
        if (kind == FailureKind.SESSION_ENDED) {
            return new GrantOver(GrantEnd.SESSION_ENDED, -1);
        }
        if (kind == FailureKind.UNKNOWN_OUTCOME) {
            return new OutcomeUnknown(code);
        }
        if (kind == FailureKind.UNIMPLEMENTED) {
            return new NotLet(-1, code);
        }
        if (failed < 0) {
            return kind == FailureKind.ANSWER ? new OutcomeUnknown(code) : new NotLet(-1, code);
        }
        if (failed >= checks) {
            return new OperationFailed(failed - checks, code);
        }
        return code == Code.NONODE || code == Code.BADVERSION
                ? new GrantOver(GrantEnd.NODE_LOST, failed)
                : new NotLet(failed, code);
    }
}
