// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

/** When a session is confirmed, a setting of the client and of the drop-in. */
public enum ConfirmMode {
    /** As soon as it is open; the user of the handle is notified of the connection only then. */
    EAGER,
    /**
     * With the first ephemeral node, and from then on eagerly. A client that only reads never makes its session global, which
     * is what local sessions are for.
     */
    ON_FIRST_EPHEMERAL
}
