// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.guarantees.support.Diary.Claim;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.proxy.RecordedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Holds what a client said against what the servers had and what went over the wire. */
public final class Evidence {

    /** How long a client may need to hear of what happened to its node; mostly for a test machine that is busy. */
    public static final Duration DELIVERY = Duration.ofSeconds(1);

    private static final Duration TOLD_LATE = Duration.ofMillis(100);

    private Evidence() {}

    /** Checks all that must hold of every client at every time. */
    public static void requireTruth(Member member, OwnerObserver observer) {
        claimsAreTrue(member, observer);
        nothingIsBornDead(member, observer);
    }

    /**
     * While the client says that a node is registered, some server holds it, owned by that session; what lasts no longer
     * than the delivery of an event is forgiven.
     */
    public static void claimsAreTrue(Member member, OwnerObserver observer) {
        for (Claim claim : member.diary().claims()) {
            Duration untrue = longestDenial(claim, observer.history(claim.path()));
            assertThat(untrue)
                    .as(
                            "%s said for %s that session 0x%x had %s, and no server had it so\n%s\n%s",
                            member, untrue, claim.session(), claim.path(), member.diary(), observer.toText())
                    .isLessThan(DELIVERY);
        }
    }

    /** No node appears whose owner is a session that the client never learned of, or already took for over. */
    public static void nothingIsBornDead(Member member, OwnerObserver observer) {
        member.diary().claims().stream().map(Claim::path).distinct().forEach(path -> {
            for (Span span : observer.everySpanOf(path)) {
                String story =
                        "%s, owner 0x%x\n%s\n%s".formatted(path, span.owner(), member.diary(), observer.toText());
                assertThat(member.diary().sessions()).as(story).contains(span.owner());
                OptionalLong end = member.diary().endOf(span.owner());
                assertThat(end.isEmpty()
                                || bornAt(span, observer) - end.getAsLong()
                                        < Duration.ofMillis(100).toNanos())
                        .as("born after its session had ended: " + story)
                        .isTrue();
            }
        });
    }

    /** No ephemeral create but the probe is sent before its session is confirmed (I1), on any connection through a proxy. */
    public static void nothingIsCreatedUnconfirmed(Member member, Ensemble ensemble) {
        List<RecordedRequest> creates = ensemble.proxies().stream()
                .flatMap(proxy -> proxy.requests().stream())
                .filter(RecordedRequest::ephemeral)
                .filter(request -> member.diary().sessions().contains(request.sessionId()))
                .filter(request -> !isProbe(request))
                .toList();
        assertThat(creates).as("creates of " + member).isNotEmpty().allSatisfy(create -> {
            OptionalLong confirmed = member.diary().confirmationOf(create.sessionId());
            assertThat(confirmed).as(create + "\n" + member.diary()).isPresent();
            // the client tells its observers a little after the fact
            assertThat(create.nanoTime() - confirmed.getAsLong())
                    .as(create + " came before the confirmation\n" + member.diary())
                    .isGreaterThan(TOLD_LATE.plus(Stalls.longest()).negated().toNanos());
        });
    }

    public static boolean isProbe(RecordedRequest request) {
        return request.ephemeral() && request.path() != null && request.path().startsWith("/holdfast.no-such-parent.");
    }

    /** When a node was first seen anywhere: a server that lags behind, or comes back, shows it later. */
    private static long bornAt(Span span, OwnerObserver observer) {
        return observer.everySpanOf(span.path()).stream()
                .filter(other -> other.czxid() == span.czxid())
                .mapToLong(Span::fromNanos)
                .min()
                .orElseThrow();
    }

    /** The longest time within the claim during which every server that answered, and at least one, said otherwise. */
    private static Duration longestDenial(Claim claim, List<Sighting> history) {
        Map<Integer, Sighting> now = new HashMap<>();
        List<Sighting> changes = new ArrayList<>(history);
        long longest = 0;
        long deniedSince = Long.MAX_VALUE;
        for (Sighting change : changes) {
            longest = Math.max(longest, overlap(claim, deniedSince, change.nanoTime()));
            now.put(change.server(), change);
            boolean isDenied = isDenied(claim, now);
            if (!isDenied) {
                deniedSince = Long.MAX_VALUE;
            } else if (deniedSince == Long.MAX_VALUE) {
                deniedSince = change.nanoTime();
            }
        }
        return Duration.ofNanos(Math.max(longest, overlap(claim, deniedSince, System.nanoTime())));
    }

    private static boolean isDenied(Claim claim, Map<Integer, Sighting> now) {
        List<Sighting> answers = now.values().stream()
                .filter(seen -> seen.state() != Sighting.State.UNREACHABLE)
                .toList();
        return !answers.isEmpty() && answers.stream().noneMatch(seen -> seen.isOwnedBy(claim.session()));
    }

    private static long overlap(Claim claim, long from, long to) {
        if (from == Long.MAX_VALUE) {
            return 0;
        }
        long end = claim.toNanos() == Long.MAX_VALUE ? to : Math.min(to, claim.toNanos());
        return Math.max(0, end - Math.max(from, claim.fromNanos()));
    }
}
