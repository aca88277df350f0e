// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.broker.DuplicateId;
import io.holdfast.recipes.broker.EpochListener;
import io.holdfast.recipes.broker.HandOver;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A broker in a process of its own: registers when it is told to, says when its epochs begin and end, and hands over when it
 * is told a number of seconds. It ends when its standard input does.
 */
final class BrokerProcess {

    static final String REGISTRY = "/brokers/ids";
    static final String NO_JOURNAL = "-";

    /** Longer than a process takes to start. */
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(9);

    private BrokerProcess() {}

    /**
     * Opens a session and waits for what it is told.
     *
     * @param args connect string, id, journal directory or {@value #NO_JOURNAL}
     */
    public static void main(String[] args) throws Exception {
        int id = Integer.parseInt(args[1]);
        HoldfastClientBuilder builder =
                SmallTicks.member(args[0], "broker-" + id).sessionTimeout(SESSION_TIMEOUT);
        if (!args[2].equals(NO_JOURNAL)) {
            builder.journal(Path.of(args[2]));
        }
        HoldfastClient client = builder.build().start();
        client.awaitConfirmed(SmallTicks.PATIENCE);
        say("ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        BrokerRegistration broker = register(client, id, input.readLine());
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals("state")) {
                say("state " + broker.state().getClass().getSimpleName());
            } else {
                say("handed over " + words(broker.handOver(Duration.ofSeconds(Long.parseLong(line)))));
            }
        }
        System.exit(0);
    }

    private static BrokerRegistration register(HoldfastClient client, int id, @Nullable String how) {
        DuplicateId duplicates =
                "patiently".equals(how) ? new DuplicateId.WaitForever() : new DuplicateId.WaitForGhost();
        BrokerRegistration broker =
                BrokerRegistry.at(client, REGISTRY).register(id, "payload".getBytes(UTF_8), duplicates);
        say("registering");
        broker.onEpoch(new EpochListener() {
            @Override
            public void began(Grant epoch) {
                say("epoch " + epoch.token().value());
            }

            @Override
            public void ended(Grant epoch, GrantEnd why) {
                say("ended " + epoch.token().value() + " " + why);
            }
        });
        return broker;
    }

    private static String words(HandOver outcome) {
        return outcome instanceof HandOver.Taken taken
                ? "to " + taken.successor().epoch()
                : outcome.toString();
    }

    private static synchronized void say(String line) {
        System.out.println(line.replace('\n', ' '));
    }
}
