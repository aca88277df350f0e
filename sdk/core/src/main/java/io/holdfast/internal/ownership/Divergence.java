// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.internal.ownership.ReplicaView.Identity;
import io.holdfast.session.SessionId;
import java.util.List;
import java.util.Optional;

/**
 * A path about which servers disagree (H9).
 *
 * @param servers those that hold the blocking node although others do not
 * @param ours our own node on the others, if they hold it: a create through a divergent server says NodeExists although it
 *     succeeded everywhere else
 */
public record Divergence(List<String> servers, Optional<Identity> ours) {

    /**
     * Compares what the servers hold. Servers that did not answer prove nothing.
     *
     * @param views one for each server
     * @param inTheWay the czxid of the node that our server shows
     * @param current our session
     * @return empty if all that answered hold that very node, or if none does any more
     */
    public static Optional<Divergence> among(List<ReplicaView> views, long inTheWay, SessionId current) {
        List<ReplicaView> reached =
                views.stream().filter(ReplicaView::isReachable).toList();
        List<String> holders = reached.stream()
                .filter(view -> holds(view, inTheWay))
                .map(ReplicaView::server)
                .toList();
        if (holders.isEmpty() || holders.size() == reached.size()) {
            return Optional.empty();
        }
        Optional<Identity> ours = reached.stream()
                .flatMap(view -> view.node().stream())
                .filter(identity -> identity.owner().equals(current))
                .findFirst();
        return Optional.of(new Divergence(holders, ours));
    }

    private static boolean holds(ReplicaView view, long czxid) {
        return view.node().filter(identity -> identity.czxid() == czxid).isPresent();
    }
}
