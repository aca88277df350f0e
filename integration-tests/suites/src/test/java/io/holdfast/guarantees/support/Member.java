// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Our client, with timeouts that fit a test, and its {@link Diary}. */
public final class Member implements AutoCloseable {

    /** The servers' tick in these tests, the harness's default. */
    public static final Duration TICK = Duration.ofMillis(500);

    /** What every client of these tests asks for, ours and the ordinary ones. */
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);

    /** How long after a session was last heard of its nodes may stand, leader changes aside. */
    public static final Duration GHOST_LIFE = SESSION_TIMEOUT.plus(TICK.multipliedBy(2));

    private final Diary diary;
    private final HoldfastClient client;
    private final List<Registration> registrations = new ArrayList<>();

    private Member(Diary diary, HoldfastClient client) {
        this.diary = diary;
        this.client = client;
    }

    /** Starts a client that has no registration yet. */
    public static Member start(String connectString, String memberId) {
        return start(connectString, memberId, settings -> {});
    }

    /** Starts a client with settings of its own. */
    public static Member start(String connectString, String memberId, Consumer<HoldfastClientBuilder> settings) {
        Diary diary = new Diary();
        HoldfastClientBuilder builder = HoldfastClient.builder()
                .connectString(connectString)
                .memberId(memberId)
                .sessionTimeout(SESSION_TIMEOUT)
                .serverTick(TICK)
                .safetyMargin(TICK)
                .observer(diary);
        settings.accept(builder);
        return new Member(diary, builder.build().start());
    }

    public Registration register(String path) {
        return register(path, RegistrationOptions.defaults());
    }

    public Registration register(String path, RegistrationOptions options) {
        Registration registration = client.register(path, client.memberId().getBytes(StandardCharsets.UTF_8), options);
        registrations.add(registration);
        return registration;
    }

    public HoldfastClient client() {
        return client;
    }

    public Diary diary() {
        return diary;
    }

    /** Returns the session at hand; 0 while there is none. */
    public long session() {
        return client.sessions().stream()
                .mapToLong(each -> each.id().value())
                .findFirst()
                .orElse(0L);
    }

    /** Tells whether every node is registered in the session at hand. */
    public boolean isRegistered() {
        long session = session();
        return registrations.stream()
                .allMatch(registration -> registration.state() instanceof RegistrationState.Registered registered
                        && registered.registered().session().value() == session);
    }

    /** Blocks until each node is registered; the failure carries the diary. */
    public void awaitRegistered(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (Registration registration : registrations) {
            try {
                registration.awaitRegistered(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (SessionNotConfirmedException e) {
                throw new AssertionError(this + " is not registered in time:\n" + diary, e);
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
