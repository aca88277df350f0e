// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalTest {

    static Stream<Arguments> reasons() {
        return Stream.of(
                Arguments.of(Code.EPHEMERALONLOCALSESSION, "localSessionsUpgradingEnabled=true"),
                Arguments.of(Code.EPHEMERALONLOCALSESSION, "localSessionsEnabled=false"),
                Arguments.of(Code.NOAUTH, "NOAUTH"),
                Arguments.of(Code.NOAUTH, "SASL"),
                Arguments.of(Code.AUTHFAILED, "enforce.auth.enabled"),
                Arguments.of(Code.SESSIONCLOSEDREQUIRESASLAUTH, "enforce.auth.enabled"),
                Arguments.of(Code.INVALIDACL, "INVALIDACL"),
                Arguments.of(Code.QUOTAEXCEEDED, "QUOTAEXCEEDED"));
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void saysWhatTheEnsembleAnsweredOrWhichSettingToLookAt(Code code, String mentioned) {
        assertThat(Refusal.of(code)).contains(mentioned);
    }
}
