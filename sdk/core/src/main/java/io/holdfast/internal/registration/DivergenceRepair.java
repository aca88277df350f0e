// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.ownership.Blocker;
import io.holdfast.internal.ownership.Divergence;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.session.LiveSession;
import java.util.List;
import java.util.Optional;

/** Finds out whether servers disagree about a path, and heals it if they do (protocol, H9). */
final class DivergenceRepair {

    private final RegistrationContext context;
    private final UserCode user;
    private final String path;
    private final BlockerWatch blockers;
    private final Steps steps;
    private final Moves moves;

    DivergenceRepair(
            RegistrationContext context, UserCode user, String path, BlockerWatch blockers, Steps steps, Moves moves) {
        this.context = context;
        this.user = user;
        this.path = path;
        this.blockers = blockers;
        this.steps = steps;
        this.moves = moves;
    }

    void start(LiveSession in, Blocker blocker) {
        steps.then(
                context.replicas().read(path),
                views -> Divergence.among(views, blocker.czxid(), in.id())
                        .ifPresentOrElse(divergence -> heal(in, divergence, views), this::agreed),
                failure -> agreed());
    }

    private void agreed() {
        blockers.replicasAgree();
        moves.look("all servers were asked");
    }

    private void heal(LiveSession in, Divergence divergence, List<ReplicaView> views) {
        divergence.servers().forEach(server -> context.observer()
                .onEvent(new HoldfastEvent.ReplicasDiverge(path, in.id().value(), server, String.valueOf(views))));
        String why = "servers disagreed about the path";
        Replacement replacement = new Replacement(in, path, Optional.empty(), user, steps);
        steps.then(
                steps.compose(user.acl(path), acl -> replacement.divergent(divergence, acl)),
                done -> moves.retryLater(why),
                failure -> moves.retryLater(why + ": " + UserCode.why(failure)));
    }
}
