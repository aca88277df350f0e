// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.session.SessionOps;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;

/** What a transaction needs of the grant that it is made under. Thread-safe; no method blocks. */
interface GrantBasis {

    /** Returns what the grant is for, as the user named it. */
    String path();

    FencingToken token();

    /** Returns the operations of the session that the grant is held in. */
    SessionOps ops();

    /** Returns the checks that fail once the grant is over; full paths; at least one. */
    List<Op> checks();

    /** Returns why the grant is over, in words; empty while it may last. */
    Optional<String> over();

    /** The ensemble has answered that the grant is over. */
    void ended(GrantEnd why);

    /** Returns a path of the user's with the client's namespace. */
    String fullPath(String path);

    /** Returns the ACL that the client gives to a node at this full path. */
    List<ACL> aclFor(String fullPath);

    /** Returns the executor for the application's code. */
    Executor callbacks();

    /** Throws IllegalArgumentException if the ensemble would not take so large a request. */
    void requireFits(List<Op> ops);
}
