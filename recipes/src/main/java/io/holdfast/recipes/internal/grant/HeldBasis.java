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
 * What a transaction needs of a held grant.
 *
 * @param grant the grant
 * @param client the client that holds it
 * @param session the session it is held in
 * @param checks fail once it is over
 */
record HeldBasis(HeldGrant grant, RecipeSupport client, Session session, List<Op> checks) implements GrantBasis {

    @Override
    public SessionOps ops() {
        return session.ops();
    }

    @Override
    public String path() {
        return grant.path();
    }

    @Override
    public FencingToken token() {
        return grant.token();
    }

    @Override
    public Optional<String> over() {
        return grant.state() instanceof Ended over ? Optional.of(over.why().inWords()) : Optional.empty();
    }

    @Override
    public void ended(GrantEnd why) {
        grant.found(why);
    }

    @Override
    public String fullPath(String path) {
        return client.fullPath(path);
    }

    @Override
    public List<ACL> aclFor(String fullPath) {
        return client.aclFor(fullPath);
    }

    @Override
    public Executor callbacks() {
        return client.callbacks();
    }

    @Override
    public void requireFits(List<Op> ops) {
        client.requireFits(ops);
    }
}
