// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Free ports on loopback, for this JVM alone as far as other harnesses on the machine are concerned.
 *
 * <p>Taken from below the range that systems use for outgoing connections: a server that is down for a while must find its
 * port free when it comes back. For the same reason a port is handed out again only when all others of the block were.
 */
final class Ports {

    private static final Object LOCK = new Object();

    @GuardedBy("LOCK")
    private static final PortBlock BLOCK = PortBlock.ofThisProcess();

    @GuardedBy("LOCK")
    private static int next;

    private Ports() {}

    /**
     * Returns distinct ports that nobody listens at right now.
     *
     * @throws IOException if the block has fewer free ports
     */
    static List<Integer> free(int number) throws IOException {
        List<ServerSocket> probes = new ArrayList<>();
        try {
            synchronized (LOCK) {
                for (int tried = 0; probes.size() < number; tried++) {
                    if (tried == PortBlock.SIZE) {
                        throw new IOException("no " + number + " free ports in " + BLOCK);
                    }
                    tryOne(BLOCK.first() + next, probes);
                    next = (next + 1) % PortBlock.SIZE;
                }
            }
            return probes.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket probe : probes) {
                probe.close();
            }
        }
    }

    private static void tryOne(int port, List<ServerSocket> probes) {
        try {
            probes.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            // Taken: the caller tries another one.
        }
    }
}
