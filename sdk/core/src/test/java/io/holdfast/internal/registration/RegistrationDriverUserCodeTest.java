// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.LittleTree.Call;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a user's code throws, and however long: the registration says so, and is registered once the code works. */
class RegistrationDriverUserCodeTest {

    private static final RegistrationOptions FENCED =
            RegistrationOptions.builder().fence("/fences/f").build();

    private final RegistrationBench bench = new RegistrationBench();

    static Stream<Arguments> failuresAndOptions() {
        return Stream.of(
                        new IllegalStateException("broken"),
                        new LinkageError("broken"),
                        new StackOverflowError("broken"))
                .flatMap(thrown -> Stream.of(
                        arguments(thrown, "/a", RegistrationOptions.defaults()),
                        arguments(thrown, "/x/y/a", RegistrationOptions.defaults()),
                        arguments(thrown, "/a", FENCED),
                        arguments(
                                thrown,
                                "/a",
                                RegistrationOptions.builder().sequential().build())));
    }

    @ParameterizedTest
    @MethodSource("failuresAndOptions")
    void anAclProviderThatThrowsForAWhileDelaysTheRegistrationAndIsTold(
            Throwable thrown, String path, RegistrationOptions options) {
        bench.acls = asked -> {
            throw raised(thrown);
        };
        bench.confirm(S1);
        Registration registration = bench.register(path, options);
        bench.advance(Duration.ofSeconds(6));

        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> assertThat(waiting.what())
                .contains("the ACL provider failed")
                .contains("broken"));
        assertThat(bench.events(TaskFailed.class))
                .hasSizeBetween(4, 10)
                .allMatch(told -> told.failure() == thrown && told.task().equals("the ACL provider"));

        bench.acls = asked -> ZooDefs.Ids.OPEN_ACL_UNSAFE;
        bench.advance(Duration.ofSeconds(8));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void anAclProviderThatReturnsNullIsSaidToDoSo() {
        bench.acls = asked -> null;
        bench.confirm(S1);

        assertThat(bench.register("/a").state())
                .isInstanceOfSatisfying(Waiting.class, waiting -> assertThat(waiting.what())
                        .contains("the ACL provider returned null"));
    }

    @Test
    void anAclProviderRunsWhereSuppliersRunAndNotOnTheLoop() {
        bench.confirm(S1);
        bench.holdSuppliers();
        bench.acls = asked -> {
            throw new AssertionError("on the loop");
        };
        bench.register("/a");
        assertThat(bench.events(TaskFailed.class)).isEmpty();
        bench.acls = asked -> ZooDefs.Ids.OPEN_ACL_UNSAFE;

        bench.releaseSuppliers();

        assertThat(bench.events(TaskFailed.class)).isEmpty();
        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void aRegistrationThatIsClosedWhileItsAclIsMadeLeavesNothing() {
        bench.confirm(S1);
        bench.holdSuppliers();
        Registration registration = bench.register("/a");
        var unused = registration.closeAsync();
        bench.releaseSuppliers();
        bench.settle();

        assertThat(registration.state().isOver()).isTrue();
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void aSupplierThatThrowsAnErrorForAWhileDelaysTheNextCreateAndIsTold() {
        boolean[] isBroken = {false};
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a",
                () -> {
                    if (isBroken[0]) {
                        throw new LinkageError("broken");
                    }
                    return bytes("v0");
                },
                RegistrationOptions.defaults());
        isBroken[0] = true;
        bench.tree.remove("/a");
        bench.settle();
        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> assertThat(waiting.what())
                .contains("the data supplier failed")
                .contains("broken"));
        assertThat(bench.events(TaskFailed.class)).hasSize(1);

        isBroken[0] = false;
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aStepThatThrowsIsToldAndTriedAgain(Call call, boolean isRegisteredBefore) {
        bench.confirm(S1);
        Registration registration = null;
        if (isRegisteredBefore) {
            registration = bench.register("/a");
        }
        bench.tree.before(call, () -> {
            throw new AssertionError("broken");
        });
        if (registration == null) {
            registration = bench.register("/a");
        } else {
            bench.tree.overwrite("/a", bytes("edited"));
            bench.settle();
        }

        assertThat(registration.state()).isInstanceOfAny(Waiting.class, InDoubt.class);
        assertThat(bench.events(TaskFailed.class))
                .singleElement()
                .matches(told ->
                        told.path().equals("/a") && told.failure().getMessage().equals("broken"));
        assertThat(bench.events(RegistrationChanged.class)).last().satisfies(moved -> assertThat(moved.cause())
                .contains("broken"));

        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    static Stream<Arguments> calls() {
        return Stream.of(arguments(Call.CREATE, false), arguments(Call.EXISTS, false), arguments(Call.EXISTS, true));
    }

    @Test
    void anObserverThatThrowsStopsNothing() {
        bench.observer = event -> {
            throw new AssertionError("the observer of the test");
        };
        bench.put("/b", FOREIGN, "broker-8");
        Registration before = bench.register("/a");
        bench.confirm(S1);
        Registration other = bench.register(
                "/b", RegistrationOptions.builder().waitForForeign().build());
        bench.tree.remove("/b");
        bench.settle();

        assertThat(List.of(before.state(), other.state())).hasOnlyElementsOfType(Registered.class);
    }

    @Test
    void anAuditThatThrowsOnceIsFollowedByTheNext() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.before(Call.EPHEMERALS, () -> {
            throw new AssertionError("broken");
        });
        bench.registrations.audit();
        bench.settle();
        bench.tree.vanish("/a");
        bench.settle();
        assertThat(registration.state()).isInstanceOf(Registered.class);

        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a")).isPresent();
    }

    /** Throws an Error, and returns an exception for the caller to throw. */
    private static RuntimeException raised(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }
}
