// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports on loopback.
 *
 * <p>Taken from below the range that systems use for outgoing connections: a server that is down for a while must find its
 * port free when it comes back.
 */
final class Ports {

    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 32_000;

    private Ports() {}

    /** Returns distinct ports that nobody listens at right now. Somebody may take one before it is used. */
    static List<Integer> free(int number) throws IOException {
        List<ServerSocket> probes = new ArrayList<>();
        try {
            while (probes.size() < number) {
                tryOne(probes);
            }
            return probes.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket probe : probes) {
                probe.close();
            }
        }
    }

    private static void tryOne(List<ServerSocket> probes) {
        int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        try {
            probes.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            // Taken: the caller tries another one.
        }
    }
}
