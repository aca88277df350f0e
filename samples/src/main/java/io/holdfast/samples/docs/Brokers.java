// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.recipes.broker.Broker;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.broker.DuplicateId;
import io.holdfast.recipes.broker.EpochListener;
import io.holdfast.recipes.broker.HandOver;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import java.time.Duration;

/** Keeping a broker registered, watching the others, and handing an id over. */
final class Brokers {

    private Brokers() {}

    static BrokerRegistration keep(HoldfastClient client, byte[] json, Runnable startServing, Runnable stopServing) {
        // tag::epochs[]
        BrokerRegistration broker = BrokerRegistry.at(client, "/brokers/ids").register(7, json);
        broker.onEpoch(new EpochListener() {
            @Override
            public void began(Grant epoch) {
                startServing.run(); // with epoch.token().value() as the broker epoch
            }

            @Override
            public void ended(Grant epoch, GrantEnd why) {
                stopServing.run(); // another epoch follows by itself, unless the registration was closed
            }
        });
        // end::epochs[]
        return broker;
    }

    static void refuse(HoldfastClient client, byte[] json) throws InterruptedException {
        // tag::duplicate[]
        BrokerRegistration broker =
                BrokerRegistry.at(client, "/brokers/ids").register(7, json, new DuplicateId.Refuse());
        try {
            broker.awaitRegistered(Duration.ofSeconds(30));
        } catch (OwnershipConflictException e) {
            System.out.println("id 7 is taken by session 0x" + Long.toHexString(e.ownerSessionId()));
        }
        // end::duplicate[]
    }

    static LiveView<Integer, Broker> watch(HoldfastClient client) {
        // tag::watch[]
        LiveView<Integer, Broker> cluster = BrokerRegistry.at(client, "/brokers/ids")
                .watch(new ViewListener<>() {
                    @Override
                    public void joined(Broker broker) {
                        System.out.println("new: " + broker);
                    }

                    @Override
                    public void bounced(Broker before, Broker after) {
                        System.out.println(after.id() + " is another run than the one we knew, epoch " + after.epoch());
                    }

                    @Override
                    public void left(Broker broker) {
                        System.out.println("gone: " + broker);
                    }
                });
        // end::watch[]
        return cluster;
    }

    static void replace(BrokerRegistry registry, byte[] json) throws InterruptedException {
        // tag::successor[]
        BrokerRegistration successor = registry.register(7, json, new DuplicateId.WaitForever());
        successor.awaitRegistered(Duration.ofMinutes(10)); // waits, and says for which session
        // end::successor[]
    }

    static void handOver(BrokerRegistration broker) throws InterruptedException {
        // tag::hand-over[]
        HandOver outcome = broker.handOver(Duration.ofSeconds(30));
        if (outcome instanceof HandOver.Taken taken) {
            System.out.println("handed over to " + taken.successor());
        } else if (outcome instanceof HandOver.Vacant) {
            System.out.println("nobody came: the id is free, and this process serves no more");
        } else if (outcome instanceof HandOver.Unknown unknown) {
            System.out.println("not known: " + unknown.why());
        }
        // end::hand-over[]
    }
}
