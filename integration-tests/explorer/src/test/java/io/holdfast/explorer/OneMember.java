// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.Step.Kind;
import io.holdfast.explorer.client.Member;
import io.holdfast.explorer.search.Timeline;
import io.holdfast.explorer.search.Violation;
import io.holdfast.explorer.search.World;
import io.holdfast.explorer.servers.Change;
import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Diary;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three servers, one member with one registration, an operator, and a neighbour who would have the same path. */
final class OneMember implements World<Step> {

    static final int HOME = 1;
    static final int ELSEWHERE = 2;
    static final long NEIGHBOUR = 0x40;
    static final long OPERATOR = 0x30;
    static final long DEAD = 0x20;
    private static final String ANCHOR = "anchor-";
    private static final int UUID_LENGTH = 36;

    private final Setting setting;
    private final Ensemble servers;
    private final Member member;
    private final Invariants invariants;
    private final Recovery recovery;
    private int faults;
    private int timers;

    OneMember(Setting setting, Recovery recovery, Diary diary) {
        this.setting = setting;
        this.recovery = recovery;
        this.servers = new Ensemble(setting.flavour(), setting.hasLocalSessions(), diary);
        servers.settled(NEIGHBOUR);
        servers.settled(OPERATOR);
        if (setting.start() == Setting.Start.DIVERGED) {
            servers.plant(HOME, new Znode(Member.PATH, tagged("broker-8", DEAD), DEAD, -1, 0));
        }
        if (setting.start() == Setting.Start.GHOST) {
            servers.stands(new Znode(Member.PATH, tagged(Member.NAME, DEAD), DEAD, -2, 0));
            servers.stands(new Znode(Setting.GUARD, new byte[0], 0, -1, 0));
        }
        if (setting.marking().hasParent()) {
            servers.stands(new Znode(Member.MARKERS, new byte[0], 0, -1, 0));
        }
        this.member = new Member(
                servers,
                setting.conduct(),
                setting.options(),
                HOME,
                setting.hasExactGuards(),
                setting.marking(),
                diary);
        this.invariants = new Invariants(setting, servers, member);
        member.connect(HOME);
        if (setting.start() == Setting.Start.REGISTERED || setting.start() == Setting.Start.EXPIRED) {
            Healing.settle(servers, member);
        }
        if (setting.start() == Setting.Start.EXPIRED) {
            expire();
        }
    }

    /** The leader is slow to close the session that it has expired. */
    private void expire() {
        servers.expire(member.connection().session());
        member.cut(false);
        member.connect(HOME);
        member.connect(HOME);
        while (!member.sessionState().isConfirmed()) {
            if (!member.receivable().isEmpty()) {
                member.receive(member.receivable().get(0));
            } else if (servers.canPrepare(HOME)) {
                servers.prepare(HOME);
            } else {
                servers.apply(HOME);
            }
        }
    }

    /** Makes worlds that keep no diary. */
    static OneMember silent(Setting setting, Recovery recovery) {
        return new OneMember(setting, recovery, Diary.NONE);
    }

    /** Returns all that tells this state from another one. */
    String description() {
        StringBuilder text = new StringBuilder();
        describe(text);
        return text.toString();
    }

    static OneMember after(Setting setting, List<Step> trace) {
        OneMember world = silent(setting, new Recovery());
        trace.forEach(world::take);
        return world;
    }

    /** Plays a trace and writes down what happens. */
    static Timeline play(Setting setting, List<Step> trace, boolean heals) {
        Timeline timeline = new Timeline(List.of("member", "server 1", "leader", "server 2"));
        OneMember world = new OneMember(setting, new Recovery(), (who, what) -> timeline.accept(who, what.get()));
        timeline.begins(setting.start().text());
        for (Step step : trace) {
            timeline.step(step.toString());
            world.take(step);
        }
        world.violation().ifPresent(violation -> timeline.ends(violation.toString()));
        if (heals) {
            timeline.step("no more faults; all is delivered, time passes");
            world.heal().ifPresent(violation -> timeline.ends(violation.toString()));
        }
        return timeline;
    }

