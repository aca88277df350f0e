// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.stage;

import io.holdfast.samples.screen.Narrator;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.gate.ServerGate;
import io.holdfast.testing.gate.ServerRule;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Three servers that the show starts for itself, each a process, with local sessions and upgrading on. */
public final class OwnStage implements Stage {

    /**
     * Closed at the leader, it keeps sessions that have expired from being ended: they are marked, and their clients can be
     * told, but closeSession waits in the queue that the leader's own clients stand in. Other servers' requests pass.
     */
    public static final ServerRule HOLD_END_OF_SESSIONS =
            new ServerRule("end-of-sessions", """
            RULE end-of-sessions
            CLASS org.apache.zookeeper.server.quorum.LeaderRequestProcessor
            METHOD processRequest(Request)
            HELPER %s
            AT ENTRY
            IF $1.type == -11 && !$1.isLocalSession()
            DO pass("end-of-sessions", $1.sessionId)
            ENDRULE
            """.formatted(ServerGate.class.getName()));

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);

    private final Ensemble ensemble;
    private final Workspace workspace;

    private OwnStage(Ensemble ensemble) {
        this.ensemble = ensemble;
        this.workspace = new Workspace(ensemble.connectString(), "", "/holdfast-show");
    }

    /** Starts the servers; blocks for some seconds. */
    public static OwnStage start(Narrator narrator) throws InterruptedException {
        Ensemble ensemble = Ensemble.builder()
                .servers(3)
                .release(Release.current())
                .localSessions(true)
                .localSessionsUpgrading(true)
                // Followers must not give up a leader that is stopped for eight seconds: 40 ticks of half a second.
                .syncLimit(40)
                .byteman(HOLD_END_OF_SESSIONS, Rules.HOLD_PREP_OF_CREATE_SESSION)
                .startWithin(START_LIMIT)
                .build();
        CompletableFuture<Void> started = CompletableFuture.runAsync(() -> start(ensemble));
        try {
            if (!narrator.waitFor("three servers to start and elect a leader", START_LIMIT, started::isDone)) {
                throw new StageException("the servers did not start in time:\n" + ensemble.describe(), null);
            }
            started.join();
            OwnStage stage = new OwnStage(ensemble);
            stage.workspace.create(SESSION_TIMEOUT);
            return stage;
        } catch (CompletionException | StageException e) {
            ensemble.close();
            throw new StageException("the servers did not start: " + e.getMessage(), e);
        }
    }

    /** Returns the servers, to hurt them. */
    public Ensemble ensemble() {
        return ensemble;
    }

    @Override
    public String description() {
        return "three servers of " + ensemble.release() + ", one process each, local sessions and upgrading on";
    }

    @Override
    public List<FaultProxy> proxies() {
        return ensemble.servers().stream().map(Server::proxy).toList();
    }

    @Override
    public Map<Integer, String> servers() {
        Map<Integer, String> servers = new TreeMap<>();
        ensemble.servers().forEach(server -> servers.put(server.id(), server.connectString()));
        return servers;
    }

    @Override
    public Workspace workspace() {
        return workspace;
    }

    @Override
    public Duration sessionTimeout() {
        return SESSION_TIMEOUT;
    }

    @Override
    public void close() {
        ensemble.close();
    }

    private static void start(Ensemble ensemble) {
        try {
            ensemble.start();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the servers started", e);
        }
    }
}
