// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProbeAnswerTest {

    private static final Set<Code> PROVES_NOTHING = EnumSet.of(
            Code.CONNECTIONLOSS, Code.SESSIONMOVED, Code.OPERATIONTIMEOUT, Code.REQUESTTIMEOUT, Code.THROTTLEDOP);

    /** Among them OK: the probe's parent cannot exist, so a server that creates the node is not to be trusted. */
    private static final Set<Code> REFUSED = EnumSet.of(
            Code.OK,
            Code.SYSTEMERROR,
            Code.RUNTIMEINCONSISTENCY,
            Code.DATAINCONSISTENCY,
            Code.MARSHALLINGERROR,
            Code.UNIMPLEMENTED,
            Code.BADARGUMENTS,
            Code.NEWCONFIGNOQUORUM,
            Code.RECONFIGINPROGRESS,
            Code.UNKNOWNSESSION,
            Code.APIERROR,
            Code.NOAUTH,
            Code.BADVERSION,
            Code.NOCHILDRENFOREPHEMERALS,
            Code.NODEEXISTS,
            Code.NOTEMPTY,
            Code.INVALIDCALLBACK,
            Code.INVALIDACL,
            Code.AUTHFAILED,
            Code.NOTREADONLY,
            Code.EPHEMERALONLOCALSESSION,
            Code.NOWATCHER,
            Code.RECONFIGDISABLED,
            Code.SESSIONCLOSEDREQUIRESASLAUTH,
            Code.QUOTAEXCEEDED);

    @ParameterizedTest
    @EnumSource(Code.class)
    void knowsWhatEachAnswerProves(Code code) {
        ProbeAnswer answer = ProbeAnswer.of(code);

        switch (answer) {
            case PASSED -> assertThat(code).isEqualTo(Code.NONODE);
            case REJECTED -> assertThat(code).isEqualTo(Code.SESSIONEXPIRED);
            case PROVES_NOTHING -> assertThat(PROVES_NOTHING).contains(code);
            case REFUSED ->
                assertThat(REFUSED)
                        .as("a code that this table does not know: decide what it proves")
                        .contains(code);
        }
    }
}