    @Override
    public List<Step> choices() {
        List<Step> choices = new ArrayList<>();
        for (int i = 0; i < member.receivable().size(); i++) {
            choices.add(new Step(Kind.RECEIVE, i));
        }
        for (int line = 0; line <= Ensemble.TRACKER; line++) {
            if (servers.canPrepare(line) && mayPrepare(line)) {
                choices.add(line == Ensemble.TRACKER ? Step.of(Kind.CLOSES) : new Step(Kind.PREPARE, line));
            }
        }
        for (int server = 0; server < Ensemble.SERVERS; server++) {
            if (servers.canApply(server) && matters(server)) {
                choices.add(new Step(Kind.APPLY, server));
            }
        }
        if (member.mayConnect(HOME)) {
            choices.add(new Step(Kind.CONNECT, HOME));
        }
        for (int i = 0; i < member.errands(); i++) {
            choices.add(new Step(Kind.ERRAND, i));
        }
        if (member.hasTimers() && timers < setting.timers()) {
            choices.add(Step.of(Kind.TIMER));
        }
        if (faults < setting.faults()) {
            addFaults(choices);
        }
        return choices;
    }

    /**
     * Tells whether it makes a difference when this server applies a transaction. It does where somebody is attached, and at a
     * leader that puts sessions back. At another one nobody can see it: whoever connects there later chooses then how far it is.
     */
    private boolean matters(int server) {
        return server == HOME
                || servers.isAttached(server)
                || (server == servers.leader() && setting.flavour().leaderMatters());
    }

    private boolean mayPrepare(int line) {
        return !setting.leaderKeepsUp() || servers.seenByNext(line) <= servers.applied(servers.leader());
    }

    private void addFaults(List<Step> choices) {
        Connection connection = member.connection();
        boolean isWaiting = connection != null && connection.isWaiting();
        boolean isOpening = connection != null && !member.sessions().contains(connection.session());
        add(choices, Kind.LOSE_CONNECT_ANSWER, 0, isOpening);
        add(choices, Kind.CUT, 0, connection != null && !isOpening);
        add(choices, Kind.CUT_REQUESTS, 0, isWaiting && !isOpening);
        add(choices, Kind.DECLARE_EXPIRED, 0, member.sessionState() instanceof SessionMachine.Suspended);
        add(choices, Kind.ELSEWHERE, ELSEWHERE, member.hasSession() && member.mayConnect(ELSEWHERE));
        add(
                choices,
                Kind.ELSEWHERE_UP_TO_DATE,
                ELSEWHERE,
                member.hasSession() && !member.isConnected() && servers.applied(ELSEWHERE) < servers.committed());
        for (long session : servers.mayExpire()) {
            add(choices, Kind.EXPIRE, session, member.sessions().contains(session));
        }
        for (long session : servers.localsOf(HOME)) {
            add(choices, Kind.EXPIRE_LOCAL, session, true);
        }
        add(choices, Kind.LEADER_FORGETS, 0, true);
        add(
                choices,
                Kind.LEADER_KEEPS,
                0,
                servers.committed() < servers.history().size());
        Optional<Znode> node = servers.preview().node(Member.PATH);
        add(choices, Kind.OPERATOR_DELETES, 0, node.isPresent());
        boolean isFree = node.isEmpty() && servers.isTracked(NEIGHBOUR);
        add(choices, Kind.NEIGHBOUR_CREATES, 0, isFree);
        add(choices, Kind.STRANGER_CREATES, 0, isFree);
        boolean isLate = setting.start() == Setting.Start.GHOST && timers == setting.timers();
        add(
                choices,
                Kind.RIVAL_TAKES_OVER,
                0,
                isLate && node.isPresent() && node.get().owner() == DEAD);
        add(choices, Kind.NEIGHBOUR_LEAVES, 0, node.isPresent() && node.get().owner() == NEIGHBOUR);
        add(choices, Kind.CLOSE_REGISTRATION, 0, !member.registration().state().isOver());
    }

    private void add(List<Step> choices, Kind kind, long of, boolean isPossible) {
        if (isPossible && setting.allowed().contains(kind)) {
            choices.add(new Step(kind, of));
        }
    }

