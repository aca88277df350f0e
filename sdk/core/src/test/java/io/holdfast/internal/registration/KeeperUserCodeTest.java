// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.KeeperBench.S1;
import static io.holdfast.internal.registration.KeeperBench.S2;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Registered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the user's code throws, a registration moves on or says why not (protocol, I7). */
class KeeperUserCodeTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(20);

    private final KeeperBench bench = new KeeperBench();
    private final AtomicInteger calls = new AtomicInteger();

    static Stream<Supplier<List<ACL>>> failures() {
        return Stream.of(
                () -> {
                    throw new IllegalStateException("no ACLs now");
                },
                () -> {
                    throw new NoClassDefFoundError("no ACLs now");
                },
                () -> null);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anAclProviderThatFailsForAWhileDelaysTheNodeAndIsTold(Supplier<List<ACL>> failure) {
        bench.acls = path -> calls.incrementAndGet() <= 5 ? failure.get() : ZooDefs.Ids.OPEN_ACL_UNSAFE;
        bench.confirm(S1);

        Registration registration = bench.register("/a");

        assertThat(registration.state()).isNotInstanceOf(Registered.class);
        assertThat(bench.events(TaskFailed.class)).isNotEmpty().allSatisfy(told -> {
            assertThat(told.path()).isEqualTo("/a");
            assertThat(told.task()).contains("ACL provider");
        });
        assertThat(causes()).anyMatch(cause -> cause.contains("the ACL provider failed"));
        bench.advance(LONG_ENOUGH);
        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(calls).hasValue(6);
    }

    @Test
    void anAclProviderThatWorksAgainServesTheNextSessionToo() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.acls = path -> {
            throw new IllegalStateException("no ACLs now");
        };
        bench.end();
        bench.tree.deleteAllOf(S1);
        bench.confirm(S2);
        bench.advance(LONG_ENOUGH);
        assertThat(registration.state()).isNotInstanceOf(Registered.class);

        bench.acls = path -> ZooDefs.Ids.OPEN_ACL_UNSAFE;
        bench.advance(LONG_ENOUGH);

        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S2);
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void theAclProviderIsNotCalledOnTheLoop() {
        List<String> asked = new ArrayList<>();
        bench.acls = path -> {
            asked.add(path);
            return ZooDefs.Ids.OPEN_ACL_UNSAFE;
        };
        bench.confirm(S1);
        bench.holdSuppliers();

        Registration registration = bench.register("/a");

        assertThat(asked).isEmpty();
        bench.releaseSuppliers();
        assertThat(asked).containsExactly("/a");
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void aSupplierThatThrowsAnErrorIsTriedAgain() {
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a",
                () -> {
                    if (calls.incrementAndGet() == 2) {
                        throw new NoClassDefFoundError("no data now");
                    }
                    return KeeperBench.bytes("v" + calls.get());
                },
                RegistrationOptions.defaults());
        bench.end();
        bench.tree.deleteAllOf(S1);

        bench.confirm(S2);
        bench.advance(LONG_ENOUGH);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.events(TaskFailed.class)).singleElement().satisfies(told -> assertThat(told.failure())
                .isInstanceOf(NoClassDefFoundError.class));
    }

    @Test
    void anObserverThatThrowsStopsNothing() {
        bench.observer = event -> {
            throw new NoSuchMethodError("of another library's");
        };
        bench.confirm(S1);

        Registration registration = bench.register("/a");

        assertThat(registration.state()).isInstanceOf(Registered.class);
        bench.end();
        bench.tree.deleteAllOf(S1);
        bench.confirm(S2);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "exists"})
    void aStepThatThrowsIsTakenAgain(String operation) {
        bench.confirm(S1);
        bench.throwOnce(operation);

        Registration registration = bench.register("/a");
        bench.advance(LONG_ENOUGH);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.events(TaskFailed.class)).isNotEmpty();
    }

    @Test
    void anAuditThatThrowsIsRepeatedByItself() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.vanish("/a"); // without a watch event
        bench.throwOnce("ephemerals");

        bench.registrations.audit();
        bench.advance(LONG_ENOUGH);

        assertThat(bench.tree.node("/a")).isPresent();
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    private List<String> causes() {
        return bench.events(RegistrationChanged.class).stream()
                .map(RegistrationChanged::cause)
                .toList();
    }
}
