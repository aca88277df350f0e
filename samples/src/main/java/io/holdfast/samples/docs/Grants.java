// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.error.FencedException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/** What one does under a grant, whichever recipe gave it. */
final class Grants {

    private Grants() {}

    static void work(Grant grant, List<Runnable> tasks) {
        // tag::work[]
        var watching = grant.ended().thenAccept(why -> System.out.println("over: " + why.inWords()));
        for (Runnable task : tasks) {
            grant.require(Duration.ofSeconds(2)); // throws unless two more seconds are certain
            task.run();
        }
        // end::work[]
        System.out.println(watching);
    }

    static void write(Grant grant, byte[] plan) throws InterruptedException {
        // tag::transaction[]
        try {
            TransactionOutcome outcome = grant.transaction()
                    .setData("/plans/today", plan)
                    .delete("/plans/yesterday")
                    .commit();
            if (outcome instanceof Rejected rejected) { // the grant held; the tree was not as we thought
                System.out.println(rejected.path() + ": " + rejected.code() + ", and nothing was done");
            }
        } catch (FencedException e) {
            System.out.println("nothing was done, and we hold nothing any more: " + e.getMessage());
        } catch (UnknownOutcomeException e) {
            System.out.println("done or not done: read before you repeat it");
        }
        // end::transaction[]
    }

    static void handAlong(Grant grant, BiConsumer<FencingToken, String> store) {
        // tag::token[]
        store.accept(grant.token(), "an entry"); // the store keeps the greatest token, and refuses smaller ones
        // end::token[]
    }

    static void failures(Grant grant, Runnable task) {
        // tag::failures[]
        try {
            grant.require(Duration.ofSeconds(2));
            task.run();
            grant.release();
        } catch (FencedException e) {
            System.out.println("stop, and ask for a new grant: " + e.getMessage());
        } catch (SessionNotConfirmedException e) {
            System.out.println("not over, but not certain for two seconds: ask again a little later");
        }
        // end::failures[]
    }
}
