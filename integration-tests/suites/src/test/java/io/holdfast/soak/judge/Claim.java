// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

/**
 * A time during which a registration said that it is registered.
 *
 * @param path the node
 * @param session its owner
 * @param czxid the transaction that made it
 * @param time from when it said so to when it said something else, was closed or gone
 */
record Claim(String path, long session, long czxid, Stretch time) {

    boolean isOf(String node, long owner) {
        return path.equals(node) && session == owner;
    }
}
