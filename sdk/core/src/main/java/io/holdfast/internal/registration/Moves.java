// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.HoldfastException;
import io.holdfast.session.Znode;

/** Where a step of a registration can lead to. Called on the loop. */
interface Moves {

    /** Find out whose node stands at the path. */
    void look(String cause);

    /** Create a node. */
    void create(String cause);

    /** The look that was sent with the create saw this node, owned by our session. */
    void created(Znode node);

    /** Look again after a while. */
    void retryLater(String why);

    /** Give up for good. */
    void fail(HoldfastException error);
}
