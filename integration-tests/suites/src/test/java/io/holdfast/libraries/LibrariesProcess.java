// SPDX-License-Identifier: Apache-2.0
package io.holdfast.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;

/** Uses the library and the drop-in once, on whatever class path this JVM has. */
final class LibrariesProcess {

    static final String DONE = "everything worked";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MANY = 50;
    private static final byte[] DATA = "data".getBytes(UTF_8);

    private LibrariesProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (HoldfastClient client = HoldfastClient.builder()
                .connectString(arguments[0])
                .memberId("libraries")
                .sessionTimeout(Duration.ofSeconds(6))
                .serverTick(Duration.ofMillis(500))
                .safetyMargin(Duration.ofSeconds(1))
                .build()
                .start()) {
            registerAcrossSessions(client);
            registerMany(client);
            try (Grant grant =
                    FencedLock.at(client, "/h/lock").tryAcquire(PATIENCE).orElseThrow()) {
                grant.transaction().create("/h-written", DATA).commit();
            }
            try (LeaderElection election = LeaderElection.queued(client, "/h/leader", DATA);
                    Grant term = election.campaign(PATIENCE).orElseThrow()) {
                term.require(Duration.ZERO);
            }
            try (Membership membership = Group.at(client, "/h/group").join(DATA)) {
                membership.awaitJoined(PATIENCE);
            }
        }
        CuratorRecipes.useAll(arguments[0]);
        System.out.println(DONE);
    }

    /** Many nodes share transactions, and watches that are set past the library's API. */
    private static void registerMany(HoldfastClient client) throws Exception {
        List<Registration> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            all.add(client.register("/h-many-" + i, DATA));
        }
        for (Registration each : all) {
            each.awaitRegistered(PATIENCE);
        }
        CompletableFuture<Void> back = new CompletableFuture<>();
        Registration last = all.get(MANY - 1);
        long before = last.awaitRegistered(PATIENCE).czxid();
        last.addListener((from, to) -> {
            if (to instanceof RegistrationState.Registered again
                    && again.registered().czxid() != before) {
                back.complete(null);
            }
        });
        client.unwrap(CuratorFramework.class).delete().forPath(last.path());
        back.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        for (Registration each : all) {
            each.close();
        }
    }

    private static void registerAcrossSessions(HoldfastClient client) throws Exception {
        Registration registration = client.register("/h-registered", DATA);
        SessionId first = registration.awaitRegistered(PATIENCE).session();
        CompletableFuture<SessionId> next = new CompletableFuture<>();
        registration.addListener((from, to) -> {
            if (to instanceof RegistrationState.Registered again
                    && !again.registered().session().equals(first)) {
                next.complete(again.registered().session());
            }
        });
        client.unwrap(CuratorFramework.class)
                .getZookeeperClient()
                .getZooKeeper()
                .getTestable()
                .injectSessionExpiration();
        SessionId second = next.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Session session = client.awaitConfirmed(PATIENCE);
        if (!session.id().equals(second)) {
            throw new AssertionError("registered in " + second + " while the session is " + session);
        }
    }
}
