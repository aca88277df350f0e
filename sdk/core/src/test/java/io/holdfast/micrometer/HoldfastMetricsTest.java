// SPDX-License-Identifier: Apache-2.0
package io.holdfast.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent.Conflict;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.event.HoldfastEvent.Registered;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.ReplicasDiverge;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionChanged.Trigger;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.internal.ownership.Verdict;
import io.holdfast.registration.RegistrationState;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HoldfastMetricsTest {
    private static final Duration TOOK = Duration.ofMillis(40);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HoldfastMetrics metrics = new HoldfastMetrics(registry, Tags.of("member", "broker-7"));

    @Test
    void registrationsAreCountedInTheStateTheyAreIn() {
        move("/a", "", "AwaitingSession");
        move("/b", "", "AwaitingSession");
        move("/a", "AwaitingSession", "Creating");
        move("/a", "Creating", "Registered");

        assertThat(registrationsIn("AwaitingSession")).isEqualTo(1);
        assertThat(registrationsIn("Creating")).isZero();
        assertThat(registrationsIn("Registered")).isEqualTo(1);
    }

    @Test
    void registrationsThatAreOverAreCountedNoMore() {
        move("/a", "", "AwaitingSession");
        move("/b", "", "AwaitingSession");
        move("/a", "AwaitingSession", "Closed");
        move("/b", "AwaitingSession", "Failed");

        assertThat(registry.find("holdfast.registrations").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
    }

    @Test
    void grantsAreCountedByStateAndThoseThatWereLost() {
        metrics.onEvent(new GrantChanged("/lock", 1, 2, "", "Held", false, "its node was seen to exist"));
        metrics.onEvent(new GrantChanged("/term", 1, 3, "", "Held", false, "its node was seen to exist"));
        metrics.onEvent(new GrantChanged("/term", 1, 3, "Held", "InDoubt", false, "the connection is lost"));
        assertThat(registry.get("holdfast.grants").tag("state", "Held").gauge().value())
                .isEqualTo(1);
        assertThat(registry.get("holdfast.grants")
                        .tag("state", "InDoubt")
                        .gauge()
                        .value())
                .isEqualTo(1);

        metrics.onEvent(new GrantChanged("/lock", 1, 2, "Held", "Ended", false, "any words"));
        metrics.onEvent(new GrantChanged("/term", 1, 3, "InDoubt", "Ended", true, "its deadline passed"));

        assertThat(registry.find("holdfast.grants").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
        assertThat(registry.get("holdfast.grants.lost").counter().count()).isEqualTo(1);
    }

    @Test
    void everyStateAndEveryVerdictHasItsMeterFromTheStart() {
        Set<String> notOver = Arrays.stream(RegistrationState.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .filter(name -> !Set.of("Failed", "Lost", "Closed").contains(name))
                .collect(Collectors.toSet());
        assertThat(tagValues("holdfast.registrations", "state")).containsExactlyInAnyOrderElementsOf(notOver);

        assertThat(tagValues("holdfast.verdicts", "verdict"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Verdict.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }

    @Test
    void sessionsAreCountedByWhatEndedThem() {
        metrics.onEvent(new SessionChanged(1, "Upgrading", "Closed", Trigger.PROBE_UNANSWERED, "any words"));
        metrics.onEvent(new SessionChanged(1, "Upgrading", "Closed", Trigger.REJECTED_BY_LEADER, "any words"));
        metrics.onEvent(new SessionChanged(1, "Confirmed", "Closed", Trigger.CLOSED_BY_USER, "any words"));
        metrics.onEvent(new SessionChanged(1, "Suspended", "Expired", Trigger.EXPIRED, "any words"));
        metrics.onEvent(new SessionChanged(1, "Upgrading", "Refused", Trigger.REFUSED_BY_ENSEMBLE, "any words"));

        for (String cause : List.of("silent", "rejected", "closed", "expired")) {
            assertThat(count("holdfast.sessions.ended", "cause", cause)).isEqualTo(1);
        }
        assertThat(registry.get("holdfast.sessions.refused").counter().count()).isEqualTo(1);
    }

    @Test
    void firstAndLaterConfirmationsAreTimedApart() {
        metrics.onEvent(new SessionConfirmed(1, TOOK, false));
        metrics.onEvent(new SessionConfirmed(1, TOOK.multipliedBy(2), true));

        assertThat(millis("holdfast.session.confirmation", "again", "false")).isEqualTo(40);
        assertThat(millis("holdfast.session.confirmation", "again", "true")).isEqualTo(80);
    }

    @Test
    void aNodeThatReplacesAnotherIsARecreation() {
        metrics.onEvent(new Registered("/a", 1, 10, TOOK, false));
        metrics.onEvent(new Registered("/a", 1, 11, TOOK, true));

        assertThat(registry.get("holdfast.unregistered").timer().count()).isEqualTo(2);
        assertThat(registry.get("holdfast.unregistered").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(80);
        assertThat(registry.get("holdfast.recreated").counter().count()).isEqualTo(1);
    }

    @Test
    void verdictsConflictsDivergencesAndEndedSessionsAreCounted() {
        metrics.onEvent(new Judged("/a", 1, "Foreign", 2));
        metrics.onEvent(new Conflict("/a", 1, 2, "member b"));
        metrics.onEvent(new ReplicasDiverge("/a", 1, "zk2:2181", "zk2:2181: owner 0x2"));
        metrics.onEvent(new EarlierSessionEnded(1, "closed", TOOK));

        assertThat(count("holdfast.verdicts", "verdict", "Foreign")).isEqualTo(1);
        assertThat(registry.get("holdfast.conflicts").counter().count()).isEqualTo(1);
        assertThat(count("holdfast.replica.divergences", "server", "zk2:2181")).isEqualTo(1);
        assertThat(millis("holdfast.earlier.sessions", "outcome", "closed")).isEqualTo(40);
    }

    @Test
    void moreRegistrationsMakeNoMoreMeters() {
        int before = registry.getMeters().size();
        for (int i = 0; i < 1_000; i++) {
            String path = "/services/" + i;
            move(path, "", "AwaitingSession");
            metrics.onEvent(new Judged(path, i, "Absent", 0));
            metrics.onEvent(new Registered(path, i, i, TOOK, false));
        }

        assertThat(registry.getMeters()).hasSize(before);
    }

    @Test
    void everyMeterCarriesTheTagsItWasGiven() {
        metrics.onEvent(new ReplicasDiverge("/a", 1, "zk2:2181", ""));
        metrics.onEvent(new EarlierSessionEnded(1, "closed", TOOK));

        assertThat(registry.getMeters()).extracting(Meter::getId).allSatisfy(id -> assertThat(id.getTag("member"))
                .isEqualTo("broker-7"));
    }

    private void move(String path, String from, String to) {
        metrics.onEvent(new RegistrationChanged(path, 1, from, to, "test"));
    }

    private double registrationsIn(String state) {
        return registry.get("holdfast.registrations")
                .tag("state", state)
                .gauge()
                .value();
    }

    private double count(String meter, String tag, String value) {
        return registry.get(meter).tag(tag, value).counter().count();
    }

    private double millis(String meter, String tag, String value) {
        return registry.get(meter).tag(tag, value).timer().totalTime(TimeUnit.MILLISECONDS);
    }

    private List<String> tagValues(String meter, String tag) {
        return registry.find(meter).meters().stream()
                .map(found -> found.getId().getTag(tag))
                .toList();
    }
}
