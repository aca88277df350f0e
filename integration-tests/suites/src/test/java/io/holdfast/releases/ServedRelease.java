// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A release as its servers are run here.
 *
 * @param version the release, as in 3.9.5
 * @param sessions the kind of sessions that its servers give at first
 */
record ServedRelease(String version, Sessions sessions) {

    /** The system property that names the releases to be tried, separated by commas; all if it is not set. */
    static final String ONLY_PROPERTY = "holdfast.releases.only";

    private static final List<String> VERSIONS =
            List.of("3.3.4", "3.4.3", "3.4.14", "3.5.10", "3.6.4", "3.7.2", "3.8.6", "3.9.5");

    /** What a session is when its client is told that it is connected. */
    enum Sessions {
        /** Known to the whole ensemble. */
        GLOBAL,
        /** Known to one server, and made global for the first ephemeral node. */
        LOCAL
    }

    /** Returns every release, the oldest first, with every kind of sessions that it has. */
    static List<ServedRelease> all() {
        return VERSIONS.stream()
                .flatMap(version -> Stream.of(Sessions.values()).map(sessions -> new ServedRelease(version, sessions)))
                .filter(release -> release.sessions == Sessions.GLOBAL || !release.isBefore(3, 5))
                .toList();
    }

    /** Returns those that were asked for. */
    static List<ServedRelease> chosen() {
        String only = System.getProperty(ONLY_PROPERTY, "");
        List<String> versions = only.isBlank() ? VERSIONS : List.of(only.split(","));
        List<String> unknown =
                versions.stream().filter(version -> !VERSIONS.contains(version)).toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(ONLY_PROPERTY + " is '" + only + "', must name some of " + VERSIONS);
        }
        return all().stream()
                .filter(release -> versions.contains(release.version))
                .toList();
    }

    /** Whether the servers drop what they do not know without an answer, so that nothing unknown may be sent. */
    boolean leavesUnknownUnanswered() {
        return isBefore(3, 4, 6);
    }

    /** Whether the leader takes a session back into its tracker when it applies createSession, however late. */
    boolean keepsOrphans() {
        return isBefore(3, 4, 4);
    }

    /** Whether there are requests for create2, for containers and for the removal of watches. */
    boolean hasCreate2() {
        return !isBefore(3, 5);
    }

    /** Whether a session's nodes can be listed. */
    boolean hasEphemerals() {
        return !isBefore(3, 6);
    }

    /** Returns the kind of sessions as the page names it. */
    String sessionsInWords() {
        return sessions == Sessions.LOCAL ? "local" : "global";
    }

    private boolean isBefore(int... other) {
        int[] own =
                Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
        return Arrays.compare(own, other) < 0;
    }

    @Override
    public String toString() {
        return version + ", " + sessionsInWords() + " sessions";
    }
}
