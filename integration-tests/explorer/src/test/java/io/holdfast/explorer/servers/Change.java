// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

/** One step of a write. */
public sealed interface Change {

    String path();

    /**
     * Makes a node.
     *
     * @param owner the session that is to own it, 0 for a persistent node
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Create(String path, byte[] data, long owner) implements Change {
        @Override
        public String toString() {
            return "create " + path;
        }
    }

    /**
     * Deletes a node.
     *
     * @param version the version it must have, -1 for any
     * @param czxid the identity that it must have as well, 0 for any: more than a ZooKeeper server can be asked
     */
    record Delete(String path, int version, long czxid) implements Change {
        @Override
        public String toString() {
            return "delete " + path + (version < 0 ? "" : " if version " + version);
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record SetData(String path, byte[] data, int version) implements Change {
        @Override
        public String toString() {
            return "set " + path + (version < 0 ? "" : " if version " + version);
        }
    }

    record Check(String path, int version) implements Change {
        @Override
        public String toString() {
            return "check " + path + (version < 0 ? "" : " version " + version);
        }
    }
}
