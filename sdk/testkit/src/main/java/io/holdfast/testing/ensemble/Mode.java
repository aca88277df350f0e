// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

/** The part a server plays in its ensemble. */
public enum Mode {
    LEADER,
    FOLLOWER,
    OBSERVER,
    STANDALONE,
    /** Cut off from the quorum and serving reads only. */
    READ_ONLY
}
