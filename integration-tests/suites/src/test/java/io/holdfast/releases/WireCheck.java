// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a release does not know breaks the connection that it is asked on, and, before 3.4.6, leaves everything behind it without
 * an answer. So it may be asked once, or twice where a lost connection may have had another reason, and then never again.
 */
final class WireCheck {

    private static final int CUTS = 3;
    private static final Set<OpCode> BEFORE_346 = EnumSet.of(
            OpCode.CONNECT,
            OpCode.CREATE,
            OpCode.DELETE,
            OpCode.EXISTS,
            OpCode.GET_DATA,
            OpCode.SET_DATA,
            OpCode.GET_CHILDREN,
            OpCode.GET_CHILDREN2,
            OpCode.SYNC,
            OpCode.PING,
            OpCode.SET_WATCHES,
            OpCode.CLOSE_SESSION);

    private WireCheck() {}

    static Finding unknownRequestsAreNotRepeated(Stage stage, Socket socket) throws Exception {
        stage.ensemble().proxies().forEach(FaultProxy::resetCounts);
        try (OurClient ours = stage.ours("wire", socket)) {
            List<Registration> registrations = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                registrations.add(ours.register("/wire-" + socket.segment() + "/node-" + i, options(i)));
            }
            awaitAll(ours, registrations);
            for (int i = 0; i < CUTS; i++) {
                int confirmed = confirmations(ours);
                stage.ensemble().proxies().forEach(FaultProxy::cut);
                await().atMost(PATIENCE).until(() -> confirmations(ours) > confirmed);
                awaitAll(ours, registrations);
            }
            registrations.forEach(Registration::close);
        }
        ServedRelease release = stage.release();
        if (release.leavesUnknownUnanswered()) {
            assertThat(stage.ensemble().proxies().stream()
                            .flatMap(proxy -> proxy.requests().stream())
                            .map(RecordedRequest::opCode)
                            .collect(Collectors.toSet()))
                    .isSubsetOf(BEFORE_346);
        } else {
            requireOnConnections(stage, OpCode.CREATE2, release.hasCreate2(), 1);
            requireOnConnections(stage, OpCode.GET_EPHEMERALS, release.hasEphemerals(), 2);
        }
        return Finding.works();
    }

    /** Every other one is sequential: looking for its name takes other requests. */
    private static RegistrationOptions options(int i) {
        return i % 2 == 0
                ? RegistrationOptions.defaults()
                : RegistrationOptions.builder().sequential().build();
    }

    private static void requireOnConnections(Stage stage, OpCode request, boolean isKnown, long atMost) {
        long connections = stage.ensemble().proxies().stream()
                .mapToLong(proxy -> proxy.requests().stream()
                        .filter(sent -> sent.opCode() == request)
                        .map(RecordedRequest::connection)
                        .distinct()
                        .count())
                .sum();
        if (isKnown) {
            assertThat(connections).as("connections with a " + request).isPositive();
        } else {
            assertThat(connections).as("connections with a " + request).isLessThanOrEqualTo(atMost);
        }
    }

    private static void awaitAll(OurClient ours, List<Registration> registrations) {
        await().atMost(PATIENCE).until(() -> registrations.stream().allMatch(ours::isRegistered));
    }

    private static int confirmations(OurClient ours) {
        return ours.events(SessionConfirmed.class).size();
    }
}
