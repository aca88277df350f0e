// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.io.IOException;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;

/** One way to keep many ephemeral nodes. */
interface Contender {

    /** Returns the name for the tables. */
    String name();

    /** Returns a client that is connected, and has had time for whatever it does first. */
    Nodes open(String connectString) throws Exception;

    /** Returns whether its nodes come back in a new session by themselves. */
    default boolean recovers() {
        return true;
    }

    /** Returns whether it can replace what its nodes hold. */
    default boolean updates() {
        return true;
    }

    /** The nodes of one client. */
    interface Nodes extends AutoCloseable {

        /** Registers all of them; returns when the library says of each that it is registered. */
        void register(List<String> paths) throws Exception;

        /** Replaces what each of them holds; returns when all are replaced. */
        default void update(List<String> paths, byte[] data) throws Exception {
            throw new UnsupportedOperationException();
        }

        /** Gives each of them up by itself; returns when all are deleted. */
        void remove(List<String> paths) throws Exception;

        /** Returns the handle in use. */
        ZooKeeper handle() throws Exception;

        /** Returns when the client's newest session was connected, as {@link System#nanoTime()}. */
        long connectedAt() throws Exception;

        @Override
        void close() throws IOException;
    }
}
