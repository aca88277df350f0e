// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that was found, and the page's tables made of it. Confined to one thread. */
final class Found {

    private final Map<ServedRelease, Map<Seed, SeedFinding>> seeds = new LinkedHashMap<>();
    private final Map<Feature, Map<String, List<Finding>>> features = new TreeMap<>();
    private final List<String> versions;

    Found(List<ServedRelease> releases) {
        this.versions = releases.stream().map(ServedRelease::version).distinct().toList();
        releases.forEach(release -> seeds.put(release, new TreeMap<>()));
    }

    void add(ServedRelease release, Seed seed, SeedFinding finding) {
        seeds.get(release).put(seed, finding);
    }

    void add(ServedRelease release, Feature feature, Finding finding) {
        features.computeIfAbsent(feature, any -> new LinkedHashMap<>())
                .computeIfAbsent(release.version(), any -> new ArrayList<>())
                .add(finding);
    }

    /** Returns the tables as they stand in the page. */
    String tables() {
        return Stream.of(
                        "### The first report: createSession committed late, closeSession prepared before, a create after",
                        seedTable(Seed.LATE_CREATE_SESSION),
                        "### What it has become: the connection breaks while a local session is upgraded",
                        seedTable(Seed.BORN_AFTER_EXPIRED),
                        "### The second report: a session is over, its node still exists, and is deleted later",
                        seedTable(Seed.DYING_SESSION),
                        "### Features",
                        featureTable(),
                        "### What is refused, and how",
                        errors())
                .collect(Collectors.joining("\n\n"));
    }

    private String seedTable(Seed seed) {
        List<String> rows =
                new ArrayList<>(List.of("| Servers | Sessions | An ordinary client | Holdfast |", "|---|---|---|---|"));
        seeds.forEach((release, findings) -> {
            SeedFinding finding = findings.get(seed);
            if (finding != null) {
                rows.add("| " + release.version() + " | " + release.sessionsInWords() + " | " + finding.ordinary()
                        + " | " + finding.ours() + " |");
            }
        });
        return String.join("\n", rows);
    }

    private String featureTable() {
        List<String> rows = new ArrayList<>(
                List.of("| | " + String.join(" | ", versions) + " |", "|---|" + "---|".repeat(versions.size())));
        features.forEach((feature, byVersion) -> rows.add("| " + feature.row() + " | "
                + versions.stream()
                        .map(version -> cell(byVersion.getOrDefault(version, List.of())))
                        .collect(Collectors.joining(" | "))
                + " |"));
        return String.join("\n", rows);
    }

    private static String cell(List<Finding> findings) {
        return findings.stream().map(Finding::cell).distinct().collect(Collectors.joining(", "));
    }

    private String errors() {
        List<String> rows = new ArrayList<>(List.of("| What | Servers | The error |", "|---|---|---|"));
        features.forEach((feature, byVersion) -> {
            Map<String, List<String>> versionsOf = new LinkedHashMap<>();
            versions.forEach(version -> byVersion.getOrDefault(version, List.of()).stream()
                    .flatMap(finding -> finding.error().stream())
                    .limit(1)
                    .forEach(error -> versionsOf
                            .computeIfAbsent(error, any -> new ArrayList<>())
                            .add(version)));
            versionsOf.forEach((error, refusing) ->
                    rows.add("| " + feature.row() + " | " + String.join(", ", refusing) + " | " + error + " |"));
        });
        return String.join("\n", rows);
    }
}
