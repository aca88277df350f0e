// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.cast.CastMember;
import io.holdfast.samples.history.Event;
import io.holdfast.samples.history.HistoryLane;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Narrator;
import io.holdfast.samples.stage.Stage;
import io.holdfast.testing.observer.OwnerObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One scene while it is played: its clients, the observer, and the record that grows. Lines appear on the screen whenever
 * a node's standing changes.
 */
final class Performance implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 20;

    private final Stage stage;
    private final Narrator narrator;
    private final OwnerObserver observer;
    private final long from;
    private final List<LaneRecorder> lanes = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "show-recorder");
        thread.setDaemon(true);
        return thread;
    });

    Performance(Stage stage, Narrator narrator) {
        this.stage = stage;
        this.narrator = narrator;
        this.observer = OwnerObserver.of(stage.servers());
        this.from = narrator.now();
        // The executor is ended by close(), and look() throws nothing.
        var unused = looks.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes a client into the scene; it is closed at the end. */
    void add(CastMember member) {
        lanes.add(new LaneRecorder(member, observer, narrator.beginning(), narrator.now()));
    }

    List<CastMember> members() {
        return lanes.stream().map(LaneRecorder::member).toList();
    }

    List<Long> sessions() {
        return lanes.stream().map(lane -> lane.member().session()).toList();
    }

    /** Returns whether all nodes of this client stand like that. */
    boolean all(Party party, Predicate<NodeStatus> standing) {
        return lanes.stream()
                .filter(lane -> lane.member().party() == party)
                .map(LaneRecorder::standing)
                .allMatch(standing);
    }

    boolean allRegistered() {
        return all(Party.ORDINARY, Performance::isRegistered) && all(Party.HOLDFAST, Performance::isRegistered);
    }

    static boolean isRegistered(NodeStatus standing) {
        return standing.kind() == NodeStatus.Kind.REGISTERED;
    }

    /** Returns whether each client is done with the session it had, given in the order in which they were added. */
    boolean allHaveLost(List<Long> sessions) {
        for (int i = 0; i < sessions.size(); i++) {
            if (!lanes.get(i).hasLost(sessions.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Records and prints something that is done to the servers or the network at this moment. */
    void moment(String mark, String sentence) {
        long now = narrator.now();
        events.add(new Event(now, now, mark));
        narrator.say(">>> " + sentence);
    }

    /** Records something that has been going on since then and ends now. */
    void lasted(long since, String mark) {
        events.add(new Event(since, narrator.now(), mark));
    }

    /** Prints where every node stands. */
    void table(String caption) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("client", "node", "on the servers", "the client says", "the node is"));
        for (LaneRecorder lane : lanes) {
            NodeStatus standing = lane.standing();
            String session = standing.claim().registered()
                    ? ", as " + NodeStatus.hex(standing.claim().session())
                    : "";
            rows.add(List.of(
                    lane.member().party().toString(),
                    lane.nodeName(),
                    standing.onServers(),
                    standing.claim().words() + session,
                    standing.kind().toString()));
        }
        narrator.table(caption, rows);
    }

    /** Returns whether the servers hold a connection of the session that this node's client says owns it. */
    boolean hasLiveSession(HistoryLane lane) {
        return lanes.stream()
                .filter(recorder -> recorder.nodeName().equals(lane.node()))
                .anyMatch(recorder -> stage.isConnected(recorder.member().session()));
    }

    List<HistoryLane> lanes(Party party) {
        long now = narrator.now();
        return lanes.stream()
                .filter(lane -> lane.member().party() == party)
                .map(lane -> lane.lane(now))
                .toList();
    }

    SceneRecord record(String title, String story, List<SceneFinding> findings) {
        long now = narrator.now();
        List<HistoryLane> all = lanes.stream().map(lane -> lane.lane(now)).toList();
        findings.forEach(finding ->
                narrator.say((finding.isHurt() ? "HURT  " : "fine  ") + finding.party() + ": " + finding.words()));
        return new SceneRecord(title, story, from, now, all, events, findings);
    }

    /** Closes the clients and the observer. */
    @Override
    public void close() {
        looks.shutdownNow();
        lanes.parallelStream().forEach(lane -> lane.member().close());
        observer.close();
    }

    private void look() {
        for (LaneRecorder lane : lanes) {
            Optional<String> line = lane.look(narrator.now());
            line.ifPresent(text ->
                    narrator.say(String.format("%-8s  %-11s  %s", lane.member().party(), lane.nodeName(), text)));
        }
    }
}
