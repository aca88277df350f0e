// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The answer to a request.
 *
 * @param code what came of it
 * @param failedAt which of several changes was refused, -1 if none was
 * @param nodes for each change, or for a read, the node as it is then, empty if there is none
 * @param names what a list was asked for
 * @param zxid the transaction, 0 for a read
 */
public record Outcome(Code code, int failedAt, List<Optional<Znode>> nodes, List<String> names, long zxid) {

    public static Outcome of(Code code) {
        return refused(code, -1);
    }

    static Outcome refused(Code code, int failedAt) {
        return new Outcome(code, failedAt, List.of(), List.of(), 0);
    }

    static Outcome committed(List<Optional<Znode>> nodes, long zxid) {
        return new Outcome(Code.OK, -1, nodes, List.of(), zxid);
    }

    public static Outcome read(Optional<Znode> node) {
        return new Outcome(Code.OK, -1, List.of(node), List.of(), 0);
    }

    public static Outcome listed(List<String> names) {
        return new Outcome(Code.OK, -1, List.of(), names, 0);
    }

    public boolean isOk() {
        return code == Code.OK;
    }

    /** Returns a number that another answer does not have. */
    public long digest() {
        long digest = code.intValue() * 31L + failedAt + names.size() * 1_000_003L;
        for (Optional<Znode> node : nodes) {
            digest = digest * 1_000_003L
                    + node.map(found -> found.owner() * 31 + found.czxid() * 37 + found.version() + 1)
                            .orElse(0L);
        }
        return digest;
    }
}
