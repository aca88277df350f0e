// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.net.InetSocketAddress;

/** What one server runs in, from start to start: a process or a container, with the same data and address. */
interface ServerHost {

    /** Returns where clients reach the server, past its proxy. */
    InetSocketAddress address();

    /** Starts the server on the data it has; it does not run now. */
    void start() throws IOException;

    /** Asks the server to end and waits for it, and ends it if it does not comply. Does nothing if it does not run. */
    void stop();

    /** Ends the server, even a paused one, and waits for it. Does nothing if it does not run. */
    void kill();

    /** Stops the running server where it is. */
    void pause();

    /** Lets the paused server go on. */
    void resume();

    /** Takes the server off one of its networks: packets are lost, and no connection is closed. */
    void leave(Link link);

    /** Gives the server back to a network it left, with the address it had. */
    void join(Link link);

    boolean isAlive();

    /** Returns the process id of the running server, as this machine sees it. */
    long pid();
}
