// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.write.RefusedTransaction.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;

class RefusedTransactionTest {

    private static final Fate REFUSED = new Fate.Refused(0);
    private static final Fate READ = new Fate.Read();

    @Test
    void whatIsBeforeTheRefusedOneIsSentAgainTogether() {
        assertThat(fates(Code.QUOTAEXCEEDED, 2, List.of(create("/a"), create("/b"), create("/c"), create("/d"))))
                .containsExactly(again(4), again(4), REFUSED, again(2));
    }

    @Test
    void whatIsBehindIsSentAgainInSmallerCompany() {
        assertThat(fates(Code.BADVERSION, 0, List.of(delete("/a", 3), create("/b"), delete("/c", 1))))
                .containsExactly(REFUSED, again(1), again(1));
    }

    @Test
    void createsBehindOneWhoseNodeExistsAreReadFirst() {
        assertThat(fates(Code.NODEEXISTS, 1, List.of(create("/a"), create("/b"), create("/c"), delete("/d", 1))))
                .containsExactly(again(4), REFUSED, READ, again(2));
    }

    @Test
    void whatTheParentRefusesItRefusesToAllChildren() {
        for (Code code : List.of(Code.NONODE, Code.NOAUTH)) {
            assertThat(fates(code, 0, List.of(create("/p/a"), create("/p/b"), create("/q/a"), create("/p/c"))))
                    .as(code.toString())
                    .containsExactly(REFUSED, REFUSED, again(2), REFUSED);
        }
    }

    @Test
    void aDeleteThatMissesItsNodeSaysNothingOfCreates() {
        assertThat(fates(Code.NONODE, 0, List.of(delete("/p/a", 1), create("/p/b"))))
                .containsExactly(REFUSED, again(1));
    }

    @Test
    void aMarkerThatIsGoneIsGoneForAllWhoCheckIt() {
        assertThat(fates(
                        Code.NONODE,
                        1,
                        List.of(
                                create("/x"),
                                underMarker("/m/1", "/a"),
                                underMarker("/m/1", "/b"),
                                underMarker("/m/2", "/c"))))
                .containsExactly(again(4), REFUSED, REFUSED, again(2));
    }

    @Test
    void anOperationIsCountedWithinItsWrite() {
        assertThat(fates(
                        Code.BADVERSION,
                        4,
                        List.of(underMarker("/m/1", "/a"), underMarker("/m/1", "/b"), underMarker("/m/1", "/c"))))
                .containsExactly(again(3), new Fate.Refused(1), again(1));
    }

    @Test
    void whereNoneIsNamedAllAreSentAgainInHalves() {
        assertThat(fates(Code.SYSTEMERROR, -1, List.of(create("/a"), create("/b"), create("/c"))))
                .containsExactly(again(1), again(1), again(1));
        assertThat(fates(Code.SYSTEMERROR, -1, List.of(create("/a")))).containsExactly(new Fate.Refused(-1));
    }

    /** All of them are refused, one by one, by a server that names the first only. */
    @Test
    void theNumberOfTransactionsStaysInProportionToTheNumberOfWrites() {
        int writes = 512;
        List<Integer> queue =
                new ArrayList<>(IntStream.range(0, writes).mapToObj(i -> writes).toList());
        int transactions = 0;
        while (!queue.isEmpty()) {
            transactions++;
            int count = 0;
            int most = Integer.MAX_VALUE;
            for (int each : queue) {
                most = Math.min(most, each);
                if (count >= most) {
                    break;
                }
                count++;
            }
            List<Integer> taken = queue.subList(0, count);
            List<List<Op>> ops =
                    IntStream.range(0, count).mapToObj(i -> create("/n" + i)).toList();
            List<Integer> left = RefusedTransaction.fates(ops, Code.QUOTAEXCEEDED, 0).stream()
                    .filter(Fate.Again.class::isInstance)
                    .map(fate -> ((Fate.Again) fate).atMostTogether())
                    .toList();
            taken.clear();
            queue.addAll(0, left);
        }
        assertThat(transactions).isLessThanOrEqualTo(2 * writes);
    }

    private static List<Fate> fates(Code code, int operation, List<List<Op>> writes) {
        return RefusedTransaction.fates(writes, code, operation);
    }

    private static Fate again(int atMost) {
        return new Fate.Again(atMost);
    }

    private static List<Op> create(String path) {
        return List.of(Op.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
    }

    private static List<Op> delete(String path, int version) {
        return List.of(Op.delete(path, version));
    }

    private static List<Op> underMarker(String marker, String path) {
        return List.of(
                Op.check(marker, 0),
                Op.delete(path, 1),
                Op.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL));
    }
}
