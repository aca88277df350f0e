// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an ensemble is made of; {@link EnsembleBuilder} checks it. */
record EnsembleSettings(
        Backend backend,
        int servers,
        Release release,
        Ticks ticks,
        Map<String, String> config,
        Map<String, String> jvmProperties,
        Byteman byteman,
        Duration startWithin) {

    /** The servers' clock: how long a tick is, and how many of them joining and following may take. */
    record Ticks(Duration length, int initLimit, int syncLimit) {}

    /** What is injected into the servers. */
    record Byteman(List<String> rules, List<Path> scripts) {

        Byteman {
            rules = List.copyOf(rules);
            scripts = List.copyOf(scripts);
        }

        boolean isUsed() {
            return !rules.isEmpty() || !scripts.isEmpty();
        }
    }

    EnsembleSettings {
        config = Map.copyOf(config);
        jvmProperties = Map.copyOf(jvmProperties);
    }

    /** Returns the lines of the servers' configuration that are the same for all, the builder's over the harness' own. */
    Map<String, String> configWithDefaults() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("tickTime", Long.toString(ticks.length().toMillis()));
        lines.put("initLimit", Integer.toString(ticks.initLimit()));
        lines.put("syncLimit", Integer.toString(ticks.syncLimit()));
        lines.put("maxClientCnxns", "0");
        lines.put("admin.enableServer", "false");
        lines.put("4lw.commands.whitelist", "*");
        lines.put("forceSync", "no");
        lines.putAll(config);
        return lines;
    }
}
