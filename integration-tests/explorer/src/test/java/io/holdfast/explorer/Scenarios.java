// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.servers.Change;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.explorer.servers.Ensemble.Attached;
import io.holdfast.explorer.servers.Flavour;
import io.holdfast.explorer.servers.Request.Kind;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.zookeeper.KeeperException.Code;

/** The interleavings that were forced on real servers, step by step on the model. Each returns what came of it. */
final class Scenarios {

    private static final int LEADER = 0;
    private static final int FOLLOWER = 1;
    private static final int OTHER = 2;
    private static final String P = "/p";
    private static final long DEAD = 0x20;

    private static final Map<String, BiFunction<Scenarios, Ensemble, String>> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("create-after-close-prepared", (all, on) -> all.createAfterClose(on, 0)),
            Map.entry("confirmed-twice-and-orphaned", (all, on) -> all.createAfterClose(on, 2)),
            Map.entry("response-before-leader-applied", Scenarios::responseBeforeLeader),
            Map.entry("born-after-expired", Scenarios::bornAfterExpired),
            Map.entry("upgrading-session-moves", Scenarios::upgradingSessionMoves),
            Map.entry("leader-change-revives-closing-session", Scenarios::leaderChangeRevives),
            Map.entry("leader-change-between-create-and-close", Scenarios::leaderChangeLosesClose),
            Map.entry("probe-makes-session-global", Scenarios::probeMakesGlobal),
            Map.entry("reads-do-not-see-closing-session-write-does", Scenarios::readsDoNotSee),
            Map.entry("closing-session-at-leader-is-dropped", Scenarios::leaderDrops),
            Map.entry("nothing-is-answered-behind-a-close", Scenarios::nothingBehindClose),
            Map.entry("create-while-old-session-is-closing", Scenarios::createWhileClosing),
            Map.entry("create-behind-old-close", Scenarios::createBehindClose),
            Map.entry("stale-owner-after-close-committed", Scenarios::staleOwner),
            Map.entry("multi-delete-create-survives-old-close", Scenarios::multiSurvives),
            Map.entry("adopted-node-deleted-by-close", Scenarios::adoptedIsDeleted),
            Map.entry("phantom-session-owns-node", (all, on) -> all.phantom(on, true)),
            Map.entry("phantom-session-without-pipelining", (all, on) -> all.phantom(on, false)),
            Map.entry("attach-and-close-deletes-nodes", Scenarios::attachAndClose),
            Map.entry("client-declares-expired-by-itself", Scenarios::declaresExpired),
            Map.entry("lost-answer-done", (all, on) -> all.lostAnswer(on, false)),
            Map.entry("lost-answer-not-done", (all, on) -> all.lostAnswer(on, true)),
            Map.entry("divergent-create-answers-node-exists", Scenarios::divergentCreate),
            Map.entry("divergent-delete-answers-no-node", Scenarios::divergentDelete),
            Map.entry("self-cancelling-multi-heals-divergence", Scenarios::selfCancelling),
            Map.entry("version-guard-hits-fresh-node", Scenarios::versionGuard)));

    private Scenarios() {}

    static Set<String> names() {
        return ALL.keySet();
    }

    static String play(String scenario, String release) {
        BiFunction<Scenarios, Ensemble, String> known = ALL.get(scenario);
        if (known == null) {
            throw new AssertionError("the model does not know " + scenario + ", nor says why it is outside");
        }
        return known.apply(new Scenarios(), servers(release));
    }

    private static Ensemble servers(String release) {
        boolean isReAdding = release.equals("3.3.4") || release.equals("3.4.3");
        boolean isOld = release.startsWith("3.4.") || release.startsWith("3.5.");
        boolean hasLocals = !release.startsWith("3.3.") && !release.startsWith("3.4.");
        Flavour flavour = isReAdding ? Flavour.RE_ADDING : isOld ? Flavour.CLOSING_AT_APPLY : Flavour.MODERN;
        return new Ensemble(flavour, hasLocals, (who, what) -> {});
    }

    private String createAfterClose(Ensemble on, int probes) {
        ScriptedClient s1 = ScriptedClient.opened(on, FOLLOWER);
        for (int i = 0; i < Math.max(probes, 1); i++) { // the first makes a local session global
            var answer = s1.send(Kind.PROBE);
            through(on, s1);
            expect(answer, Code.NONODE);
        }
        expire(on, s1);
        on.prepare(Ensemble.TRACKER);
        on.apply(LEADER);
        var created = s1.create(P);
        on.prepare(FOLLOWER);
        Code prepared = on.history().get(on.history().size() - 1).outcome().code();
        s1.deliverAll();
        expect(created, Code.CONNECTIONLOSS);
        boolean standsEverywhere = owners(on).equals(List.of(s1.session(), s1.session(), s1.session()));
        if (prepared == Code.OK && standsEverywhere && !on.isTracked(s1.session())) {
            return "orphan";
        }
        return prepared == Code.SESSIONEXPIRED && isAbsent(on) ? "refused" : prepared + " " + owners(on);
    }

    private String responseBeforeLeader(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.opened(on, FOLLOWER);
        var created = s1.create(P);
        through(on, s1);
        return created.getNow(Code.RUNTIMEINCONSISTENCY) == Code.OK && on.applied(LEADER) == 0 ? "answered" : "held";
    }

    private String bornAfterExpired(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.opened(on, FOLLOWER);
        var created = s1.create(P);
        s1.cut(false);
        expect(created, Code.CONNECTIONLOSS);
        boolean isTold = s1.attach(FOLLOWER) == Attached.EXPIRED;
        s1.deliverAll();
        boolean stood = owners(on).equals(List.of(s1.session(), s1.session(), s1.session()));
        on.expire(s1.session());
        s1.deliverAll();
        return isTold && stood && isAbsent(on) ? "expired-then-stands" : isTold + " " + stood;
    }

    private String upgradingSessionMoves(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.opened(on, FOLLOWER);
        var created = s1.create(P);
        on.prepare(FOLLOWER);
        s1.cut(false);
        expect(created, Code.CONNECTIONLOSS);
        if (s1.attach(OTHER) != Attached.YES) {
            return "refused";
        }
        var read = s1.owner(P);
        s1.receiveAll();
        return s1.isSilent() && !read.isDone() ? "silent" : "answered";
    }

    private String leaderChangeRevives(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        expire(on, s1);
        s1.cut(false);
        boolean isTold = s1.attach(FOLLOWER) == Attached.EXPIRED;
        on.changeLeader(true);
        ScriptedClient s2 = ScriptedClient.opened(on, FOLLOWER);
        var created = s2.create(P);
        s2.deliverAll();
        expect(created, Code.NODEEXISTS);
        return isTold && s1.attach(FOLLOWER) == Attached.YES ? "revived" : "gone";
    }

    private String leaderChangeLosesClose(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        expire(on, s1);
        on.prepare(Ensemble.TRACKER);
        on.changeLeader(true);
        s1.deliverAll();
        return on.isTracked(s1.session()) && !isAbsent(on) ? "revived" : "gone";
    }

    private String probeMakesGlobal(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.opened(on, FOLLOWER);
        var answer = s1.send(Kind.PROBE);
        s1.deliverAll();
        boolean isGlobal =
                on.knows(LEADER, s1.session()) && on.knows(FOLLOWER, s1.session()) && on.knows(OTHER, s1.session());
        boolean isEmpty = on.tree(LEADER).nodes().isEmpty();
        return answer.join() == Code.NONODE && isGlobal && isEmpty ? "global-and-no-node" : answer + "";
    }

    private String readsDoNotSee(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        expire(on, s1);
        var read = s1.owner(P);
        s1.receiveAll();
        var sync = s1.send(Kind.SYNC);
        through(on, s1);
        var write = s1.send(Kind.PROBE);
        through(on, s1);
        return "read-" + (read.getNow(0L) == s1.session() ? "ok" : "failed") + "-sync-" + word(sync) + "-write-"
                + word(write);
    }

    private String leaderDrops(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, LEADER, P);
        expire(on, s1);
        var read = s1.owner(P);
        s1.receiveAll();
        var sync = s1.send(Kind.SYNC);
        while (on.canPrepare(LEADER)) {
            on.prepare(LEADER);
        }
        s1.receiveAll();
        return read.isDone() || sync.isDone() ? "answered" : "silent";
    }

    private String nothingBehindClose(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        expire(on, s1);
        on.prepare(Ensemble.TRACKER);
        on.apply(LEADER);
        var sync = s1.send(Kind.SYNC);
        var write = s1.write(new Change.SetData(P, new byte[0], -1));
        var cancelling = s1.write(new Change.Create("/q", new byte[0], s1.session()), new Change.Delete("/q", -1, 0));
        s1.receiveAll();
        boolean isPending = !sync.isDone() && !write.isDone() && !cancelling.isDone();
        s1.deliverAll();
        boolean isLost = List.of(sync, write, cancelling).stream()
                .allMatch(answer -> answer.getNow(Code.OK) == Code.CONNECTIONLOSS);
        return isPending && isLost ? "connection-loss" : "answered";
    }

    private String createWhileClosing(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        ScriptedClient s2 = ScriptedClient.opened(on, OTHER);
        expire(on, s1);
        var created = s2.create(P);
        through(on, s2, OTHER);
        return created.getNow(Code.OK) == Code.NODEEXISTS ? "node-exists" : "created";
    }

    private String createBehindClose(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        ScriptedClient s2 = ScriptedClient.opened(on, OTHER);
        expire(on, s1);
        on.prepare(Ensemble.TRACKER);
        var created = s2.create(P);
        s2.deliverAll();
        return standsAs(on, s2, created);
    }

    private String staleOwner(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        ScriptedClient s2 = ScriptedClient.opened(on, FOLLOWER);
        expire(on, s1);
        on.prepare(Ensemble.TRACKER);
        on.apply(LEADER);
        var owner = s2.owner(P);
        s2.receiveAll();
        return owner.getNow(0L) == s1.session() && on.tree(LEADER).node(P).isEmpty() ? "shown" : "absent";
    }

    private String multiSurvives(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        ScriptedClient s2 = ScriptedClient.opened(on, OTHER);
        expire(on, s1);
        var taken = s2.write(new Change.Delete(P, 0, 0), new Change.Create(P, new byte[0], s2.session()));
        while (on.canPrepare(OTHER)) {
            on.prepare(OTHER);
        }
        s2.deliverAll();
        return standsAs(on, s2, taken);
    }

    private String adoptedIsDeleted(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        ScriptedClient s2 = ScriptedClient.opened(on, OTHER);
        expire(on, s1);
        var created = s2.create(P);
        through(on, s2, OTHER);
        expect(created, Code.NODEEXISTS);
        s2.deliverAll();
        return isAbsent(on) && on.isTracked(s2.session()) ? "gone" : "stands";
    }

    private String phantom(Ensemble on, boolean pipelines) {
        ScriptedClient s1 = ScriptedClient.connecting(on, FOLLOWER);
        long phantom = on.nextSession() - 1;
        CompletableFuture<Code> created = pipelines ? s1.create(P) : new CompletableFuture<>();
        s1.cut(false);
        s1.deliverAll();
        boolean stood = owners(on).equals(List.of(phantom, phantom, phantom));
        if (on.isTracked(phantom)) {
            on.expire(phantom);
        }
        s1.deliverAll();
        boolean isLost = created.getNow(Code.OK) == Code.CONNECTIONLOSS;
        return stood && isLost && isAbsent(on) ? "stands-then-gone" : stood ? "stands" : "nothing";
    }

    private String attachAndClose(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        s1.cut(false);
        s1.attach(OTHER);
        var closed = s1.send(Kind.CLOSE_SESSION);
        s1.deliverAll();
        expect(closed, Code.OK);
        return isAbsent(on) ? "gone" : "stands";
    }

    private String declaresExpired(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        s1.cut(false); // and attaches nowhere: what it declares, the servers do not hear
        s1.deliverAll();
        return on.isTracked(s1.session()) && !isAbsent(on) ? "expired-and-stands" : "gone";
    }

    private String lostAnswer(Ensemble on, boolean losesRequest) {
        ScriptedClient s1 = ScriptedClient.opened(on, FOLLOWER);
        var probed = s1.send(Kind.PROBE);
        s1.deliverAll();
        expect(probed, Code.NONODE);
        var created = s1.create(P);
        if (!losesRequest) {
            on.prepare(FOLLOWER);
            on.apply(FOLLOWER);
        }
        s1.cut(losesRequest);
        s1.deliverAll();
        expect(created, Code.CONNECTIONLOSS);
        return "connection-loss-and-" + (isAbsent(on) ? "absent" : "stands");
    }

    private String divergentCreate(Ensemble on) {
        ScriptedClient s2 = diverged(on);
        var created = s2.create(P);
        s2.deliverAll();
        boolean isElsewhere = owners(on).equals(List.of(s2.session(), DEAD, s2.session()));
        return created.join() == Code.NODEEXISTS && isElsewhere ? "node-exists-and-created" : created.join() + "";
    }

    private String divergentDelete(Ensemble on) {
        ScriptedClient s2 = diverged(on);
        var deleted = s2.write(new Change.Delete(P, -1, 0));
        s2.deliverAll();
        boolean stands = owners(on).equals(List.of(0L, DEAD, 0L));
        return deleted.join() == Code.NONODE && stands ? "no-node-and-stands" : deleted.join() + "";
    }

    private String selfCancelling(Ensemble on) {
        ScriptedClient s2 = diverged(on);
        var cleared = s2.write(new Change.Create(P, new byte[0], s2.session()), new Change.Delete(P, -1, 0));
        s2.deliverAll();
        return cleared.join() == Code.OK && isAbsent(on) ? "ok-and-absent" : cleared.join() + "";
    }

    private String versionGuard(Ensemble on) {
        ScriptedClient s1 = ScriptedClient.owning(on, FOLLOWER, P);
        ScriptedClient s2 = ScriptedClient.opened(on, OTHER);
        var removed = s2.write(new Change.Delete(P, -1, 0));
        var created = s2.create(P);
        s2.deliverAll();
        expect(removed, Code.OK);
        expect(created, Code.OK);
        var deleted = s1.write(new Change.Delete(P, 0, 0));
        s1.deliverAll();
        return deleted.join() == Code.OK && isAbsent(on) ? "deleted" : "stands";
    }

    // ---------------------------------------------------------------- what the scenarios are made of

    private static ScriptedClient diverged(Ensemble on) {
        on.plant(FOLLOWER, new Znode(P, new byte[0], DEAD, -1, 0));
        return ScriptedClient.opened(on, FOLLOWER);
    }

    /** What the client has sent is prepared, and applied where it is attached; the leader lags behind. */
    private static void through(Ensemble on, ScriptedClient client) {
        through(on, client, FOLLOWER);
    }

    private static void through(Ensemble on, ScriptedClient client, int server) {
        while (on.canPrepare(server)) {
            on.prepare(server);
        }
        while (on.canApply(server)) {
            on.apply(server);
        }
        client.receiveAll();
    }

    private static void expire(Ensemble on, ScriptedClient client) {
        on.expire(client.session());
    }

    private static String standsAs(Ensemble on, ScriptedClient owner, CompletableFuture<Code> answer) {
        List<Long> all = List.of(owner.session(), owner.session(), owner.session());
        return answer.join() == Code.OK && owners(on).equals(all) ? "stands" : answer.join() + " " + owners(on);
    }

    private static List<Long> owners(Ensemble on) {
        return List.of(owner(on, LEADER), owner(on, FOLLOWER), owner(on, OTHER));
    }

    private static long owner(Ensemble on, int server) {
        Optional<Znode> node = on.tree(server).node(P);
        return node.map(Znode::owner).orElse(0L);
    }

    private static boolean isAbsent(Ensemble on) {
        return owners(on).equals(List.of(0L, 0L, 0L));
    }

    private static void expect(CompletableFuture<Code> answer, Code code) {
        if (answer.getNow(Code.RUNTIMEINCONSISTENCY) != code) {
            throw new AssertionError("expected " + code + ", but was " + answer);
        }
    }

    private static String word(CompletableFuture<Code> answer) {
        Code code = answer.getNow(Code.RUNTIMEINCONSISTENCY);
        return code == Code.OK ? "ok" : code == Code.SESSIONEXPIRED ? "expired" : code.toString();
    }
}
