// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Where clients come in: listens, connects each client's counterpart at the server, or turns clients away. */
final class ProxyPort {

    private static final int BACKLOG = 200;
    private static final int CONNECT_MILLIS = 5_000;

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private volatile boolean refusing;

    /** Takes the two ends of a new connection. */
    @FunctionalInterface
    interface Guide {
        void connect(Socket client, Socket server) throws IOException;
    }

    ProxyPort(InetSocketAddress server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    void open(Guide guide) {
        daemon(() -> listen(guide), "accept").start();
    }

    int port() {
        return listener.getLocalPort();
    }

    void refuse() {
        refusing = true;
    }

    void accept() {
        refusing = false;
    }

    boolean isRefusing() {
        return refusing;
    }

    boolean isClosed() {
        return listener.isClosed();
    }

    void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // Nothing is left to release.
        }
    }

    Thread daemon(Runnable task, String role) {
        Thread thread = new Thread(task, "fault-proxy-" + port() + "-" + role);
        thread.setDaemon(true);
        return thread;
    }

    private void listen(Guide guide) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                // A paused server whose backlog is full keeps this one waiting, which must not concern the others.
                daemon(() -> admit(client, guide), "connect").start();
            } catch (IOException e) {
                // The listener is closed, which ends the loop, or one client has already gone.
            }
        }
    }

    private void admit(Socket client, Guide guide) {
        Socket counterpart = new Socket();
        try {
            if (refusing) {
                throw new ConnectException("refused by the proxy");
            }
            counterpart.connect(server, CONNECT_MILLIS);
            guide.connect(client, counterpart);
        } catch (IOException e) {
            reset(client);
            reset(counterpart);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Closed already, which is what was wanted.
        }
    }
}
