// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Refused;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a registered node under a live session, and to the code that makes its payload. */
class RegistrationDriverLiveTest {

    private final RegistrationBench bench = new RegistrationBench();

    @BeforeEach
    void open() {
        bench.confirm(S1);
    }

    @Test
    void putsADeletedNodeBackAtOnce() {
        Registration registration = bench.register("/a");
        long before = czxid();
        bench.advance(Duration.ofMinutes(1));
        bench.events.clear();

        bench.tree.remove("/a");
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(czxid()).isGreaterThan(before);
        assertThat(bench.events(HoldfastEvent.Registered.class))
                .singleElement()
                .matches(event -> event.recreated() && event.unregisteredFor().isZero());
    }

    @Test
    void putsItBackEachTime() {
        bench.register("/a");
        for (int i = 0; i < 20; i++) {
            bench.tree.remove("/a");
            bench.settle();
            assertThat(bench.tree.node("/a")).isPresent();
        }
    }

    @Test
    void aDeletionRightBehindTheCreateIsNotMissed() {
        bench.tree.pass(Call.EXISTS);
        bench.tree.after(Call.EXISTS, () -> bench.tree.remove("/a"));
        bench.tree.remove(registered());
        bench.settle();

        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void countsTheTimeWithoutANodeFromTheMomentItWasLost() {
        bench.register("/a");
        bench.advance(Duration.ofMinutes(1));
        bench.events.clear();
        bench.tree.loseRequest(Call.CREATE);
        bench.tree.remove("/a");
        bench.advance(Duration.ofSeconds(1));

        assertThat(bench.events(HoldfastEvent.Registered.class)).singleElement().satisfies(event -> assertThat(
                        event.unregisteredFor())
                .isBetween(Duration.ofMillis(50), Duration.ofMillis(100)));
    }

    @Test
    void aForeignNodeInThePlaceOfADeletedOneIsAConflict() {
        Registration registration = bench.register("/a");
        bench.tree.remove("/a");
        bench.put("/a", FOREIGN, "broker-8");
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Failed.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(FOREIGN);
    }

    @Test
    void aDataChangeSetsTheWatchAgainWithoutLeavingRegistered() {
        bench.register("/a");
        bench.takeMoves("/a");
        bench.tree.takeRequests();

        for (int i = 0; i < 5; i++) {
            bench.tree.overwrite("/a", bytes("theirs"));
            bench.settle();
        }

        assertThat(bench.takeMoves("/a")).isEmpty();
        assertThat(bench.tree.takeRequests()).hasSize(5).containsOnly("EXISTS /a");
        bench.tree.remove("/a");
        bench.settle();
        assertThat(bench.tree.node("/a")).as("the watch stood again").isPresent();
    }

    @Test
    void aNodeThatWasReplacedBehindADataChangeIsFoundOut() {
        Registration registration = bench.register("/a");
        bench.tree.before(Call.EXISTS, () -> {
            bench.tree.remove("/a");
            bench.put("/a", FOREIGN, "broker-8");
        });
        bench.tree.overwrite("/a", bytes("theirs"));
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Failed.class);
    }

    @Test
    void aWatchThatCouldNotBeSetAgainForTheConnectionIsSetAfterIt() {
        Registration registration = bench.register("/a");
        bench.takeMoves("/a");
        bench.tree.loseAnswer(Call.EXISTS);
        bench.tree.overwrite("/a", bytes("theirs"));
        bench.settle(); // the callback's failure comes before the news of the lost connection
        bench.suspend();
        assertThat(registration.state()).isInstanceOf(InDoubt.class);

        bench.confirm(S1);
        assertThat(registration.state()).isInstanceOf(Registered.class);
        bench.tree.remove("/a");
        bench.settle();

        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void aWatchThatCouldNotBeSetAgainIsTriedAgainIfTheConnectionStays() {
        bench.register("/a");
        bench.tree.loseRequest(Call.EXISTS);
        bench.tree.overwrite("/a", bytes("theirs"));
        bench.advance(Duration.ofSeconds(2));

        bench.tree.remove("/a");
        bench.settle();

        assertThat(bench.tree.node("/a")).isPresent();
    }

    /** A node's identity is its czxid: an operator who edits the data takes nothing away. */
    @Test
    void aNodeWhoseDataWereOverwrittenIsStillItsOwn() {
        bench.tree.unimplemented(Call.EPHEMERALS);
        Registration registration = bench.register("/a");
        bench.tree.overwrite("/a", bytes("edited"));
        bench.settle();

        bench.suspend();
        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        registration.closeAsync();
        bench.settle();
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void asksForThePayloadOncePerNode() {
        AtomicInteger calls = new AtomicInteger();
        bench.register("/a", () -> bytes("v" + calls.getAndIncrement()), RegistrationOptions.defaults());
        assertThat(calls).hasValue(1);
        assertThat(bench.payload("/a")).isEqualTo("v0");

        bench.tree.remove("/a");
        bench.settle();
        assertThat(bench.payload("/a")).isEqualTo("v1");

        bench.end();
        bench.tree.deleteAllOf(S1);
        bench.confirm(S2);
        assertThat(bench.payload("/a")).isEqualTo("v2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "returns null"})
    void goesOnTryingWhileThePayloadCannotBeMade(String how) {
        AtomicInteger calls = new AtomicInteger();
        Registration registration = bench.register(
                "/a",
                () -> {
                    int call = calls.getAndIncrement();
                    if (call == 0 || call > 3) {
                        return bytes("v" + call);
                    }
                    if (how.equals("throws")) {
                        throw new IllegalStateException("no address yet");
                    }
                    return null;
                },
                RegistrationOptions.defaults());
        bench.tree.remove("/a");
        bench.settle();
        assertThat(registration.state()).isInstanceOf(RegistrationState.Waiting.class);

        bench.advance(Duration.ofSeconds(2));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.payload("/a")).isEqualTo("v4");
    }

    @Test
    void keepsTryingWhenALaterPayloadIsTooLargeForARequest() {
        AtomicInteger calls = new AtomicInteger();
        Registration registration = bench.register(
                "/a", () -> new byte[calls.getAndIncrement() == 1 ? 1_000_000 : 10], RegistrationOptions.defaults());
        bench.tree.remove("/a");
        bench.settle();

        assertThat(registration.state()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.error())
                .hasMessageContaining("jute.maxbuffer"));
        bench.advance(Duration.ofSeconds(1));
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    private String registered() {
        bench.register("/a");
        return "/a";
    }

    private long czxid() {
        return bench.tree.node("/a").map(Znode::czxid).orElseThrow();
    }
}
