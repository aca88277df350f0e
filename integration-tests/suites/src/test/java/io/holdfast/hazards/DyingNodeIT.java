// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.creation;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.observer.Span;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node whose session is being closed, and the next session that wants its path (H3): reads, creates and replacing it, before
 * the session is marked, after that, and after its closeSession is prepared. On a release whose closeSession lists the nodes to
 * delete and on one whose does not.
 */
@ParameterizedClass(name = "ZooKeeper {0}")
@ValueSource(strings = {"3.5.10", "3.9.5"})
class DyingNodeIT {

    private static Ensemble ensemble;

    @Parameter
    String release;

    private Server leader;

    @BeforeParameterizedClassInvocation
    static void start(String release) throws InterruptedException {
        ensemble = Places.ensembleOf(release)
                .byteman(
                        Places.FORGET_TOUCHES,
                        Places.CREATE_PREPARED,
                        Rules.HOLD_EXPIRE,
                        Rules.HOLD_APPLY_OF_CLOSE_SESSION,
                        Rules.HOLD_COMMIT_OF_CLOSE_SESSION)
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        ensemble.close();
    }

    @BeforeEach
    void findTheLeader() throws InterruptedException {
        ensemble.heal();
        leader = ensemble.leader();
    }

    @Test
    void whatReplacesItInOneTransactionOutlivesTheCloseThatComesLater() throws Exception {
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/while-alive").watch("/while-closing");
                PlainHandle old =
                        PlainHandle.connect(ensemble.followers().get(0).connectString());
                PlainHandle next =
                        PlainHandle.connect(ensemble.followers().get(1).connectString())) {
            isAnswered(old.create("/while-alive"), Code.OK);
            isAnswered(old.create("/while-closing"), Code.OK);
            isAnswered(next.multi(Op.delete("/while-alive", 0), creation("/while-alive")), Code.OK);
            Gate expiry = leader.gate(Rules.HOLD_EXPIRE);
            Gate touches = leader.gate(Places.FORGET_TOUCHES);
            expiry.closeFor(old.session());
            touches.closeFor(old.session());
            expiry.awaitReached(old.session(), PATIENCE);

            isAnswered(next.create("/while-closing"), Code.NODEEXISTS);
            WhatServersDid.isWrittenDown("create-while-old-session-is-closing", release, "node-exists");
            isAnswered(next.multi(Op.delete("/while-closing", 0), creation("/while-closing")), Code.OK);
            expiry.open();

            assertThat(old.expired()).succeedsWithin(PATIENCE);
            isAnswered(next.create("/behind-it-all"), Code.OK);
            observer.awaitOwner("/behind-it-all", next.session(), PATIENCE);
            observer.awaitOwner("/while-alive", next.session(), PATIENCE);
            observer.awaitOwner("/while-closing", next.session(), PATIENCE);
            WhatServersDid.isWrittenDown("multi-delete-create-survives-old-close", release, "stands");
        }
    }

    /**
     * closeSession is prepared; the leader has not applied it, and the server of the next session has not heard of its commit,
     * so that it shows the old node to whoever asks.
     */
    @Test
    void behindThePreparedCloseACreateSucceedsAndIsAnsweredOnlyWhenItIsTrue() throws Exception {
        Server stale = ensemble.followers().get(0);
        Gate apply = leader.gate(Rules.HOLD_APPLY_OF_CLOSE_SESSION);
        Gate commit = stale.gate(Rules.HOLD_COMMIT_OF_CLOSE_SESSION);
        Gate touches = leader.gate(Places.FORGET_TOUCHES);
        Gate prepared = leader.gate(Places.CREATE_PREPARED);
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/behind").watch("/ours-behind");
                PlainHandle old =
                        PlainHandle.connect(ensemble.followers().get(1).connectString());
                PlainHandle next = PlainHandle.connect(stale.connectString());
                Member member = Member.start(stale.proxy().connectString(), "behind")) {
            isAnswered(old.create("/behind"), Code.OK);
            isAnswered(old.create("/ours-behind"), Code.OK);
            isAnswered(next.probe(), Code.NONODE);
            member.client().awaitConfirmed(PATIENCE);
            long closing = old.session();
            observer.awaitOwner("/ours-behind", closing, PATIENCE);
            apply.closeFor(closing);
            commit.closeFor(closing);
            touches.closeFor(closing);
            apply.awaitReached(closing, PATIENCE);
            commit.awaitReached(closing, PATIENCE);
            assertThat(next.look("/behind"))
                    .as("who looks first takes it for alive")
                    .isPresent();

            prepared.closeFor(next.session(), member.session());
            CompletableFuture<Code> replaced = next.multi(Op.delete("/behind", -1), creation("/behind"));
            CompletableFuture<Code> created = next.create("/behind");
            Registration registration = member.register(
                    "/ours-behind",
                    RegistrationOptions.builder().waitForForeign().build());
            prepared.awaitReached(next.session(), PATIENCE);
            prepared.awaitReached(member.session(), PATIENCE);
            apply.open();
            touches.open();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observer.ownerNow("/behind").get(leader.id()))
                            .as(observer.toText())
                            .matches(seen -> seen.isOwnedBy(next.session())));
            assertThat(observer.history("/behind").stream()
                            .filter(seen -> seen.server() == stale.id()
                                    && seen.state() != Sighting.State.UNREACHABLE) // it answers less and less
                            .reduce((before, last) -> last))
                    .as("long replaced, and still shown\n" + observer.toText())
                    .hasValueSatisfying(last -> assertThat(last).matches(seen -> seen.isOwnedBy(closing)));
            WhatServersDid.isWrittenDown("stale-owner-after-close-committed", release, "shown");
            assertThat(created).isNotDone();
            assertThat(registration.state()).isNotInstanceOf(RegistrationState.Registered.class);
            commit.open();

            isAnswered(replaced, Code.NONODE);
            isAnswered(created, Code.OK);
            assertThat(registration.awaitRegistered(PATIENCE).session().value()).isEqualTo(member.session());
            observer.awaitOwner("/behind", next.session(), PATIENCE);
            observer.awaitOwner("/ours-behind", member.session(), PATIENCE);
            assertThat(observer.everySpanOf("/behind"))
                    .as(observer.toText())
                    .extracting(Span::owner)
                    .containsOnly(closing, next.session());
            WhatServersDid.isWrittenDown("create-behind-old-close", release, "stands");
            Evidence.claimsAreTrue(member, observer);
            assertThat(observer.ownerNow("/behind").values()).noneMatch(seen -> seen.state() == Sighting.State.ABSENT);
        }
    }
}
