// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.session.Znode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureKindTest {

    private static final Map<Code, FailureKind> KINDS = new EnumMap<>(Map.ofEntries(
            Map.entry(Code.OK, FailureKind.ANSWER),
            Map.entry(Code.SYSTEMERROR, FailureKind.ANSWER),
            Map.entry(Code.RUNTIMEINCONSISTENCY, FailureKind.ANSWER),
            Map.entry(Code.DATAINCONSISTENCY, FailureKind.ANSWER),
            Map.entry(Code.CONNECTIONLOSS, FailureKind.UNKNOWN_OUTCOME),
            Map.entry(Code.MARSHALLINGERROR, FailureKind.REFUSED),
            Map.entry(Code.UNIMPLEMENTED, FailureKind.UNIMPLEMENTED),
            Map.entry(Code.OPERATIONTIMEOUT, FailureKind.UNKNOWN_OUTCOME),
            Map.entry(Code.BADARGUMENTS, FailureKind.REFUSED),
            Map.entry(Code.NEWCONFIGNOQUORUM, FailureKind.ANSWER),
            Map.entry(Code.RECONFIGINPROGRESS, FailureKind.ANSWER),
            Map.entry(Code.UNKNOWNSESSION, FailureKind.ANSWER),
            Map.entry(Code.APIERROR, FailureKind.ANSWER),
            Map.entry(Code.NONODE, FailureKind.ANSWER),
            Map.entry(Code.NOAUTH, FailureKind.REFUSED),
            Map.entry(Code.BADVERSION, FailureKind.ANSWER),
            Map.entry(Code.NOCHILDRENFOREPHEMERALS, FailureKind.REFUSED),
            Map.entry(Code.NODEEXISTS, FailureKind.ANSWER),
            Map.entry(Code.NOTEMPTY, FailureKind.ANSWER),
            Map.entry(Code.SESSIONEXPIRED, FailureKind.SESSION_ENDED),
            Map.entry(Code.INVALIDCALLBACK, FailureKind.ANSWER),
            Map.entry(Code.INVALIDACL, FailureKind.REFUSED),
            Map.entry(Code.AUTHFAILED, FailureKind.REFUSED),
            Map.entry(Code.SESSIONMOVED, FailureKind.UNKNOWN_OUTCOME),
            Map.entry(Code.NOTREADONLY, FailureKind.REFUSED),
            Map.entry(Code.EPHEMERALONLOCALSESSION, FailureKind.REFUSED),
            Map.entry(Code.NOWATCHER, FailureKind.ANSWER),
            Map.entry(Code.REQUESTTIMEOUT, FailureKind.UNKNOWN_OUTCOME),
            Map.entry(Code.RECONFIGDISABLED, FailureKind.ANSWER),
            Map.entry(Code.SESSIONCLOSEDREQUIRESASLAUTH, FailureKind.SESSION_ENDED),
            Map.entry(Code.QUOTAEXCEEDED, FailureKind.REFUSED),
            Map.entry(Code.THROTTLEDOP, FailureKind.ANSWER)));

    @ParameterizedTest
    @EnumSource(Code.class)
    void knowsWhatEachCodeMeans(Code code) {
        assertThat(KINDS)
                .as("a code that this table does not know: decide what it means")
                .containsKey(code);
        assertThat(FailureKind.of(code)).isEqualTo(KINDS.get(code));
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void findsTheCodeByItsNumber(Code code) {
        assertThat(FailureKind.codeOf(code.intValue())).isEqualTo(code);
    }

    /** Else the answer of a newer server would be no answer at all. */
    @Test
    void aNumberThatThisReleaseDoesNotKnowIsAnErrorOfTheSystem() {
        assertThat(FailureKind.codeOf(-9_999)).isEqualTo(Code.SYSTEMERROR);
        assertThat(FailureKind.codeOf(7)).isEqualTo(Code.SYSTEMERROR);
    }

    @Test
    void findsTheCodeBehindAFailedStage() {
        KeeperException lost = KeeperException.create(Code.CONNECTIONLOSS, "/a");

        assertThat(FailureKind.codeOf(lost)).isEqualTo(Code.CONNECTIONLOSS);
        assertThat(FailureKind.codeOf(new CompletionException(lost))).isEqualTo(Code.CONNECTIONLOSS);
        assertThat(FailureKind.codeOf(new CompletionException("no cause", null)))
                .isEqualTo(Code.SYSTEMERROR);
        assertThat(FailureKind.codeOf(new IllegalStateException())).isEqualTo(Code.SYSTEMERROR);
    }

    @Test
    void printsANodeWithoutItsData() {
        Znode node = new Znode("/a", new byte[] {'p', 'w'}, -2L, 0x1f, 3);

        assertThat(node).hasToString("/a (owner 0xfffffffffffffffe, czxid 0x1f, version 3, 2 bytes)");
    }
}
