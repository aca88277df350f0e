// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that takes a lock and then does as it is told on its standard input, without ever asking whether it still holds
 * the lock. It ends when its standard input does.
 */
final class LedgerProcess {

    static final String LOCK = "/ledger";
    static final String ENTRY = "balance";

    private LedgerProcess() {}

    /**
     * Runs until the standard input ends.
     *
     * @param args connect string, database file, member id
     */
    public static void main(String[] args) throws Exception {
        try (HoldfastClient client = HoldfastClient.builder()
                        .connectString(args[0])
                        .memberId(args[2])
                        .sessionTimeout(Duration.ofSeconds(3))
                        .safetyMargin(Duration.ofMillis(500))
                        .serverTick(Duration.ofMillis(500))
                        .build()
                        .start();
                GuardDatabase database = GuardDatabase.open(Path.of(args[1]))) {
            Grant grant = FencedLock.at(client, LOCK).acquire();
            say("token " + grant.token().value());
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                say(order + ": " + carriedOut(order, grant, database));
            }
        }
        System.exit(0);
    }

    private static String carriedOut(String order, Grant grant, GuardDatabase database) throws Exception {
        String what = order.substring(order.indexOf(' ') + 1);
        try {
            if (order.startsWith("write ")) {
                database.write(grant.token(), ENTRY, what);
            } else {
                grant.transaction().create(what, new byte[0]).commit();
            }
            return "done";
        } catch (FencedException e) {
            return "refused, " + e.getMessage();
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
