// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.handle.EphemeralLedger.Attempt;
import java.util.EnumSet;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EphemeralLedgerTest {

    /** After these the node may have been created all the same. */
    private static final Set<Code> OPEN_OUTCOME = EnumSet.of(
            Code.CONNECTIONLOSS, Code.SESSIONEXPIRED, Code.SESSIONMOVED, Code.OPERATIONTIMEOUT, Code.REQUESTTIMEOUT);

    private final EphemeralLedger ledger = new EphemeralLedger();

    @Test
    void countsACreateUntilItIsAnswered() {
        assertThat(ledger.isEmpty()).isTrue();

        Attempt attempt = ledger.begin("/a", false);

        assertThat(ledger.isEmpty()).isFalse();
        assertThat(ledger.attempts()).containsExactly(attempt);
        assertThat(ledger.created()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void remembersWhatMayStand(Code code) {
        Attempt attempt = ledger.begin("/a-", true);

        ledger.answered(attempt, code, "/a-0000000001");

        if (code == Code.OK) {
            assertThat(ledger.created()).containsExactly("/a-0000000001");
            assertThat(ledger.attempts()).isEmpty();
        } else if (OPEN_OUTCOME.contains(code)) {
            assertThat(ledger.created()).isEmpty();
            assertThat(ledger.attempts()).containsExactly(new Attempt("/a-", true));
        } else {
            assertThat(ledger.isEmpty()).as("nothing can have been created").isTrue();
        }
    }

    @Test
    void oneAnswerSettlesOneOfTwoLikeAttempts() {
        Attempt first = ledger.begin("/a", false);
        Attempt second = ledger.begin("/a", false);

        ledger.answered(first, Code.CONNECTIONLOSS, "/a");
        ledger.answered(second, Code.NODEEXISTS, "/a");

        assertThat(ledger.attempts()).hasSize(1);
    }

    @Test
    void forgetsWhatWasDeleted() {
        ledger.answered(ledger.begin("/a", false), Code.OK, "/a");
        ledger.answered(ledger.begin("/b", false), Code.OK, "/b");

        ledger.deleted("/a");
        ledger.deleted("/never-created");

        assertThat(ledger.created()).containsExactly("/b");
        ledger.deleted("/b");
        assertThat(ledger.isEmpty()).isTrue();
    }
}
