// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

/** The outcome of attaching to an earlier session in order to close it (protocol, section 3). */
public enum EndOutcome {
    /** Attached and closed: its nodes are deleted in one committed transaction. */
    CLOSED,
    /** The ensemble answered "expired". That proves nothing about the session's nodes (H5). */
    EXPIRED,
    /** No server answered in time. */
    UNREACHABLE
}
