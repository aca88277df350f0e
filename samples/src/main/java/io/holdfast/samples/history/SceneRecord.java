// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

import java.util.List;

/**
 * A scene that has been played.
 *
 * @param title what fails
 * @param story how it comes about
 * @param from nanoseconds since the show began
 * @param to nanoseconds since the show began
 * @param lanes one for each node
 * @param events what was done to the servers and the network
 * @param findings what became of each client's nodes
 */
public record SceneRecord(
        String title,
        String story,
        long from,
        long to,
        List<HistoryLane> lanes,
        List<Event> events,
        List<SceneFinding> findings) {

    public SceneRecord {
        lanes = List.copyOf(lanes);
        events = List.copyOf(events);
        findings = List.copyOf(findings);
    }

    /** Returns the lanes of one client. */
    public List<HistoryLane> lanesOf(Party party) {
        return lanes.stream().filter(lane -> lane.party() == party).toList();
    }

    /** Returns whether this client came to harm. */
    public boolean isHurt(Party party) {
        return findings.stream().anyMatch(finding -> finding.party() == party && finding.isHurt());
    }
}
