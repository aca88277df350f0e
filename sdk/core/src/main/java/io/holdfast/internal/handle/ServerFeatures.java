// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

/**
 * What the servers of one client know beyond the requests of every release. Servers that are upgraded meanwhile go
 * on being asked in the old way, which they know too.
 *
 * @param create2 a create that returns the stat: from 3.5 on. The older create and a read do as well
 * @param ephemerals the list of a session's nodes: from 3.6 on. One read for each node does as well, and costs more
 * @param isLegacy whether they drop what they do not know without an answer, so that nothing may be tried
 */
record ServerFeatures(ServerFeature create2, ServerFeature ephemerals, boolean isLegacy) {

    /** Returns what is known at the beginning. */
    static ServerFeatures of(boolean isLegacy) {
        return isLegacy
                ? new ServerFeatures(ServerFeature.missing(), ServerFeature.missing(), true)
                : new ServerFeatures(ServerFeature.unknown(1), ServerFeature.unknown(2), false);
    }
}
