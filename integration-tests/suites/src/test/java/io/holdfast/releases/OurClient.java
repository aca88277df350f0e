// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Registered;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A Holdfast client with the timeouts of these tests, and what it said of itself. */
final class OurClient implements AutoCloseable {

    private final List<HoldfastEvent> events;
    private final HoldfastClient client;

    private OurClient(List<HoldfastEvent> events, HoldfastClient client) {
        this.events = events;
        this.client = client;
    }

    /** Starts a client that has no registration yet. */
    static OurClient start(String connectString, String memberId, Consumer<HoldfastClientBuilder> settings) {
        List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
        HoldfastClientBuilder builder = HoldfastClient.builder()
                .connectString(connectString)
                .memberId(memberId)
                .sessionTimeout(Stage.SESSION_TIMEOUT)
                .serverTick(Stage.TICK)
                .safetyMargin(Stage.TICK)
                .observer(events::add);
        settings.accept(builder);
        return new OurClient(events, builder.build().start());
    }

    Registration register(String path) {
        return register(path, RegistrationOptions.defaults());
    }

    Registration register(String path, RegistrationOptions options) {
        return client.register(path, client.memberId().getBytes(UTF_8), options);
    }

    HoldfastClient client() {
        return client;
    }

    /** Returns the session at hand; 0 while there is none. */
    long session() {
        return client.sessions().stream()
                .mapToLong(each -> each.id().value())
                .findFirst()
                .orElse(0L);
    }

    /** Tells whether the node is registered in the session at hand. */
    boolean isRegistered(Registration registration) {
        return registration.state() instanceof Registered registered
                && registered.registered().session().value() == session();
    }

    /** Tells whether this client has met a node of this session of its own, and said so. */
    boolean hasMetItsGhost(long session) {
        return events(Judged.class).stream()
                .anyMatch(judged -> judged.verdict().equals("KnownGhost") && judged.ownerSessionId() == session);
    }

    /** Returns all events of one kind, in order. */
    <E extends HoldfastEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Returns everything that the client said, one line each. */
    String story() {
        return events.stream().map(HoldfastEvent::toString).collect(Collectors.joining("\n  ", this + "\n  ", "\n"));
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
