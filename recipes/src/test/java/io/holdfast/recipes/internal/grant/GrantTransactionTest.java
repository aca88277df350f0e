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
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult.CheckResult;
import org.apache.zookeeper.OpResult.CreateResult;
import org.apache.zookeeper.OpResult.DeleteResult;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GrantTransactionTest {

    private static final byte[] DATA = {1, 2, 3};

    private final ScriptedGrant grant = new ScriptedGrant();
    private final FencedTransaction transaction = new GrantTransaction(grant);

    @Test
    void the_checks_of_the_grant_go_before_the_callers_operations_and_paths_get_the_namespace() throws Exception {
        grant.answer(new CheckResult(), new CreateResult("/chroot/space/a"), new DeleteResult());

        transaction.create("/a", DATA).delete("/b", 4).commit();

        assertThat(grant.sent().get(0)).isSameAs(ScriptedGrant.CHECK);
        assertThat(grant.sent()).extracting(Op::getPath).containsExactly("/space/lock/me", "/space/a", "/space/b");
        assertThat(grant.sent()).extracting(Op::getType).containsExactly(OpCode.check, OpCode.create, OpCode.delete);
        assertThat(grant.askedForAcl()).containsExactly("/space/a");
    }

    @Test
    void the_results_of_the_callers_operations_carry_the_paths_as_the_caller_gave_them() throws Exception {
        grant.answer(
                new CheckResult(),
                new CreateResult("/chroot/space/a"),
                new DeleteResult(),
                new CreateResult("/chroot/space/jobs/job-0000000007"));

        TransactionOutcome outcome = transaction
                .create("/a", DATA)
                .delete("/b")
                .create("/jobs/job-", DATA, CreateMode.PERSISTENT_SEQUENTIAL)
                .commit();

        assertThat(outcome)
                .isEqualTo(new Committed(
                        List.of(new CreateResult("/a"), new DeleteResult(), new CreateResult("/jobs/job-0000000007"))));
        assertThat(outcome.isCommitted()).isTrue();
    }

    @Test
    void one_without_operations_asks_whether_the_grant_holds() throws Exception {
        grant.answer(new CheckResult());

        assertThat(transaction.commit()).isEqualTo(new Committed(List.of()));
        assertThat(grant.sent()).containsExactly(ScriptedGrant.CHECK);
    }

    @Test
    void an_operation_of_the_callers_that_fails_is_named_by_its_own_number_and_path() throws Exception {
        grant.fail(Code.NODEEXISTS, 2);

        TransactionOutcome outcome =
                transaction.check("/a", 0).create("/b", DATA).commit();

        assertThat(outcome).isEqualTo(new Rejected(1, "/b", Code.NODEEXISTS));
        assertThat(outcome.isCommitted()).isFalse();
        assertThat(grant.ends()).isEmpty();
    }

    @Test
    void a_fence_that_is_gone_ends_the_grant() {
        grant.fail(Code.NONODE, 0);

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> transaction.create("/a", DATA).commit())
                .withMessageContaining("/lock")
                .withMessageContaining("/space/lock/me")
                .satisfies(fenced -> assertThat(fenced.token()).isEqualTo(17));
        assertThat(grant.ends()).containsExactly(GrantEnd.NODE_LOST);
    }

    @Test
    void a_session_that_is_over_ends_the_grant() {
        grant.fail(Code.SESSIONEXPIRED);

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> transaction.create("/a", DATA).commit())
                .withMessageContaining("session");
        assertThat(grant.ends()).containsExactly(GrantEnd.SESSION_ENDED);
    }

    @Test
    void a_lost_answer_leaves_the_outcome_unknown_and_the_grant_as_it_is() {
        grant.fail(Code.CONNECTIONLOSS);

        assertThatExceptionOfType(UnknownOutcomeException.class)
                .isThrownBy(() -> transaction.create("/a", DATA).commit())
                .withMessageContaining("CONNECTIONLOSS")
                .withMessageContaining("read");
        assertThat(grant.ends()).isEmpty();
    }

    @Test
    void a_fence_that_may_not_be_read_is_a_refusal_that_names_it() {
        grant.fail(Code.NOAUTH, 0);

        assertThatExceptionOfType(RefusedByEnsembleException.class)
                .isThrownBy(() -> transaction.create("/a", DATA).commit())
                .withMessageContaining("/space/lock/me")
                .withMessageContaining("NOAUTH");
        assertThat(grant.ends()).isEmpty();
    }

    @Test
    void servers_that_know_no_transactions_are_a_refusal() {
        grant.fail(Code.UNIMPLEMENTED);

        assertThatExceptionOfType(RefusedByEnsembleException.class)
                .isThrownBy(() -> transaction.commit())
                .withMessageContaining("UNIMPLEMENTED");
    }

    @Test
    void under_a_grant_that_is_over_nothing_is_sent() {
        grant.over("its session ended");

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> transaction.create("/a", DATA).commit())
                .withMessageContaining("its session ended");
        assertThat(grant.sent()).isEmpty();
    }

    @Test
    void the_stage_fails_as_the_call_does() {
        grant.over("released");

        assertThat(transaction.commitAsync().toCompletableFuture())
                .failsWithin(ScriptedGrant.PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(FencedException.class);
    }

    @Test
    void a_second_commit_is_refused() throws Exception {
        grant.answer(new CheckResult());
        transaction.commit();

        assertThatIllegalStateException().isThrownBy(() -> transaction.commit()).withMessageContaining("another");
        assertThatIllegalStateException().isThrownBy(() -> transaction.commitAsync());
        assertThatIllegalStateException().isThrownBy(() -> transaction.create("/a", DATA));
    }

    @Test
    void one_that_is_too_large_is_refused_before_anything_is_sent() {
        grant.takeAtMost(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> transaction.create("/a", DATA).commit());
        assertThat(grant.sent()).isEmpty();
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
    void the_callers_array_may_change_after_the_call() throws Exception {
        byte[] mine = DATA.clone();
        transaction.setData("/a", mine);
        mine[0] = 99;
        grant.answer(new CheckResult(), new DeleteResult());

        transaction.commit();

        assertThat(grant.sent().get(1)).isEqualTo(Op.setData("/space/a", DATA, -1));
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
