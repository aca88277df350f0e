// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import java.util.Random;

/** One member: a client with its session, and what it registers. All methods are called by one thread, but {@link #close}. */
interface SoakMember {

    /** How many directories the nodes are spread over. */
    int DIRECTORIES = 10;

    /** Returns one of the directories of all registrations. */
    static String directory(int number) {
        return "/soak/d" + number % DIRECTORIES;
    }

    /** Returns a path that somebody else wants too. */
    static String contested(int number) {
        return directory(number) + "/contested-" + number;
    }

    /** Connects and registers. */
    void start();

    /** Does something to one of its registrations, or to all. */
    void act(Random random);

    /** Closes everything; may block for about a session timeout. */
    void close();
}
