// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.TransactionOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The two shapes of an election, and looking on. */
final class Elections {

    private Elections() {}

    static void atNode(HoldfastClient client, byte[] state) throws InterruptedException {
        // tag::at-node[]
        try (LeaderElection election = LeaderElection.atNode(client, "/controller", "controller 7".getBytes(UTF_8))) {
            Optional<Grant> term = election.campaign(Duration.ofMinutes(1)); // empty: nobody made room in time
            if (term.isPresent()) {
                TransactionOutcome outcome =
                        term.get().transaction().setData("/state", state).commit(); // only while we lead
                System.out.println("written: " + outcome.isCommitted());
                election.resign();
            }
        }
        // end::at-node[]
    }

    static void lookOn(HoldfastClient client, CountDownLatch untilStopped) throws Exception {
        // tag::observe[]
        LeaderElection election = LeaderElection.queued(client, "/election", new byte[0]);
        try (AutoCloseable observing = election.observe(leader -> System.out.println(
                leader.map(each -> new String(each.payload(), UTF_8) + " leads, token " + each.token())
                        .orElse("nobody leads")))) {
            System.out.println(observing + " sees " + election.participants());
            untilStopped.await();
        }
        // end::observe[]
    }
}
