// SPDX-License-Identifier: Apache-2.0
package io.holdfast.micrometer;

import static java.util.Objects.requireNonNull;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.Conflict;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.event.HoldfastEvent.Registered;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.ReplicasDiverge;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.event.HoldfastObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and times what the SDK reports about itself, in a Micrometer registry. Give it to the {@code observer} method of a
 * builder; docs/operations.md lists the meters and what to do about each.
 *
 * <p>One instance may serve several clients, whose numbers are then added up. Two instances on one registry need different
 * tags, or their meters are the same. No meter is tagged by path or session, so the number of meters does not grow with
 * what is registered.
 *
 * <p><b>Thread-safety:</b> safe. <b>Blocking:</b> nothing blocks. <b>Not promised:</b> that a number is up to the moment;
 * events arrive after the change they report.
 */
public final class HoldfastMetrics implements HoldfastObserver {

    private static final List<String> REGISTRATION_STATES = List.of(
            "AwaitingSession", "Creating", "Verifying", "Waiting", "Refused", "Registered", "InDoubt", "Closing");
    private static final List<String> GRANT_STATES = List.of("Held", "InDoubt");
    private static final List<String> VERDICTS = List.of(
            "Absent", "Mine", "MineElsewhere", "Sibling", "KnownGhost", "UnknownGhost", "Foreign", "Persistent");
    private static final List<String> CAUSES = List.of("expired", "silent", "rejected", "closed");

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<String, AtomicInteger> registrations = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> grants = new ConcurrentHashMap<>();

    /** Registers the meters without tags of their own. */
    public HoldfastMetrics(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /**
     * Registers the meters, most of them at zero, so that they are there before anything happens.
     *
     * @param registry where the meters are; not closed by this object
     * @param tags put on every meter, for example the member id
     */
    public HoldfastMetrics(MeterRegistry registry, Iterable<Tag> tags) {
        this.registry = requireNonNull(registry, "registry");
        this.tags = Tags.of(requireNonNull(tags, "tags"));
        REGISTRATION_STATES.forEach(this::registrationsIn);
        GRANT_STATES.forEach(this::grantsIn);
        VERDICTS.forEach(this::verdicts);
        CAUSES.forEach(this::sessionsEnded);
        confirmations(false);
        confirmations(true);
        sessionsRefused();
        unregistered();
        recreated();
        conflicts();
        grantsLost();
    }

    @Override
    public void onEvent(HoldfastEvent event) {
        if (event instanceof SessionChanged e) {
            sessionChanged(e);
        } else if (event instanceof SessionConfirmed e) {
            confirmations(e.again()).record(e.took());
        } else if (event instanceof EarlierSessionEnded e) {
            earlierSessions(e.outcome()).record(e.took());
        } else if (event instanceof RegistrationChanged e) {
            registrationChanged(e);
        } else if (event instanceof Registered e) {
            unregistered().record(e.unregisteredFor());
            if (e.recreated()) {
                recreated().increment();
            }
        } else if (event instanceof Judged e) {
            verdicts(e.verdict()).increment();
        } else if (event instanceof GrantChanged e) {
            grantChanged(e);
        } else if (event instanceof Conflict) {
            conflicts().increment();
        } else if (event instanceof ReplicasDiverge e) {
            divergences(e.server()).increment();
        }
    }

    private void sessionChanged(SessionChanged event) {
        switch (event.trigger()) {
            case EXPIRED -> sessionsEnded("expired").increment();
            case CLOSED_BY_USER -> sessionsEnded("closed").increment();
            case PROBE_UNANSWERED -> sessionsEnded("silent").increment();
            case REJECTED_BY_LEADER -> sessionsEnded("rejected").increment();
            case REFUSED_BY_ENSEMBLE, AUTHENTICATION_FAILED -> sessionsRefused().increment();
            case CONNECTED, DISCONNECTED, CONFIRMATION_WANTED, PROBE_PASSED -> {}
        }
    }

    private void registrationChanged(RegistrationChanged event) {
        if (REGISTRATION_STATES.contains(event.from())) {
            registrationsIn(event.from()).decrementAndGet();
        }
        if (REGISTRATION_STATES.contains(event.to())) {
            registrationsIn(event.to()).incrementAndGet();
        }
    }

    private void grantChanged(GrantChanged event) {
        if (GRANT_STATES.contains(event.from())) {
            grantsIn(event.from()).decrementAndGet();
        }
        if (GRANT_STATES.contains(event.to())) {
            grantsIn(event.to()).incrementAndGet();
        }
        if (event.isLoss()) {
            grantsLost().increment();
        }
    }

    private AtomicInteger grantsIn(String state) {
        return grants.computeIfAbsent(
                state,
                name -> gauge("holdfast.grants", "Locks, terms and other grants that are not over, by state", name));
    }

    private Counter grantsLost() {
        return Counter.builder("holdfast.grants.lost")
                .description("Grants that ended although nobody had released them")
                .tags(tags)
                .register(registry);
    }

    private AtomicInteger registrationsIn(String state) {
        return registrations.computeIfAbsent(
                state, name -> gauge("holdfast.registrations", "Registrations that are not over, by state", name));
    }

    private AtomicInteger gauge(String meter, String description, String state) {
        AtomicInteger count = new AtomicInteger();
        Gauge.builder(meter, count, AtomicInteger::get)
                .description(description)
                .tags(tags.and("state", state))
                .strongReference(true)
                .register(registry);
        return count;
    }

    private Timer confirmations(boolean again) {
        return Timer.builder("holdfast.session.confirmation")
                .description("From wanting a confirmed session while connected to having it")
                .tags(tags.and("again", String.valueOf(again)))
                .register(registry);
    }

    private Counter sessionsEnded(String cause) {
        return Counter.builder("holdfast.sessions.ended")
                .description("Sessions that are over, by cause")
                .tags(tags.and("cause", cause))
                .register(registry);
    }

    private Counter sessionsRefused() {
        return Counter.builder("holdfast.sessions.refused")
                .description("Sessions that may own no ephemeral node")
                .tags(tags)
                .register(registry);
    }

    private Timer earlierSessions(String outcome) {
        return Timer.builder("holdfast.earlier.sessions")
                .description("Attempts to end an earlier session, by outcome")
                .tags(tags.and("outcome", outcome))
                .register(registry);
    }

    private Timer unregistered() {
        return Timer.builder("holdfast.unregistered")
                .description("How long a registration had been without a node when it got one")
                .tags(tags)
                .register(registry);
    }

    private Counter recreated() {
        return Counter.builder("holdfast.recreated")
                .description("Nodes created in place of an earlier one of the same registration")
                .tags(tags)
                .register(registry);
    }

    private Counter verdicts(String verdict) {
        return Counter.builder("holdfast.verdicts")
                .description("Looks at a path where a node of ours is wanted, by whose node was found")
                .tags(tags.and("verdict", verdict))
                .register(registry);
    }

    private Counter conflicts() {
        return Counter.builder("holdfast.conflicts")
                .description("Registrations that failed because somebody else has the path")
                .tags(tags)
                .register(registry);
    }

    private Counter divergences(String server) {
        return Counter.builder("holdfast.replica.divergences")
                .description("Times a server held a node that others do not, by server")
                .tags(tags.and("server", server))
                .register(registry);
    }
}
