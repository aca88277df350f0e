// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.error.MultiFailedException;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.internal.grant.MultiFailure.GrantOver;
import io.holdfast.recipes.internal.grant.MultiFailure.NotLet;
import io.holdfast.recipes.internal.grant.MultiFailure.OperationFailed;
import io.holdfast.recipes.internal.grant.MultiFailure.OutcomeUnknown;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MultiFailureTest {

    private static final int CHECKS = 2;
    private static final int OPERATIONS = 3;

    @ParameterizedTest(name = "{0} for operation {1} of the multi")
    @MethodSource("answers")
    void an_answer_that_names_the_operation_is_judged_by_it(Code code, int failed, MultiFailure judged) {
        assertThat(MultiFailure.judge(code, failed, CHECKS)).isEqualTo(judged);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(Code.NONODE, 0, new GrantOver(GrantEnd.NODE_LOST, 0)),
                arguments(Code.BADVERSION, 0, new GrantOver(GrantEnd.NODE_LOST, 0)),
                arguments(Code.NONODE, 1, new GrantOver(GrantEnd.NODE_LOST, 1)),
                arguments(Code.BADVERSION, 1, new GrantOver(GrantEnd.NODE_LOST, 1)),
                arguments(Code.NONODE, 2, new OperationFailed(0, Code.NONODE)),
                arguments(Code.NODEEXISTS, 3, new OperationFailed(1, Code.NODEEXISTS)),
                arguments(Code.BADVERSION, 4, new OperationFailed(2, Code.BADVERSION)),
                arguments(Code.NOTEMPTY, 4, new OperationFailed(2, Code.NOTEMPTY)),
                arguments(Code.NOAUTH, 2, new OperationFailed(0, Code.NOAUTH)),
                arguments(Code.INVALIDACL, 2, new OperationFailed(0, Code.INVALIDACL)),
                arguments(Code.QUOTAEXCEEDED, 3, new OperationFailed(1, Code.QUOTAEXCEEDED)),
                arguments(Code.NOCHILDRENFOREPHEMERALS, 2, new OperationFailed(0, Code.NOCHILDRENFOREPHEMERALS)),
                arguments(Code.NOAUTH, 0, new NotLet(0, Code.NOAUTH)),
                arguments(Code.NOAUTH, 1, new NotLet(1, Code.NOAUTH)),
                arguments(Code.SESSIONEXPIRED, 0, new GrantOver(GrantEnd.SESSION_ENDED, -1)),
                arguments(Code.SESSIONEXPIRED, 2, new GrantOver(GrantEnd.SESSION_ENDED, -1)),
                arguments(Code.SESSIONMOVED, 0, new OutcomeUnknown(Code.SESSIONMOVED)),
                arguments(Code.UNIMPLEMENTED, 0, new NotLet(-1, Code.UNIMPLEMENTED)),
                arguments(Code.UNIMPLEMENTED, 2, new NotLet(-1, Code.UNIMPLEMENTED)));
    }

    @ParameterizedTest(name = "{0} for the whole")
    @MethodSource("wholes")
    void a_failure_without_answers_is_judged_by_its_code(Code code, MultiFailure judged) {
        assertThat(MultiFailure.judge(code, MultiFailedException.NONE, CHECKS)).isEqualTo(judged);
    }

    static Stream<Arguments> wholes() {
        return Stream.of(
                arguments(Code.CONNECTIONLOSS, new OutcomeUnknown(Code.CONNECTIONLOSS)),
                arguments(Code.OPERATIONTIMEOUT, new OutcomeUnknown(Code.OPERATIONTIMEOUT)),
                arguments(Code.REQUESTTIMEOUT, new OutcomeUnknown(Code.REQUESTTIMEOUT)),
                arguments(Code.SESSIONMOVED, new OutcomeUnknown(Code.SESSIONMOVED)),
                arguments(Code.SESSIONEXPIRED, new GrantOver(GrantEnd.SESSION_ENDED, -1)),
                arguments(Code.UNIMPLEMENTED, new NotLet(-1, Code.UNIMPLEMENTED)),
                arguments(Code.AUTHFAILED, new NotLet(-1, Code.AUTHFAILED)),
                arguments(Code.NOTREADONLY, new NotLet(-1, Code.NOTREADONLY)),
                arguments(Code.MARSHALLINGERROR, new NotLet(-1, Code.MARSHALLINGERROR)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"NONODE", "BADVERSION", "NODEEXISTS", "SYSTEMERROR", "DATAINCONSISTENCY", "APIERROR"})
    void an_answer_about_a_node_that_names_no_operation_proves_nothing(Code code) {
        assertThat(MultiFailure.judge(code, MultiFailedException.NONE, CHECKS)).isEqualTo(new OutcomeUnknown(code));
    }

    @ParameterizedTest
    @EnumSource(value = Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void only_a_missing_or_moved_fence_and_the_end_of_the_session_end_the_grant(Code code) {
        for (int failed = 0; failed < CHECKS + OPERATIONS; failed++) {
            boolean mayEnd = code == Code.SESSIONEXPIRED
                    || code == Code.SESSIONCLOSEDREQUIRESASLAUTH
                    || (failed < CHECKS && (code == Code.NONODE || code == Code.BADVERSION));
            assertThat(MultiFailure.judge(code, failed, CHECKS) instanceof GrantOver)
                    .as("%s for operation %d", code, failed)
                    .isEqualTo(mayEnd);
        }
    }
}
