// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerFeatureTest {

    private final ServerFeature feature = ServerFeature.unknown(2);

    @Test
    void isMissingWhenAServerSaysSo() {
        feature.answered(Code.UNIMPLEMENTED);

        assertThat(feature.isMissing()).isTrue();
    }

    @Test
    void isTakenToBeMissingAfterSoManyLostConnections() {
        feature.answered(Code.CONNECTIONLOSS);
        assertThat(feature.isMissing()).isFalse();

        feature.answered(Code.CONNECTIONLOSS);

        assertThat(feature.isMissing()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"OK", "NODEEXISTS", "NONODE", "NOAUTH"})
    void isThereWhateverIsLostLaterWhenAServerHasAnswered(Code answer) {
        feature.answered(Code.CONNECTIONLOSS);
        feature.answered(answer);

        feature.answered(Code.CONNECTIONLOSS);
        feature.answered(Code.CONNECTIONLOSS);

        assertThat(feature.isMissing()).isFalse();
    }

    @Test
    void anEndedSessionSaysNothing() {
        for (int i = 0; i < 5; i++) {
            feature.answered(Code.SESSIONEXPIRED);
        }

        assertThat(feature.isMissing()).isFalse();
    }

    @Test
    void isMissingFromTheBeginningWhereThatIsKnown() {
        assertThat(ServerFeatures.of(true).create2().isMissing()).isTrue();
        assertThat(ServerFeatures.of(true).ephemerals().isMissing()).isTrue();
        assertThat(ServerFeatures.of(false).create2().isMissing()).isFalse();
    }
}
