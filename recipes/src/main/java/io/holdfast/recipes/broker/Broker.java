// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.internal.view.Child;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One registered broker as a view last saw it. Immutable.
 *
 * @param id its number
 * @param payload the node's data as they are; not to be modified
 * @param epoch the transaction that made its node, Kafka's broker epoch: every later registration of the id has a greater one
 * @param session the session it is registered in
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Broker(int id, byte[] payload, long epoch, SessionId session) {

    private static final Pattern ID = Pattern.compile("0|[1-9][0-9]{0,9}");
    private static final long CONTAINER = Long.MIN_VALUE;

    /** Returns the broker that a child of the directory is for; empty if it is none. */
    static Optional<Broker> of(Child child) {
        Znode node = child.node();
        if (node.owner() == 0 || node.owner() == CONTAINER) {
            return Optional.empty();
        }
        return idOf(child.name()).map(id -> new Broker(id, node.data(), node.czxid(), new SessionId(node.owner())));
    }

    private static Optional<Integer> idOf(String name) {
        if (!ID.matcher(name).matches()) {
            return Optional.empty();
        }
        long value = Long.parseLong(name);
        return value <= Integer.MAX_VALUE ? Optional.of((int) value) : Optional.empty();
    }

    @Override
    public String toString() {
        return "broker " + id + " (epoch 0x" + Long.toHexString(epoch) + ", session " + session + ", " + payload.length
                + " bytes)";
    }
}
