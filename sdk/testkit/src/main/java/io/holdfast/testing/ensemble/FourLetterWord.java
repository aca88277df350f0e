// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A question to a server in its plain text protocol. */
final class FourLetterWord {

    private FourLetterWord() {}

    /** Returns the server's answer; fails if it gives none in time. */
    static String ask(InetSocketAddress server, String word, Duration limit) throws IOException {
        if (word.length() != 4) {
            throw new IllegalArgumentException("word is '" + word + "', must have four letters");
        }
        int millis = Math.max(1, (int) limit.toMillis());
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(millis);
            socket.connect(server, millis);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