    @Override
    public void take(Step step) {
        if (step.kind().isFault()) {
            faults++;
        }
        int of = (int) step.of();
        switch (step.kind()) {
            case RECEIVE -> member.receive(member.receivable().get(of));
            case APPLY -> servers.apply(of);
            case PREPARE -> servers.prepare(of);
            case CLOSES -> servers.prepare(Ensemble.TRACKER);
            case CONNECT, ELSEWHERE -> member.connect(of);
            case ELSEWHERE_UP_TO_DATE -> {
                while (servers.applied(of) < servers.committed()) {
                    servers.apply(of);
                }
                member.connect(of);
            }
            case ERRAND -> member.runErrand(of);
            case TIMER -> {
                timers++;
                member.moveTo(member.nextTimer());
            }
            case LOSE_CONNECT_ANSWER, CUT -> member.cut(false);
            case CUT_REQUESTS -> member.cut(true);
            case DECLARE_EXPIRED -> member.declareExpired();
            case EXPIRE -> servers.expire(step.of());
            case EXPIRE_LOCAL -> servers.expireLocal(HOME, step.of());
            case LEADER_FORGETS -> servers.changeLeader(true);
            case LEADER_KEEPS -> servers.changeLeader(false);
            case OPERATOR_DELETES -> servers.write(OPERATOR, ELSEWHERE, List.of(new Change.Delete(Member.PATH, -1, 0)));
            case NEIGHBOUR_CREATES -> servers.write(NEIGHBOUR, ELSEWHERE, neighboursCreate());
            case STRANGER_CREATES ->
                servers.write(
                        NEIGHBOUR,
                        ELSEWHERE,
                        List.of(new Change.Create(Member.PATH, tagged("broker-8", NEIGHBOUR), NEIGHBOUR)));
            case RIVAL_TAKES_OVER -> servers.write(NEIGHBOUR, ELSEWHERE, rivalsTakeOver());
            case NEIGHBOUR_LEAVES -> servers.close(NEIGHBOUR);
            case CLOSE_REGISTRATION -> member.closeRegistration();
        }
        member.settle();
    }

    /** The neighbour is a Holdfast client: where there is a fence it moves it, as G14 assumes of everybody. */
    private List<Change> neighboursCreate() {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.Create(Member.PATH, tagged("broker-8", NEIGHBOUR), NEIGHBOUR));
        setting.options()
                .fence()
                .filter(fence -> servers.preview().node(fence).isPresent())
                .ifPresent(fence -> changes.add(new Change.SetData(fence, new byte[0], -1)));
        return changes;
    }

    /** Another process of the same member id takes the ghost's place, under the guard that all of them use. */
    private static List<Change> rivalsTakeOver() {
        return List.of(
                new Change.Delete(Member.PATH, -1, 0),
                new Change.SetData(Setting.GUARD, new byte[0], -1),
                new Change.Create(Member.PATH, tagged(Member.NAME, NEIGHBOUR), NEIGHBOUR));
    }

    private static byte[] tagged(String memberId, long session) {
        EphemeralTag tag =
                new EphemeralTag(memberId, "00000000000000dd", session, "00000000000000ee", Duration.ofSeconds(6));
        return TagFormat.envelope().encode(tag, new byte[0]);
    }

    @Override
    public void describe(StringBuilder text) {
        int from = text.length();
        servers.describe(text);
        member.describe(text.append('&'));
        invariants.describe(text.append('&'));
        text.append(faults).append(' ').append(timers);
        if (setting.options().fence().isPresent()) {
            // the names of anchors are random, and mean nothing
            for (int at = text.indexOf(ANCHOR, from); at >= 0; at = text.indexOf(ANCHOR, at + 1)) {
                text.delete(at + ANCHOR.length(), at + ANCHOR.length() + UUID_LENGTH);
            }
        }
    }

    @Override
    public Optional<Violation> violation() {
        return invariants.violation();
    }

    @Override
    public Optional<Violation> heal() {
        return new Healing(servers, member, invariants, recovery).run();
    }
}
