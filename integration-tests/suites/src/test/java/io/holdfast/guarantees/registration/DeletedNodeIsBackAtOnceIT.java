// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.Registered;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.peer.OrdinaryClientSettings;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The node is gone and its session is not: an operator, another client, a server's bug (H7). */
class DeletedNodeIsBackAtOnceIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** It is a round trip or two; the rest is for a test machine that is busy. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void manyNodesDeletedTogetherAreBackWithinMilliseconds(TestReporter reporter) throws Exception {
        List<String> ours = paths("/ours-", 20);
        List<String> theirs = paths("/theirs-", 20);
        OrdinaryClientSettings naive =
                OrdinaryClient.connectingTo(ensemble.proxiedConnectString()).sessionTimeout(Member.SESSION_TIMEOUT);
        theirs.forEach(naive::registering);
        try (OwnerObserver observer = OwnerObserver.of(ensemble);
                Operator operator = new Operator(ensemble);
                Member member = Member.start(ensemble.proxiedConnectString(), "deleted");
                OrdinaryClient ordinary = naive.start()) {
            ours.forEach(observer::watch);
            theirs.forEach(observer::watch);
            ours.forEach(member::register);
            member.awaitRegistered(PATIENCE);
            ordinary.awaitRegistered(PATIENCE);
            for (String path : ours) {
                observer.awaitOwner(path, member.session(), PATIENCE);
            }
            long session = member.session();
            List<Long> before = births(ours, observer);

            operator.deleteAll(theirs);
            operator.deleteAll(ours);

            for (int i = 0; i < ours.size(); i++) {
                long old = before.get(i);
                observer.awaitEverywhere(
                        ours.get(i), seen -> seen.isOwnedBy(session) && seen.czxid() != old, "back", PATIENCE);
            }
            for (String path : theirs) {
                observer.awaitAbsent(path, PATIENCE);
            }
            assertThat(ordinary.beliefs()).as("it believes in all of them").hasSize(theirs.size());
            List<Duration> gaps = member.diary().events(Registered.class).stream()
                    .filter(Registered::recreated)
                    .map(Registered::unregisteredFor)
                    .sorted()
                    .toList();
            reporter.publishEntry(
                    "without their node",
                    "median " + gaps.get(gaps.size() / 2).toMillis() + " ms, longest "
                            + gaps.get(gaps.size() - 1).toMillis() + " ms");
            assertThat(gaps).hasSize(ours.size()).allMatch(gap -> gap.compareTo(AT_ONCE.plus(Stalls.longest())) < 0);
            for (String path : ours) {
                assertThat(longestAbsence(path, observer))
                        .as(observer.toText())
                        .isLessThan(AT_ONCE.plus(Stalls.longest()));
            }
            assertThat(member.diary().sessions()).containsExactly(session);
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void aNodeThatIsDeletedAgainAndAgainIsBackEachTime() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/again");
                Operator operator = new Operator(ensemble);
                Member member = Member.start(ensemble.proxiedConnectString(), "again")) {
            member.register("/again");
            member.awaitRegistered(PATIENCE);
            for (int round = 0; round < 10; round++) {
                observer.awaitOwner("/again", member.session(), PATIENCE);
                long before = births(List.of("/again"), observer).get(0);
                operator.delete("/again");
                observer.awaitEverywhere("/again", seen -> seen.czxid() > before, "back", PATIENCE);
            }
            assertThat(longestAbsence("/again", observer))
                    .as(observer.toText())
                    .isLessThan(AT_ONCE.plus(Stalls.longest()));
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void aNodeDeletedWhileTheConnectionIsDownIsBackWithTheConnection() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/meanwhile");
                Operator operator = new Operator(ensemble);
                Member member = Member.start(ensemble.proxiedConnectString(), "meanwhile")) {
            member.register("/meanwhile");
            member.awaitRegistered(PATIENCE);
            long session = member.session();
            ensemble.proxies().forEach(FaultProxy::refuse);
            operator.delete("/meanwhile");
            observer.awaitAbsent("/meanwhile", PATIENCE);

            ensemble.proxies().forEach(FaultProxy::accept);

            observer.awaitOwner("/meanwhile", session, PATIENCE);
            member.awaitRegistered(PATIENCE);
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void aBlipThatLosesNothingChangesNothing() throws InterruptedException {
        List<String> paths = paths("/blip-", 5);
        try (OwnerObserver observer = OwnerObserver.of(ensemble);
                Member member = Member.start(ensemble.proxiedConnectString(), "blip")) {
            paths.forEach(observer::watch);
            paths.forEach(member::register);
            member.awaitRegistered(PATIENCE);
            long session = member.session();
            for (String path : paths) {
                observer.awaitOwner(path, session, PATIENCE);
            }
            List<Long> before = births(paths, observer);
            int confirmed = confirmations(member);
            for (int round = 1; round <= 5; round++) {
                ensemble.proxies().forEach(FaultProxy::cut);
                int expected = confirmed + round;
                await().atMost(PATIENCE).until(() -> confirmations(member) >= expected && member.isRegistered());
            }
            for (String path : paths) {
                observer.awaitOwner(path, session, PATIENCE);
                assertThat(observer.everySpanOf(path)).as(observer.toText()).hasSize(3);
            }
            assertThat(births(paths, observer)).isEqualTo(before);
            assertThat(member.diary().sessions()).containsExactly(session);
            Evidence.requireTruth(member, observer);
        }
    }

    private static int confirmations(Member member) {
        return member.diary().events(SessionConfirmed.class).size();
    }

    private static List<String> paths(String prefix, int number) {
        return IntStream.range(0, number).mapToObj(i -> prefix + i).toList();
    }

    private static List<Long> births(List<String> paths, OwnerObserver observer) {
        return paths.stream()
                .map(path -> observer.everySpanOf(path).stream()
                        .mapToLong(Span::czxid)
                        .max()
                        .orElseThrow())
                .toList();
    }

    /** The longest time between two sightings at one server during which the node was absent. */
    private static Duration longestAbsence(String path, OwnerObserver observer) {
        long longest = 0;
        for (int server = 1; server <= 3; server++) {
            int id = server;
            List<Sighting> seen = observer.history(path).stream()
                    .filter(sighting -> sighting.server() == id)
                    .toList();
            boolean wasThere = false;
            for (int i = 0; i + 1 < seen.size(); i++) {
                wasThere |= seen.get(i).state() == Sighting.State.PRESENT;
                if (wasThere && seen.get(i).state() == Sighting.State.ABSENT) {
                    longest = Math.max(
                            longest, seen.get(i + 1).nanoTime() - seen.get(i).nanoTime());
                }
            }
        }
        return Duration.ofNanos(longest);
    }
}
