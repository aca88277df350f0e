// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

/** The networks a server is on. */
enum Link {
    /** To whoever uses the server. */
    CLIENTS,
    /** To the other servers. */
    PEERS
}
