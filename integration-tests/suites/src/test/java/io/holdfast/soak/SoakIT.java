// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.soak.SoakSettings.Peers;
import io.holdfast.soak.judge.Note.Registered;
import io.holdfast.soak.judge.SoakRecord;
import io.holdfast.soak.judge.SoakViolation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Many members in several processes under random faults of all kinds, judged by what everybody wrote down.
 *
 * <p>{@code -Dholdfast.soak.minutes} sets how long, {@code -Dholdfast.soak.seed} plays one plan of faults again, {@code
 * -Dholdfast.soak.members} and {@code -Dholdfast.soak.registrations} set how many clients each process has and how many
 * nodes each client. With {@code -Dholdfast.soak.peers=ordinary} ordinary clients take our place, and the judge must find
 * them out. {@code -Dholdfast.soak.judge} names a directory of {@code target/soak} that is judged again, and nothing is
 * played. The report is {@code target/soak-report.md}.
 */
class SoakIT {

    private static final int LEAST_FAULTS = 20;
    private static final int LEAST_NODES = 500;

    @Test
    void nothingThatMustNeverBeIsOnRecord() throws Exception {
        SoakSettings settings = SoakSettings.ofProperties();
        String played = System.getProperty("holdfast.soak.judge", "");
        SoakRecord record = played.isEmpty() ? new Soak(settings).play() : SoakRecord.read(Path.of(played));
        List<SoakViolation> violations = Soak.judge(record);

        if (settings.peers() == Peers.ORDINARY) {
            assertThat(violations).extracting(SoakViolation::invariant).contains("I2");
        } else {
            assertThat(violations).isEmpty();
        }
        assertThat(record.faults())
                .as("faults, without which nothing is checked")
                .hasSizeGreaterThan(LEAST_FAULTS);
        assertThat(record.inside(Registered.class)).as("nodes registered").hasSizeGreaterThan(LEAST_NODES);
    }
}
