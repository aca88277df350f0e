// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.common.X509Exception;

/**
 * Asks one server why nobody gets a session from it, over a connection of its own: with the four-letter word {@code srvr},
 * which servers answer unless their whitelist leaves it out. Immutable; blocks.
 *
 * @param config says whether the connection is to be encrypted, and how
 * @param limit for each step of it
 */
record ServerQuestion(ZKClientConfig config, Duration limit) {

    private static final int LONGEST_ANSWER = 4096;

    /** Returns what is wrong with the server, or what it says of itself, as the end of a sentence. */
    String ask(InetSocketAddress server) {
        InetAddress address;
        try {
            address = InetAddress.getByName(server.getHostString());
        } catch (UnknownHostException e) {
            return "cannot be resolved";
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, server.getPort()), millis());
            socket.setSoTimeout(millis());
            return config.getBoolean(ZKClientConfig.SECURE_CLIENT) ? askEncrypted(socket, server) : ask(socket);
        } catch (ConnectException e) {
            return "refuses the connection";
        } catch (NoRouteToHostException | BindException e) {
            return "cannot be reached: " + e.getMessage();
        } catch (SocketException e) {
            return inWords(""); // closed by the server before this side has seen that it is open
        } catch (SocketTimeoutException e) {
            return "does not answer";
        } catch (IOException e) {
            return "cannot be reached: " + e.getMessage();
        }
    }

    private int millis() {
        return Math.toIntExact(limit.toMillis());
    }

    private String askEncrypted(Socket connected, InetSocketAddress server) {
        try (ClientX509Util tls = new ClientX509Util();
                SSLSocket socket = (SSLSocket) tls.createSSLContextAndOptions(config)
                        .getSSLContext()
                        .getSocketFactory()
                        .createSocket(connected, server.getHostString(), server.getPort(), false)) {
            socket.startHandshake();
            return ask(socket);
        } catch (SSLException | X509Exception e) {
            return "refuses TLS, or this client does: " + e.getMessage();
        } catch (IOException e) {
            return "accepts the connection and ends the TLS handshake: " + e.getMessage();
        }
    }

    private String ask(Socket socket) {
        byte[] answer;
        try {
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            answer = in.readNBytes(LONGEST_ANSWER);
        } catch (SocketTimeoutException e) {
            return "accepts the connection and is silent";
        } catch (IOException e) {
            answer = new byte[0];
        }
        return inWords(new String(answer, StandardCharsets.UTF_8));
    }

    /** Returns what an answer to {@code srvr} means; nothing but the end of the connection is one too. */
    static String inWords(String answer) {
        if (answer.isEmpty()) {
            return "accepts the connection and closes it: it may have too many from this address (maxClientCnxns)";
        }
        if (answer.contains("not currently serving requests")) {
            return "is running and serves nobody: it has no quorum, or is still starting";
        }
        if (answer.contains("Mode: read-only")) {
            return "serves reads only: it has no quorum";
        }
        int mode = answer.indexOf("Mode: ");
        if (mode < 0) {
            return "accepts the connection; it does not say more (srvr is not in its 4lw.commands.whitelist)";
        }
        return "says that it serves as "
                + answer.substring(mode + "Mode: ".length()).split("\\s", 2)[0];
    }
}
