// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void blocksOfTwoHoldersDoNotOverlap() throws IOException {
        PortBlock one = PortBlock.ofThisProcess();
        PortBlock other = PortBlock.ofThisProcess();
        try {
            assertThat(Math.abs(one.first() - other.first())).isGreaterThanOrEqualTo(PortBlock.SIZE);
        } finally {
            one.lock().channel().close();
            other.lock().channel().close();
        }
    }

    @Test
    void aPortIsNotHandedOutAgainWhileItsServerMayOnlyBeDown() throws IOException {
        List<Integer> first = Ports.free(100);

        Set<Integer> all = new HashSet<>(first);
        all.addAll(Ports.free(100));

        assertThat(all).hasSize(200);
    }

    @Test
    void aPortThatSomebodyListensAtIsLeftOut() throws IOException {
        int next = Ports.free(1).get(0) + 1;
        try (ServerSocket taken = new ServerSocket(next, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.free(5)).doesNotContain(taken.getLocalPort());
        }
    }
}
