// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.handle.EphemeralLedger.Attempt;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MultiNotesTest {

    private final EphemeralLedger ledger = new EphemeralLedger();

    @ParameterizedTest
    @EnumSource(CreateMode.class)
    void knowsAnEphemeralCreateInEveryMode(CreateMode mode) {
        Op create = mode.isTTL()
                ? Op.create("/a", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, mode, 1_000)
                : Op.create("/a", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);

        assertThat(MultiNotes.createsEphemeral(List.of(Op.check("/b", 1), create)))
                .isEqualTo(mode.isEphemeral());
    }

    static Stream<Arguments> harmless() {
        return Stream.of(
                Arguments.of(List.of()),
                Arguments.of(List.of(Op.check("/a", 0), Op.delete("/a", 0), Op.setData("/a", new byte[0], 0))),
                Arguments.of(List.of(Op.getData("/a"), Op.getChildren("/a"))),
                Arguments.of(List.of(create("/a", CreateMode.PERSISTENT_SEQUENTIAL))));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void takesNothingElseForAnEphemeralCreate(List<Op> ops) {
        assertThat(MultiNotes.createsEphemeral(ops)).isFalse();

        MultiNotes.begin(ops, ledger);
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void notesEachEphemeralByItsActualName() {
        MultiNotes notes = MultiNotes.begin(
                List.of(
                        create("/p", CreateMode.PERSISTENT),
                        create("/e", CreateMode.EPHEMERAL),
                        create("/s-", CreateMode.EPHEMERAL_SEQUENTIAL)),
                ledger);
        assertThat(ledger.attempts()).containsExactly(new Attempt("/e", false), new Attempt("/s-", true));

        notes.answered(Code.OK, List.of(created("/p"), created("/e"), created("/s-0000000007")));

        assertThat(ledger.attempts()).isEmpty();
        assertThat(ledger.created()).containsExactlyInAnyOrder("/e", "/s-0000000007");
    }

    /** Unlike a single create's, the results of a multi carry the connect string's chroot. */
    @Test
    void notesPathsAsTheHandlesUserSeesThemBelowAChroot() {
        MultiNotes notes = MultiNotes.begin(
                List.of(
                        create("/e", CreateMode.EPHEMERAL),
                        create("/app/s-", CreateMode.EPHEMERAL_SEQUENTIAL),
                        create("/", CreateMode.EPHEMERAL_SEQUENTIAL)),
                ledger);

        notes.answered(
                Code.OK, List.of(created("/app/e"), created("/app/app/s-0000000007"), created("/app/0000000008")));

        assertThat(ledger.created()).containsExactlyInAnyOrder("/e", "/app/s-0000000007", "/0000000008");
    }

    @Test
    void notesDeletionsInTheOrderOfTheOperations() {
        ledger.answered(ledger.begin("/old", false), Code.OK, "/old");

        List<Op> replace = List.of(Op.delete("/old", 0), create("/old", CreateMode.EPHEMERAL));
        MultiNotes.begin(replace, ledger).answered(Code.OK, List.of(new OpResult.DeleteResult(), created("/old")));
        assertThat(ledger.created()).containsExactly("/old");

        List<Op> clear = List.of(create("/new", CreateMode.EPHEMERAL), Op.delete("/new", -1), Op.delete("/old", -1));
        MultiNotes.begin(clear, ledger)
                .answered(Code.OK, List.of(created("/new"), new OpResult.DeleteResult(), new OpResult.DeleteResult()));
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void aMultiThatFailedCreatedAndDeletedNothing() {
        ledger.answered(ledger.begin("/old", false), Code.OK, "/old");
        List<Op> ops = List.of(create("/e", CreateMode.EPHEMERAL), Op.delete("/old", 5));

        MultiNotes.begin(ops, ledger)
                .answered(Code.BADVERSION, List.of(new OpResult.ErrorResult(0), new OpResult.ErrorResult(-103)));

        assertThat(ledger.created()).containsExactly("/old");
        assertThat(ledger.attempts()).isEmpty();
    }

    @Test
    void aMultiWhoseAnswerWasLostLeavesItsCreatesOpenAndItsDeletionsUndone() {
        ledger.answered(ledger.begin("/old", false), Code.OK, "/old");
        List<Op> ops = List.of(create("/e", CreateMode.EPHEMERAL), Op.delete("/old", 0));

        MultiNotes.begin(ops, ledger).answered(Code.CONNECTIONLOSS, List.of());

        assertThat(ledger.attempts()).containsExactly(new Attempt("/e", false));
        assertThat(ledger.created()).containsExactly("/old");
    }

    private static Op create(String path, CreateMode mode) {
        return Op.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
    }

    private static OpResult created(String path) {
        return path.contains("s-") ? new OpResult.CreateResult(path, new Stat()) : new OpResult.CreateResult(path);
    }
}
