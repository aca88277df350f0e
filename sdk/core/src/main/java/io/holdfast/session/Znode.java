// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import org.apache.zookeeper.data.Stat;

/**
 * What a read, or a create that returns it, has found about one node. Its identity is (path, czxid), never its version: each
 * fresh ephemeral has version 0.
 *
 * @param path the path
 * @param data the data as it is in ZooKeeper, empty if there is none or if it was not read; not to be modified
 * @param owner the {@code ephemeralOwner}, 0 if the node is not ephemeral
 * @param czxid the transaction that created it
 * @param version the data version
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Znode(String path, byte[] data, long owner, long czxid, int version) {

    /** Returns the node as a stat and, if they were read, its data tell. */
    public static Znode of(String path, byte[] data, Stat stat) {
        return new Znode(path, data, stat.getEphemeralOwner(), stat.getCzxid(), stat.getVersion());
    }

    @Override
    public String toString() {
        return path + " (owner 0x" + Long.toHexString(owner) + ", czxid 0x" + Long.toHexString(czxid) + ", version "
                + version + ", " + data.length + " bytes)";
    }
}
