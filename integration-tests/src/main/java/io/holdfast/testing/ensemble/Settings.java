// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What an ensemble is made of; {@link EnsembleBuilder} checks it. */
record Settings(
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
}
