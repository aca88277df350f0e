// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.session.Session;
import io.holdfast.session.SessionOps;
import io.holdfast.spi.RecipeSupport;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;

/**
 * What a transaction needs of the grant that it is made under.
 *
 * @param grant the grant
 * @param client the client that holds it
 * @param session the session it is held in
 * @param checks fail once it is over
 */
record GrantBasis(HeldGrant grant, RecipeSupport client, Session session, List<Op> checks) {

    SessionOps ops() {
        return session.ops();
    }

    String path() {
        return grant.path();
    }

    FencingToken token() {
        return grant.token();
    }

    /** Returns why the grant is over, in words; empty while it may last. */
    Optional<String> over() {
        return grant.state() instanceof Ended over ? Optional.of(over.why().inWords()) : Optional.empty();
    }

    /** The ensemble has answered that the grant is over. */
    void ended(GrantEnd why) {
        grant.found(why);
    }

    String fullPath(String path) {
        return client.fullPath(path);
    }

    List<ACL> aclFor(String fullPath) {
        return client.aclFor(fullPath);
    }

    Executor callbacks() {
        return client.callbacks();
    }

    Executor background() {
        return client.background();
    }

    void requireMayWait(String what, String instead) {
        client.requireMayWait(what, instead);
    }

    void requireFits(List<Op> ops) {
        client.requireFits(ops);
    }
}
