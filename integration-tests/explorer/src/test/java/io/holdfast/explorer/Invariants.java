// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.client.Member;
import io.holdfast.explorer.search.Violation;
import io.holdfast.explorer.servers.Change;
import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.explorer.servers.Txn;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.proto.CheckVersionRequest;

/**
 * Section 6 of the protocol, as far as one state, or one transaction, shows it. I3, and I4 for what is left once all has come to
 * rest, are {@link Healing}'s.
 */
final class Invariants {

    private static final String CONSEQUENCE = " (I1 is there to prevent it)";

    private final Setting setting;
    private final Ensemble servers;
    private final Member member;

    /** Each registered node that had a fence, by its creation. */
    private final TreeMap<Long, RegisteredNode> grants = new TreeMap<>();

    private Optional<Violation> found = Optional.empty();

    Invariants(Setting setting, Ensemble servers, Member member) {
        this.setting = setting;
        this.servers = servers;
        this.member = member;
        servers.onPrepared(this::prepared);
    }

    Optional<Violation> violation() {
        if (found.isPresent()) {
            return found;
        }
        if (setting.conduct().createsOnlyWhenConfirmed() && member.hasSentUnconfirmed()) {
            return violated("I1", "an ephemeral create was sent in an unconfirmed session");
        }
        return first(List.of(unlearned(), registered(), orphans(), tokens(), waiting()));
    }

    private void prepared(Txn txn) {
        long session = txn.request().session();
        if (!txn.outcome().isOk() || !isMembers(session)) {
            return;
        }
        if (txn.request().isEphemeralCreate() && servers.wasToldExpired(session)) {
            found = violated(
                    "I1",
                    "a node was created in " + Ensemble.name(session)
                            + " after its client had been told that it is expired" + CONSEQUENCE);
        }
        for (Znode node : txn.hit()) {
            boolean isOurs = isMembers(node.owner());
            boolean isFence = node.owner() == 0 && !node.path().equals(Member.PATH);
            if (!isOurs && !isFence && (node.owner() == 0 || servers.isTracked(node.owner()))) {
                found = violated("I5", "the node of another live session was hit: " + node);
            }
        }
    }

    /** Sessions of the member are counted from 0x51 on. */
    static boolean isMembers(long session) {
        return session > OneMember.NEIGHBOUR;
    }

    private Optional<Violation> unlearned() {
        for (Znode node : servers.preview().nodes()) {
            boolean isUnknown = isMembers(node.owner()) && !member.sessions().contains(node.owner());
            Connection connection = member.connection();
            boolean isOpening = connection != null && connection.session() == node.owner();
            if (isUnknown && !isOpening) {
                return violated(
                        "I1", node.path() + " belongs to a session that its client never learned of" + CONSEQUENCE);
            }
        }
        return Optional.empty();
    }

    private Optional<Violation> registered() {
        RegistrationState state = member.registration().state();
        if (state instanceof RegistrationState.Failed failed) {
            return violated("I3", "the registration failed: " + failed.error().getMessage());
        }
        if (!(state instanceof Registered registered)) {
            return Optional.empty();
        }
        RegisteredNode node = registered.registered();
        Connection connection = member.connection();
        if (connection == null) {
            return violated("I2", "registered, and not connected");
        }
        Optional<Znode> there = servers.tree(connection.server()).node(node.path());
        if (there.isPresent() && there.get().czxid() == node.czxid()) {
            return there.get().owner() == node.session().value()
                    ? Optional.empty()
                    : violated("I2", "registered in " + node.session() + ", but the node is " + there.get());
        }
        return connection.hasNewsOf(node.path())
                ? Optional.empty()
                : violated("I2", "registered, but the server holds " + there + ", and no news of it is on its way");
    }

    private Optional<Violation> orphans() {
        for (int server = 0; server < Ensemble.SERVERS; server++) {
            for (Znode node : servers.tree(server).nodes()) {
                if (isMembers(node.owner()) && !servers.knows(server, node.owner())) {
                    return violated(
                            "I4", "orphan: " + node + " stands on server " + server + ", its session is closed");
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Violation> tokens() {
        member.registration()
                .state()
                .node()
                .filter(node -> node.fence().isPresent())
                .ifPresent(node -> grants.put(node.czxid(), node));
        int last = -1;
        for (Map.Entry<Long, RegisteredNode> grant : grants.entrySet()) {
            int version = grant.getValue().fence().orElseThrow().version();
            if (version <= last) {
                return violated("I6", "the fence stands at " + version + " for a later grant, after " + last);
            }
            last = version;
            boolean stands = servers.preview()
                    .node(Member.PATH)
                    .filter(node -> node.czxid() == grant.getKey())
                    .isPresent();
            if (!stands && servers.preview().passes(checks(grant.getValue()))) {
                return violated("I6", "a transaction of a grant that is over would commit: " + grant.getValue());
            }
        }
        return Optional.empty();
    }

    private static List<Change> checks(RegisteredNode grant) {
        return grant.checks().stream()
                .map(check -> (Change) new Change.Check(check.getPath(), version(check)))
                .toList();
    }

    private static int version(Op check) {
        if (check.getType() != ZooDefs.OpCode.check) {
            throw new AssertionError("a check was expected");
        }
        return ((CheckVersionRequest) check.toRequestRecord()).getVersion();
    }

    private Optional<Violation> waiting() {
        RegistrationState state = member.registration().state();
        boolean isAtRest = state instanceof Registered || state.isOver();
        return isAtRest || member.expectsNews() || member.isWatching(Member.PATH)
                ? Optional.empty()
                : violated("I7", "waits for nothing: " + state);
    }

    static Optional<Violation> violated(String invariant, String what) {
        return Optional.of(new Violation(invariant, what));
    }

    private static Optional<Violation> first(List<Optional<Violation>> all) {
        return all.stream().flatMap(Optional::stream).findFirst();
    }

    void describe(StringBuilder text) {
        grants.forEach((czxid, grant) -> text.append(czxid)
                .append('=')
                .append(grant.fence().orElseThrow().version()));
    }
}
