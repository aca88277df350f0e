// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server says of itself when asked {@code srvr}. */
record Status(Mode mode, long zxid) {

    private static final Pattern MODE = Pattern.compile("^Mode: (.+)$", Pattern.MULTILINE);
    private static final Pattern ZXID = Pattern.compile("^Zxid: 0x([0-9a-fA-F]+)$", Pattern.MULTILINE);

    /** Reads the answer; empty if the server says that it does not serve. */
    static Optional<Status> in(String srvr) {
        Matcher mode = MODE.matcher(srvr);
        Matcher zxid = ZXID.matcher(srvr);
        return mode.find() && zxid.find()
                ? Optional.of(new Status(
                        Mode.valueOf(
                                mode.group(1).strip().toUpperCase(Locale.ROOT).replace('-', '_')),
                        Long.parseUnsignedLong(zxid.group(1), 16)))
                : Optional.empty();
    }

    boolean leads() {
        return mode == Mode.LEADER || mode == Mode.STANDALONE;
    }
}
