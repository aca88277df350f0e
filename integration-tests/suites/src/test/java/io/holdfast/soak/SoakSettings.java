// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/**
 * How a soak is played. All of it but the length decides what the seed means.
 *
 * @param seed what everything is drawn from
 * @param length how long it lasts, start and end included
 * @param members how many clients each of the four processes has
 * @param registrations how many nodes each client registers
 * @param peers with what the nodes are registered
 */
record SoakSettings(long seed, Duration length, int members, int registrations, Peers peers) {

    /** With what nodes are registered. */
    enum Peers {
        HOLDFAST,
        /** The client that most applications wrote for themselves: the judge must find it out. */
        ORDINARY
    }

    private static final double MINUTES = 3;
    private static final int MEMBERS = 50;
    private static final int REGISTRATIONS = 2;

    /** Reads the system properties that begin with {@code holdfast.soak}; a seed that is not given is drawn. */
    static SoakSettings ofProperties() {
        double minutes = Double.parseDouble(System.getProperty("holdfast.soak.minutes", Double.toString(MINUTES)));
        return new SoakSettings(
                Long.getLong("holdfast.soak.seed", new Random().nextInt(1_000_000)),
                Duration.ofMillis((long) (minutes * 60_000)),
                Integer.getInteger("holdfast.soak.members", MEMBERS),
                Integer.getInteger("holdfast.soak.registrations", REGISTRATIONS),
                Peers.valueOf(
                        System.getProperty("holdfast.soak.peers", "holdfast").toUpperCase(Locale.ROOT)));
    }

    /** Returns the command that plays the same again. */
    String command() {
        return "mvn verify -pl integration-tests/suites -am -Dtest=none -Dit.test=SoakIT -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dfailsafe.failIfNoSpecifiedTests=false -Dholdfast.soak.seed=" + seed
                + option("minutes", length.toMillis() / 60_000.0, MINUTES)
                + option("members", members, MEMBERS)
                + option("registrations", registrations, REGISTRATIONS)
                + (peers == Peers.ORDINARY ? " -Dholdfast.soak.peers=ordinary" : "");
    }

    private static String option(String name, double value, double otherwise) {
        String text = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        return value == otherwise ? "" : " -Dholdfast.soak." + name + "=" + text;
    }
}
