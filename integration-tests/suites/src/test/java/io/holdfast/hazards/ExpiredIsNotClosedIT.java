// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.gate.ServerRule;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.Belief;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client is told that its session is over, and the session is not (H5): the leader dies, or there is none. */
class ExpiredIsNotClosedIT {

    private static final String CURRENT = Release.current().version();

    /** The leader has given closeSession its place in history and proposes it to nobody. */
    private static final ServerRule HOLD_PROPOSAL_OF_CLOSE_SESSION = new ServerRule("propose-close-session", """
            RULE propose-close-session
            CLASS org.apache.zookeeper.server.quorum.ProposalRequestProcessor
            METHOD processRequest(Request)
            HELPER io.holdfast.testing.gate.ServerGate
            AT ENTRY
            IF $1.type == -11
            DO pass("propose-close-session", $1.sessionId)
            ENDRULE
            """);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Places.ensembleOf(CURRENT)
            .syncLimit(10)
            .byteman(
                    Places.FORGET_TOUCHES,
                    Places.MARKED_AS_CLOSING,
                    Rules.HOLD_EXPIRE,
                    HOLD_PROPOSAL_OF_CLOSE_SESSION));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void aLeaderThatDiesBeforeItSubmitsTheCloseLeavesTheSessionAlive() throws Exception {
        Server leader = ensemble.leader();
        Gate expiry = leader.gate(Rules.HOLD_EXPIRE);
        Server follower = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/left").watch("/revived");
                PlainHandle told = PlainHandle.connect(follower.proxy().connectString())) {
            isAnswered(told.create("/left"), Code.OK);
            long session = told.session();
            expireUpTo(expiry, session);
            follower.proxy().cut();
            assertThat(told.expired())
                    .as("by the servers, not by its own clock")
                    .succeedsWithin(PATIENCE);

            leader.kill();
            try (PlainHandle attached = PlainHandle.attach(survivors(leader), session)) {
                attached.awaitConnected();
                assertThat(attached.session()).isEqualTo(session);
                isAnswered(attached.create("/revived"), Code.OK);
                try (PlainHandle next = PlainHandle.connect(survivors(leader))) {
                    isAnswered(next.create("/left"), Code.NODEEXISTS);
                    observer.awaitOwner("/revived", session, PATIENCE);
                    WhatServersDid.isWrittenDown("leader-change-revives-closing-session", CURRENT, "revived");

                    attached.endSession();

                    observer.awaitAbsent("/left", PATIENCE);
                    observer.awaitAbsent("/revived", PATIENCE);
                    isAnswered(next.create("/left"), Code.OK);
                    WhatServersDid.isWrittenDown("attach-and-close-deletes-nodes", CURRENT, "gone");
                }
            }
        }
    }

    @Test
    void aLeaderThatDiesBeforeItProposesTheCloseLeavesTheSessionAliveAndOursEndsIt() throws Exception {
        Server leader = ensemble.leader();
        Gate proposal = leader.gate(HOLD_PROPOSAL_OF_CLOSE_SESSION);
        Server follower = ensemble.followers().get(0);
        leader.proxy().refuse();
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/unproposed").watch("/ours-unproposed");
                PlainHandle told = PlainHandle.connect(follower.proxy().connectString());
                Member member = Member.start(
                        ensemble.proxiedConnectString(), "unproposed", HoldfastClientBuilder::withoutSessionMarkers)) {
            isAnswered(told.create("/unproposed"), Code.OK);
            member.register("/ours-unproposed").awaitRegistered(PATIENCE);
            long session = told.session();
            long ours = member.session();
            expireUpTo(proposal, session, ours);
            ensemble.proxies().forEach(FaultProxy::cut);
            assertThat(told.expired()).succeedsWithin(PATIENCE);
            await().atMost(PATIENCE).until(() -> member.diary().endOf(ours).isPresent());

            leader.kill();
            try (PlainHandle attached = PlainHandle.attach(survivors(leader), session)) {
                attached.awaitConnected();
                isAnswered(attached.create("/unproposed-2"), Code.OK);
                observer.awaitOwner("/unproposed", session, PATIENCE);
                WhatServersDid.isWrittenDown("leader-change-between-create-and-close", CURRENT, "revived");
            }

            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != ours);
            observer.awaitOwner("/ours-unproposed", member.session(), PATIENCE);
            assertThat(member.diary().events(EarlierSessionEnded.class))
                    .as(member.diary().toString())
                    .anyMatch(end -> end.sessionId() == ours);
            Evidence.claimsAreTrue(member, observer);
        }
    }

    /**
     * Two of three servers are down for a while. The clients declare their sessions expired by themselves (the plain one only
     * because no server that it knows accepts its connection: a mere TCP connection counts as a sign of life); when the quorum is
     * back it gives every session another timeout.
     */
    @Test
    void aQuorumThatWasAwayGivesBackSessionsWhoseClientsHaveGivenThemUp() throws Exception {
        List<Server> followers = ensemble.followers();
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/given-up").watch("/ours-given-up");
                OrdinaryClient ordinary = OrdinaryClient.connectingTo(addressesOf(followers))
                        .registering("/given-up")
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start();
                Member member = Member.start(
                        ensemble.proxiedConnectString(), "given-up", HoldfastClientBuilder::withoutSessionMarkers)) {
            member.register("/ours-given-up").awaitRegistered(PATIENCE);
            ordinary.awaitRegistered(PATIENCE);
            long given = ordinary.sessionId();
            long ours = member.session();
            observer.awaitOwner("/given-up", given, PATIENCE);

            followers.forEach(Server::kill);
            await("both have given their session up")
                    .atMost(PATIENCE)
                    .until(() -> ordinary.belief("/given-up").isEmpty()
                            && member.diary().endOf(ours).isPresent());
            Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
            expiry.closeFor(given);
            followers.forEach(Server::start);
            ensemble.awaitQuorum(PATIENCE);

            ordinary.awaitRegisteredAfter(given, PATIENCE);
            assertThat(ordinary.belief("/given-up"))
                    .as("the servers hold what the client has given up")
                    .map(Belief::foundExisting)
                    .contains(true);
            observer.awaitOwner("/given-up", given, PATIENCE);
            WhatServersDid.isWrittenDown("client-declares-expired-by-itself", CURRENT, "expired-and-stands");
            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != ours);
            expiry.open();

            observer.awaitAbsent("/given-up", PATIENCE);
            assertThat(ordinary.belief("/given-up"))
                    .as("it has lost its node for good, and does not know")
                    .isPresent();
            observer.awaitOwner("/ours-given-up", member.session(), PATIENCE);
            assertThat(observer.ownerNow("/ours-given-up").values())
                    .noneMatch(seen -> seen.state() == Sighting.State.ABSENT);
            Evidence.claimsAreTrue(member, observer);
        }
    }

    /** Returns when the leader takes these sessions for over and their closing has come to this place. */
    private void expireUpTo(Gate place, long... sessions) throws InterruptedException {
        Gate touches = ensemble.leader().gate(Places.FORGET_TOUCHES);
        Gate marked = ensemble.leader().gate(Places.MARKED_AS_CLOSING);
        place.closeFor(sessions);
        marked.closeFor(sessions);
        touches.closeFor(sessions);
        for (long session : sessions) {
            marked.awaitReached(session, PATIENCE);
        }
        place.awaitReached(PATIENCE);
        touches.open();
    }

    private String survivors(Server leader) {
        return addressesOf(
                ensemble.servers().stream().filter(server -> server != leader).toList());
    }

    private static String addressesOf(List<Server> servers) {
        return servers.stream().map(Server::connectString).collect(Collectors.joining(","));
    }
}
