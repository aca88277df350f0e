// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recipe of the zombie session (H13), which NoNodeOfAZombieSessionIT plays on 3.5.10, on releases where one thread decides
 * about all requests of a server in their order: the leader closes what it has made global.
 */
@ParameterizedClass(name = "ZooKeeper {0}")
@ValueSource(strings = {"3.6.4", "3.9.5"})
class NoZombieFrom36IT {

    private static Ensemble ensemble;

    @Parameter
    String release;

    @BeforeParameterizedClassInvocation
    static void start(String release) throws InterruptedException {
        ensemble = Places.ensembleOf(release)
                .byteman(
                        Rules.ZOMBIE_HOLD_CREATE,
                        Rules.ZOMBIE_HOLD_LOCAL_CLOSE,
                        Rules.HOLD_EXPIRE,
                        Rules.HOLD_PREP_OF_CLOSE_SESSION)
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        ensemble.close();
    }

    @Test
    void aSessionThatBecameGlobalIsClosedAsOneThatIs() throws Exception {
        Server leader = ensemble.leader();
        Gate create = leader.gate(Rules.ZOMBIE_HOLD_CREATE);
        Gate localClose = leader.gate(Rules.ZOMBIE_HOLD_LOCAL_CLOSE);
        Gate expiry = leader.gate(Rules.HOLD_EXPIRE);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/zombie");
                PlainHandle plain = PlainHandle.connect(leader.proxy().connectString())) {
            long session = plain.session();
            observer.awaitAbsent("/zombie", PATIENCE);
            create.closeFor(session);
            localClose.closeFor(session);
            expiry.closeFor(session);
            CompletableFuture<Code> answer = plain.create("/zombie");
            create.awaitReached(session, PATIENCE);
            leader.proxy().refuse();
            expiry.awaitReached(session, PATIENCE);
            expiry.open();
            assertThat(localClose.waiting())
                    .as("its close waits behind the create, and nothing has been decided about it")
                    .isEmpty();
            Gate close = leader.gate(Rules.HOLD_PREP_OF_CLOSE_SESSION);
            close.closeFor(session);

            create.open();

            close.awaitReached(session, PATIENCE);
            observer.awaitOwner("/zombie", session, PATIENCE);
            assertThat(leader.fourLetterWord("dump"))
                    .as("the leader holds it, and closes it as it closes any global session")
                    .contains("0x" + Long.toHexString(session));
            assertThat(localClose.waiting()).isEmpty();
            close.open();
            observer.awaitAbsent("/zombie", PATIENCE);
            assertThat(answer).succeedsWithin(PATIENCE);
            WhatServersDid.isWrittenDown("zombie-session", release, "nodes-owned");
        }
    }
}
