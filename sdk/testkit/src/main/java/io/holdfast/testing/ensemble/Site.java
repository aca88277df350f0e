// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

/** Where the servers of one ensemble run, and what they share there. */
interface Site extends AutoCloseable {

    /** Returns the place of the server with this id, from 1, which does not run yet. */
    ServerHost host(int id, ServerFiles files);

    /** Ends and removes everything that is left of the servers, their files excepted. */
    @Override
    void close();
}
