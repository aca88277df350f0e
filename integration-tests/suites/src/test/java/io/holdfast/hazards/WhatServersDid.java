// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of what servers did when an interleaving was forced on them. The explorer's model of the servers is held to the
 * same table, so that model and servers agree.
 */
public final class WhatServersDid {

    private static final String TABLE =
            "integration-tests/explorer/src/test/resources/io/holdfast/explorer/what-servers-did.txt";
    private static final Map<String, String> OUTCOMES = read();

    private WhatServersDid() {}

    /** Checks that the table says of this scenario and release what has just been seen. */
    public static void isWrittenDown(String scenario, String release, String outcome) {
        assertThat(OUTCOMES)
                .as("what %s says of %s", TABLE, key(scenario, release))
                .containsEntry(key(scenario, release), outcome);
    }

    private static Map<String, String> read() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve(TABLE))) {
            directory = directory.getParent();
        }
        Map<String, String> outcomes = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(directory.resolve(TABLE))) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    List<String> row = Arrays.stream(line.split("\\|", -1))
                            .map(String::strip)
                            .toList();
                    outcomes.put(key(row.get(0), row.get(1)), row.get(2));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return outcomes;
    }

    private static String key(String scenario, String release) {
        return scenario + " | " + release;
    }
}
