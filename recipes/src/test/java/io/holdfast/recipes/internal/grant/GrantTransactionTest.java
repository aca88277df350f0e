// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.error.FencedException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionOps;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult.CreateResult;
import org.apache.zookeeper.OpResult.DeleteResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GrantTransactionTest {

    private static final byte[] DATA = {1, 2, 3};

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient client = new FakeClient(ensemble, "me", "/space");

    private Registration registration;
    private HeldGrant grant;
    private FencedTransaction transaction;

    @BeforeEach
    void holdTheLock() throws InterruptedException {
        client.start();
        registration = client.register(
                "/lock/me", DATA, RegistrationOptions.builder().once().build());
        RegisteredNode node = registration.awaitRegistered(Duration.ZERO);
        Session session = client.sessions().get(0);
        grant = HeldGrant.over(
                client.unwrap(RecipeSupport.class),
                session,
                registration,
                node,
                node.checks(),
                registration::closeAsync,
                "/lock");
        transaction = grant.transaction();
    }

    private CompletableFuture<TransactionOutcome> commit() {
        CompletableFuture<TransactionOutcome> outcome =
                transaction.commitAsync().toCompletableFuture();
        ensemble.runAll();
        return outcome;
    }

    private static Throwable failureOf(CompletableFuture<?> outcome) {
        return outcome.handle((done, failure) -> failure).join().getCause();
    }

    private Throwable failure() {
        return failureOf(commit());
    }

    @Test
    void paths_get_the_namespace_and_the_operations_of_the_caller_are_done_while_the_grant_lasts() {
        var unused = ensemble.create("/space/b", DATA);

        transaction.create("/a", DATA).delete("/b", 0);

        assertThat(commit().join().isCommitted()).isTrue();
        assertThat(ensemble.children("/space")).containsExactly("a", "lock");
    }

    @Test
    void the_checks_of_the_grant_come_first_and_the_acl_of_a_new_node_is_asked_with_its_full_path() throws Exception {
        List<Op> sent = new ArrayList<>();
        List<String> askedForAcl = new ArrayList<>();
        RegisteredNode node = registration.awaitRegistered(Duration.ZERO);
        Session session = client.sessions().get(0);
        SessionOps ops = before(SessionOps.class, session.ops(), "multi", sending -> sent.addAll(castOps(sending)));
        Session recorded = (Session) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Session.class},
                (proxy, method, arguments) -> method.getName().equals("ops") ? ops : method.invoke(session, arguments));
        RecipeSupport support = before(
                RecipeSupport.class,
                client.unwrap(RecipeSupport.class),
                "aclFor",
                path -> askedForAcl.add((String) path));
        List<Op> checks = List.of(Op.check("/space/lock/me", -1));
        transaction = HeldGrant.over(support, recorded, registration, node, checks, registration::closeAsync, "/lock")
                .transaction();

        transaction.create("/a", DATA).setData("/b", DATA);
        assertThat(commit()).isDone();

        assertThat(sent.get(0)).isSameAs(checks.get(0));
        assertThat(sent).extracting(Op::getPath).containsExactly("/space/lock/me", "/space/a", "/space/b");
        assertThat(sent.get(2)).isEqualTo(Op.setData("/space/b", DATA, -1));
        assertThat(askedForAcl).containsExactly("/space/a");
    }

    @SuppressWarnings("unchecked") // that is what a multi takes
    private static List<Op> castOps(Object argument) {
        return (List<Op>) argument;
    }

    /** Notes the first argument of one method's calls. */
    private static <T> T before(Class<T> type, T real, String noted, Consumer<Object> note) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals(noted)) {
                        note.accept(arguments[0]);
                    }
                    return method.invoke(real, arguments);
                }));
    }

    @Test
    void the_results_of_the_callers_operations_carry_the_paths_as_the_caller_gave_them() {
        var unused = ensemble.create("/space/b", DATA);
        var unusedToo = ensemble.create("/space/jobs", DATA);

        transaction.create("/a", DATA).delete("/b").create("/jobs/job-", DATA, CreateMode.PERSISTENT_SEQUENTIAL);

        assertThat(commit().join())
                .isEqualTo(new Committed(
                        List.of(new CreateResult("/a"), new DeleteResult(), new CreateResult("/jobs/job-0000000000"))));
    }

    @Test
    void one_without_operations_asks_whether_the_grant_holds() {
        assertThat(commit()).isCompletedWithValue(new Committed(List.of()));
    }

    @Test
    void an_operation_of_the_callers_that_fails_is_named_by_its_own_number_and_path() {
        var unused = ensemble.create("/space/a", DATA);
        var unusedToo = ensemble.create("/space/b", DATA);

        transaction.check("/a", 0).create("/b", DATA);

        assertThat(commit()).isCompletedWithValue(new Rejected(1, "/b", Code.NODEEXISTS));
        assertThat(grant.isHeld()).isTrue();
    }

    @Test
    void a_fence_that_is_gone_ends_the_grant() {
        ensemble.delete("/space/lock/me"); // the news of it is on its way
        transaction.create("/a", DATA);

        CompletableFuture<TransactionOutcome> outcome =
                transaction.commitAsync().toCompletableFuture();
        while (!outcome.isDone()) {
            assertThat(ensemble.runOne()).isTrue();
        }

        assertThat(failureOf(outcome))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("/lock")
                .satisfies(failure -> assertThat(((FencedException) failure).token())
                        .isEqualTo(grant.token().value()));
        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.NODE_LOST));
        assertThat(ensemble.node("/space/a")).isEmpty();
    }

    @Test
    void a_fence_whose_end_only_the_ensemble_knows_is_named() {
        ensemble.refuse("/space/lock/me", Code.NONODE);

        assertThat(failure()).isInstanceOf(FencedException.class).hasMessageContaining("/space/lock/me");
        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.NODE_LOST));
    }

    @Test
    void a_session_that_is_over_ends_the_grant() {
        ensemble.refuse("/space/lock/me", Code.SESSIONEXPIRED);
        transaction.create("/a", DATA);

        assertThat(failure()).isInstanceOf(FencedException.class).hasMessageContaining("session");
        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.SESSION_ENDED));
    }

    @Test
    void a_lost_answer_leaves_the_outcome_unknown_and_the_grant_as_it_is() {
        client.loseNextAnswer();
        transaction.create("/a", DATA);

        assertThat(failure())
                .isInstanceOf(UnknownOutcomeException.class)
                .hasMessageContaining("CONNECTIONLOSS")
                .hasMessageContaining("read");
        assertThat(grant.isHeld()).isTrue();
        assertThat(ensemble.node("/space/a")).isPresent();
    }

    @Test
    void a_fence_that_may_not_be_read_is_a_refusal_that_names_it() {
        ensemble.refuse("/space/lock/me", Code.NOAUTH);
        transaction.create("/a", DATA);

        assertThat(failure())
                .isInstanceOf(RefusedByEnsembleException.class)
                .hasMessageContaining("/space/lock/me")
                .hasMessageContaining("NOAUTH");
        assertThat(grant.isHeld()).isTrue();
    }

    @Test
    void servers_that_know_no_transactions_are_a_refusal() {
        ensemble.refuse("/space/lock/me", Code.UNIMPLEMENTED);

        assertThat(failure()).isInstanceOf(RefusedByEnsembleException.class).hasMessageContaining("UNIMPLEMENTED");
    }

    @Test
    void under_a_grant_that_is_over_nothing_is_sent() {
        transaction.create("/a", DATA);
        client.expire();
        ensemble.runAll();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> transaction.commit())
                .withMessageContaining("session has ended; nothing was sent");
        assertThat(ensemble.node("/space/a")).isEmpty();
    }

    @Test
    void the_stage_fails_as_the_call_does() {
        var unused = grant.releaseAsync();

        assertThat(commit())
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(FencedException.class);
    }

    @Test
    void a_second_commit_is_refused() {
        assertThat(commit()).isCompleted();

        assertThatIllegalStateException().isThrownBy(() -> transaction.commit()).withMessageContaining("another");
        assertThatIllegalStateException().isThrownBy(() -> transaction.commitAsync());
        assertThatIllegalStateException().isThrownBy(() -> transaction.create("/a", DATA));
    }

    @Test
    void one_that_is_too_large_is_refused_before_anything_is_sent() {
        transaction.create("/a", new byte[1 << 20]);

        assertThatIllegalArgumentException().isThrownBy(() -> transaction.commit());
        assertThat(ensemble.node("/space/a")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void paths_that_cannot_be_used_are_refused_by_every_verb(Verb verb) {
        for (String path : new String[] {"", "a", "/", "/a/", "/a//b", "/a/./b", "/a\u0000"}) {
            assertThatIllegalArgumentException()
                    .as(path)
                    .isThrownBy(() -> verb.add(transaction, path))
                    .withMessageContaining("path");
        }
        assertThatNullPointerException().isThrownBy(() -> verb.add(transaction, null));
    }

    @ParameterizedTest
    @CsvSource({"PERSISTENT_WITH_TTL", "PERSISTENT_SEQUENTIAL_WITH_TTL"})
    void a_node_with_a_time_to_live_is_refused(CreateMode mode) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> transaction.create("/a", DATA, mode))
                .withMessageContaining(mode.name());
    }

    @Test
    void a_negative_version_other_than_any_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> transaction.setData("/a", DATA, -2))
                .withMessageContaining("version of /a")
                .withMessageContaining("-2");
        assertThatIllegalArgumentException().isThrownBy(() -> transaction.delete("/a", -2));
        assertThatIllegalArgumentException().isThrownBy(() -> transaction.check("/a", -2));
    }

    @Test
    void the_callers_array_may_change_after_the_call() {
        var unused = ensemble.create("/space/a", new byte[0]);
        byte[] mine = DATA.clone();
        transaction.setData("/a", mine);
        mine[0] = 99;

        assertThat(commit()).isCompleted();

        assertThat(ensemble.node("/space/a").orElseThrow().data()).isEqualTo(DATA);
    }

    static List<Verb> verbs() {
        return List.of(
                (transaction, path) -> transaction.create(path, DATA),
                (transaction, path) -> transaction.setData(path, DATA),
                (transaction, path) -> transaction.delete(path),
                (transaction, path) -> transaction.check(path, 0));
    }

    interface Verb {
        void add(FencedTransaction transaction, String path);
    }
}
