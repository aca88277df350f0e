// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.error.FailureKind;
import io.holdfast.error.MultiFailedException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;

class FakeClientTest {

    private static final byte[] DATA = {1};

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient client = ensemble.client("me");

    private Session session() {
        return client.sessions().get(0);
    }

    private static RegistrationOptions once() {
        return RegistrationOptions.builder().once().build();
    }

    private String states(Registration registration) {
        return registration.state().getClass().getSimpleName();
    }

    @Test
    void aRegistrationGoesThroughTheStatesOfTheSdk() {
        Registration registration = client.register("/a/b", DATA);
        List<String> states = new ArrayList<>();
        registration.addListener((from, to) -> states.add(to.getClass().getSimpleName()));
        ensemble.runAll();
        client.suspend();
        client.resume();
        ensemble.delete("/a/b");
        ensemble.runAll();
        client.expire();
        ensemble.runAll();
        registration.close();

        assertThat(states)
                .containsExactly(
                        "Creating",
                        "Registered",
                        "InDoubt",
                        "Registered",
                        "Creating",
                        "Registered",
                        "AwaitingSession",
                        "Creating",
                        "Registered",
                        "Closing",
                        "Closed");
        assertThat(ensemble.node("/a/b")).isEmpty();
    }

    @Test
    void aNodeThatIsMadeOnceIsLostWithItsSessionOrItsDeletion() {
        Registration deleted = client.register("/a", DATA, once());
        Registration expired = client.register("/b", DATA, once());
        ensemble.runAll();

        ensemble.delete("/a");
        ensemble.runAll();
        client.expire();

        assertThat(deleted.state()).isInstanceOf(RegistrationState.Lost.class);
        assertThat(expired.state()).isInstanceOf(RegistrationState.Lost.class);
    }

    @Test
    void aForeignNodeIsAConflictUnlessItIsWaitedFor() throws Exception {
        var unused = ensemble.createEphemeral("/a", DATA, 0x9);
        Registration refused = client.register("/a", DATA);
        ensemble.runAll();
        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> refused.awaitRegistered(Duration.ZERO))
                .satisfies(e -> assertThat(e.ownerSessionId()).isEqualTo(0x9));

        Registration waits = client.register(
                "/a", DATA, RegistrationOptions.builder().waitForForeign().build());
        ensemble.runAll();
        assertThat(states(waits)).isEqualTo("Waiting");
        ensemble.expire(0x9);

        assertThat(waits.awaitRegistered(Duration.ZERO).session())
                .isEqualTo(session().id());
    }

    @Test
    void sequentialNodesAreNumberedAndTheFenceMovesWithEachCreate() throws Exception {
        RegistrationOptions numbered =
                RegistrationOptions.builder().sequential().build();
        RegisteredNode first = client.register("/q/a-", DATA, numbered).awaitRegistered(Duration.ZERO);
        RegisteredNode second = client.register("/q/b-", DATA, numbered).awaitRegistered(Duration.ZERO);
        assertThat(List.of(first.path(), second.path())).containsExactly("/q/a-0000000000", "/q/b-0000000001");
        assertThat(second.czxid()).isGreaterThan(first.czxid());

        Registration fenced = client.register(
                "/f", DATA, RegistrationOptions.builder().fence("/f-fence").build());
        RegisteredNode before = fenced.awaitRegistered(Duration.ZERO);
        ensemble.delete("/f");
        ensemble.runAll();
        RegisteredNode after = fenced.awaitRegistered(Duration.ZERO);

        assertThat(commit(before.checks())).isCompletedExceptionally();
        assertThat(commit(after.checks())).isCompleted();
    }

    private CompletableFuture<?> commit(List<Op> ops) {
        CompletableFuture<?> answer = session().ops().multi(ops).toCompletableFuture();
        ensemble.runAll();
        return answer;
    }

    @Test
    void aTransactionIsAllOrNothingAndNamesWhatFailed() {
        CompletableFuture<?> answer = commit(
                List.of(Op.create("/a", DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT), Op.check("/missing", -1)));

        assertThat(ensemble.node("/a")).isEmpty();
        assertThat(answer.handle((done, failure) -> MultiFailedException.operationOf(failure)))
                .isCompletedWithValue(1);
    }

    @Test
    void withoutAConnectionNothingIsSentAndALostAnswerHidesWhatWasDone() {
        client.loseNextAnswer();
        assertThat(code(session()
                        .ops()
                        .create("/a", DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)
                        .toCompletableFuture()))
                .isEqualTo(Code.CONNECTIONLOSS);
        assertThat(ensemble.node("/a")).isPresent();

        client.suspend();
        assertThat(code(session().ops().delete("/a", -1).toCompletableFuture())).isEqualTo(Code.CONNECTIONLOSS);
        assertThat(ensemble.node("/a")).isPresent();
    }

    private Code code(CompletableFuture<?> answer) {
        ensemble.runAll();
        return answer.handle((done, failure) -> FailureKind.codeOf(failure)).join();
    }

    @Test
    void whatAWatchSawWithoutAConnectionIsToldWhenItIsBack() {
        List<String> seen = new ArrayList<>();
        var unused = session().ops().exists("/a", event -> seen.add(event.getType() + " " + event.getPath()));
        ensemble.runAll();
        client.suspend();
        var unusedNode = ensemble.create("/a", DATA);
        ensemble.runAll();
        assertThat(seen).isEmpty();

        client.resume();
        ensemble.runAll();

        assertThat(seen).containsExactly("NodeCreated /a");
    }

    @Test
    void aSuspendedClientHearsOfItsExpiryWhenItIsBack() {
        Session first = session();
        client.suspend();
        client.expire();
        ensemble.runAll();
        assertThat(first.state()).isInstanceOf(SessionState.Suspended.class);

        client.resume();
        ensemble.runAll();

        assertThat(first.state()).isInstanceOf(SessionState.Expired.class);
        assertThat(first.ended().toCompletableFuture()).isCompleted();
        assertThat(session().state().isConfirmed()).isTrue();
        assertThat(session().id()).isNotEqualTo(first.id());
    }

    @Test
    void timePassesFromTimerToTimerAndOnlyWhenTheTestSaysSo() {
        RecipeSupport support = client.unwrap(RecipeSupport.class);
        List<Long> ran = new ArrayList<>();
        long start = support.ticker().read();
        var unused = support.later(Duration.ofSeconds(1), () -> {
            ran.add(support.ticker().read() - start);
            var unusedToo = support.later(
                    Duration.ofSeconds(1), () -> ran.add(support.ticker().read() - start));
        });
        support.later(Duration.ofSeconds(1), () -> ran.add(-1L)).cancel(false);
        ensemble.runAll();
        assertThat(ran).isEmpty();

        ensemble.advance(Duration.ofSeconds(5));

        assertThat(ran).containsExactly(1_000_000_000L, 2_000_000_000L);
    }

    @Test
    void aClosedClientLeavesNothing() {
        Registration registration = client.register("/a", DATA);
        ensemble.runAll();

        client.close();

        assertThat(ensemble.node("/a")).isEmpty();
        assertThat(registration.state()).isEqualTo(new RegistrationState.Closed());
        assertThatIllegalStateException()
                .isThrownBy(() -> client.register("/b", DATA))
                .withMessageContaining("closed");
    }
}
