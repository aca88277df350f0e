// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What all contenders register. */
final class Data {

    /** Of every contender's clients: none ends a session by itself during a measurement. */
    static final int SESSION_TIMEOUT_MILLIS = 30_000;

    private static final int BYTES = 100;

    private Data() {}

    static byte[] first() {
        return filled((byte) 'a');
    }

    static byte[] second() {
        return filled((byte) 'b');
    }

    private static byte[] filled(byte with) {
        byte[] data = new byte[BYTES];
        Arrays.fill(data, with);
        return data;
    }

    /** Returns paths of about 40 bytes. */
    static List<String> paths(String parent, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> parent + "/service-instance-" + String.format("%08d", i))
                .toList();
    }
}
