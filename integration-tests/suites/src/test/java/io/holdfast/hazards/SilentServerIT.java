// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.wire.OpCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A plain client comes back with its session to a server that has not applied the session's createSession (H10); what ours
 * does there is in SilentServerIsLeftIT.
 */
class SilentServerIT {

    private static final String CURRENT = Release.current().version();

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Places.ensembleOf(CURRENT).byteman(Rules.HOLD_APPLY_OF_CREATE_SESSION));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void aPlainClientIsLetInAndNeverAnswered() throws Exception {
        Server leader = ensemble.leader();
        Server first = ensemble.followers().get(0);
        Server silent = ensemble.followers().get(1);
        silent.proxy().refuse();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/unanswered");
                PlainHandle plain = PlainHandle.connect(
                        first.proxy().connectString() + "," + silent.proxy().connectString())) {
            long session = plain.session();
            Gate here = first.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION);
            Gate there = silent.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION);
            here.closeFor(session);
            there.closeFor(session);
            CompletableFuture<Code> created = plain.create("/unanswered");
            here.awaitReached(session, PATIENCE);
            there.awaitReached(session, PATIENCE);
            await("the leader, which is asked when the client moves, has the session")
                    .atMost(PATIENCE)
                    .until(() -> leader.fourLetterWord("dump").contains(Long.toHexString(session)));

            silent.proxy().accept();
            first.proxy().refuse();
            isAnswered(created, Code.CONNECTIONLOSS);
            await("it is let in with its session").atMost(PATIENCE).until(() -> plain.connections() == 2);
            List<CompletableFuture<Code>> answers =
                    List.of(plain.exists("/unanswered"), plain.sync("/unanswered"), plain.create("/unanswered"));
            silent.proxy().awaitRequests(OpCode.CREATE, 1, PATIENCE);

            assertThat(answers).allSatisfy(answer -> isAnswered(answer, Code.CONNECTIONLOSS));
            assertThat(silent.proxy().requests()).allMatch(request -> request.sessionId() == session);
            observer.awaitOwner("/unanswered", session, PATIENCE);
            assertThat(there.waiting()).contains(session);
            WhatServersDid.isWrittenDown("upgrading-session-moves", CURRENT, "silent");
        }
    }
}
