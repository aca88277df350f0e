// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AbilityTest {

    private final Ability ability = Ability.unknown(2);

    @Test
    void isMissingWhenAServerSaysSo() {
        ability.answered(Code.UNIMPLEMENTED);

        assertThat(ability.isMissing()).isTrue();
    }

    @Test
    void isTakenToBeMissingAfterSoManyLostConnections() {
        ability.answered(Code.CONNECTIONLOSS);
        assertThat(ability.isMissing()).isFalse();

        ability.answered(Code.CONNECTIONLOSS);

        assertThat(ability.isMissing()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"OK", "NODEEXISTS", "NONODE", "NOAUTH"})
    void isThereWhateverIsLostLaterWhenAServerHasAnswered(Code answer) {
        ability.answered(Code.CONNECTIONLOSS);
        ability.answered(answer);

        ability.answered(Code.CONNECTIONLOSS);
        ability.answered(Code.CONNECTIONLOSS);

        assertThat(ability.isMissing()).isFalse();
    }

    @Test
    void anEndedSessionSaysNothing() {
        for (int i = 0; i < 5; i++) {
            ability.answered(Code.SESSIONEXPIRED);
        }

        assertThat(ability.isMissing()).isFalse();
    }

    @Test
    void isMissingFromTheBeginningWhereThatIsKnown() {
        assertThat(ServerAbilities.of(true).create2().isMissing()).isTrue();
        assertThat(ServerAbilities.of(true).ephemerals().isMissing()).isTrue();
        assertThat(ServerAbilities.of(false).create2().isMissing()).isFalse();
    }
}
