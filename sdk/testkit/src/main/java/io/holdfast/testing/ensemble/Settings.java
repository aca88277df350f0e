// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an ensemble is made of; {@link EnsembleBuilder} checks it. */
record Settings(
        Backend backend,
        int servers,
        Release release,
        Duration tickTime,
        int initLimit,
        int syncLimit,
        Map<String, String> config,
        Map<String, String> jvmProperties,
        List<String> rules,
        List<Path> scripts,
        Duration startWithin) {

    Settings {
        config = Map.copyOf(config);
        jvmProperties = Map.copyOf(jvmProperties);
        rules = List.copyOf(rules);
        scripts = List.copyOf(scripts);
    }

    boolean usesByteman() {
        return !rules.isEmpty() || !scripts.isEmpty();
    }

    /** Returns the lines of the servers' configuration that are the same for all, the builder's over the harness' own. */
    Map<String, String> configWithDefaults() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("tickTime", Long.toString(tickTime.toMillis()));
        lines.put("initLimit", Integer.toString(initLimit));
        lines.put("syncLimit", Integer.toString(syncLimit));
        lines.put("maxClientCnxns", "0");
        lines.put("admin.enableServer", "false");
        lines.put("4lw.commands.whitelist", "*");
        lines.put("forceSync", "no");
        lines.putAll(config);
        return lines;
    }
}
