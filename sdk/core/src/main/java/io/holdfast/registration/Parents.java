// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

/** What to do about missing parents of a node. They may vanish at any time, not only before the first create. */
public enum Parents {
    /** Create them as persistent nodes, with the client's ACLs for their paths. */
    PERSISTENT,
    /**
     * Create them as container nodes, which the servers delete when they have been emptied. Needs 3.5 or later; on older
     * servers the registration fails and says so.
     */
    CONTAINER,
    /** They must exist: the registration fails if they do not. */
    REQUIRED
}
