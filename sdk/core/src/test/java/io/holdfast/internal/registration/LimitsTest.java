// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.holdfast.error.CapacityExceededException;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsTest {

    private static final int MAX_BUFFER = 1_000_000;

    private final Limits limits = new Limits("/app", MAX_BUFFER, 100);

    /** The bytes on the wire: a length, the chroot, the path in UTF-8, and the server's ten digits. */
    @ParameterizedTest
    @CsvSource({"/a, false, 10", "/a, true, 20", "/ä, false, 11", "/\uD83D\uDE00, false, 13"})
    void countsWhatAPathTakesInACloseSession(String path, boolean isSequential, int cost) {
        assertThat(limits.cost(path, isSequential)).isEqualTo(cost);
    }

    @Test
    void hasRoomUpToTheLastByte() {
        assertThatNoException().isThrownBy(() -> limits.requireRoom("/a", 10, 90));

        assertThatExceptionOfType(CapacityExceededException.class)
                .isThrownBy(() -> limits.requireRoom("/a", 11, 90))
                .withMessageContaining("path /a takes 11 bytes")
                .withMessageContaining("pathBudget of 100 bytes")
                .withMessageContaining("90 are in use");
    }

    @Test
    void dataFitWithRoomForTheRestOfTheRequest() {
        int room = MAX_BUFFER - 1024 - 10;
        assertThatNoException().isThrownBy(() -> limits.requireFits("/a", new byte[room]));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.requireFits("/a", new byte[room + 1]))
                .withMessageContaining("data of /a must be at most " + room + " bytes")
                .withMessageContaining("jute.maxbuffer is 1000000")
                .withMessageContaining("but were " + (room + 1));
    }

    @Test
    void aTransactionIsMeasuredAsItIsSentItsPathsUnderTheChroot() {
        byte[] half = new byte[MAX_BUFFER / 2];
        List<Op> small = List.of(Op.check("/fence", -1), Op.setData("/a", half, -1));
        List<Op> large = List.of(Op.setData("/a", half, -1), Op.setData("/b", half, -1));

        assertThatNoException().isThrownBy(() -> limits.requireFits(small));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.requireFits(large))
                .withMessageContaining("jute.maxbuffer is " + MAX_BUFFER)
                .withMessageContaining("2 operations");
    }

    @Test
    void theChrootOfEveryPathCounts() {
        List<Op> checks = Collections.nCopies(100, Op.check("/a", -1));
        Limits deep = new Limits("/" + "x".repeat(MAX_BUFFER / 100), MAX_BUFFER, 100);

        assertThatNoException().isThrownBy(() -> new Limits("", MAX_BUFFER, 100).requireFits(checks));
        assertThatIllegalArgumentException().isThrownBy(() -> deep.requireFits(checks));
    }
}
