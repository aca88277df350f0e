// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How sessions are opened, confirmed and judged. Immutable.
 *
 * @param sessionTimeout the timeout asked of the ensemble, which negotiates its own; 1 ms to about 24 days. Default 18 s.
 * @param confirmTimeout how long the ensemble may leave a probe unanswered before the handle is given up for a new one;
 *     positive. Two thirds of the negotiated session timeout apply if they are shorter (protocol, H13). Default 10 s.
 * @param safetyMargin how long before the negotiated timeout nothing counts as safe any more; at least {@code serverTick},
 *     because the server's clock moves in ticks, and shorter than {@code sessionTimeout}. Default 3 s.
 * @param serverTick the servers' {@code tickTime}, which clients cannot ask for; positive. Default 2 s.
 */
public record SessionSettings(
        Duration sessionTimeout, Duration confirmTimeout, Duration safetyMargin, Duration serverTick) {

    public SessionSettings {
        requirePositive(sessionTimeout, "sessionTimeout");
        requirePositive(confirmTimeout, "confirmTimeout");
        requirePositive(serverTick, "serverTick");
        requireNonNull(safetyMargin, "safetyMargin");
        if (sessionTimeout.compareTo(Duration.ofMillis(1)) < 0
                || sessionTimeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException(
                    "sessionTimeout must be between 1 ms and " + Integer.MAX_VALUE + " ms, but was " + sessionTimeout);
        }
        if (safetyMargin.compareTo(serverTick) < 0 || safetyMargin.compareTo(sessionTimeout) >= 0) {
            throw new IllegalArgumentException("safetyMargin must be at least serverTick (" + serverTick
                    + ") and shorter than sessionTimeout (" + sessionTimeout + "), but was " + safetyMargin);
        }
    }

    /** Returns the settings that apply when nothing is said. */
    public static SessionSettings defaults() {
        return new SessionSettings(
                Duration.ofSeconds(18), Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(2));
    }

    /** Returns how long a probe may stay unanswered on a session with the given negotiated timeout. */
    public Duration probeLimit(Duration negotiated) {
        Duration twoThirds = negotiated.multipliedBy(2).dividedBy(3);
        return confirmTimeout.compareTo(twoThirds) < 0 ? confirmTimeout : twoThirds;
    }

    /**
     * Returns how much later than another write one must be sent to make the leader's counting from that other one certain: the
     * leader asks its followers each half tick, and a full tick leaves room for one that is late.
     */
    public Duration proofSpacing(Duration negotiated) {
        Duration least = serverTick.multipliedBy(5).dividedBy(8);
        Duration sixth = negotiated.dividedBy(6);
        Duration usual = sixth.compareTo(serverTick) < 0 ? sixth : serverTick;
        return usual.compareTo(least) < 0 ? least : usual;
    }

    /** Returns how often the quorum is asked while somebody holds a right that has a deadline. */
    public Duration heartbeatInterval(Duration negotiated) {
        Duration sixth = negotiated.dividedBy(6);
        Duration spacing = proofSpacing(negotiated);
        return sixth.compareTo(spacing) < 0 ? spacing : sixth;
    }

    /**
     * Refuses a session timeout of which nothing is certain just before a heartbeat is answered: whatever rests on a deadline
     * would end again and again.
     *
     * @param negotiated the timeout asked for, or granted
     * @throws IllegalArgumentException if it is too short
     */
    public void requireCertainty(Duration negotiated) {
        Duration uncertain = safetyMargin.plus(proofSpacing(negotiated)).plus(heartbeatInterval(negotiated));
        if (negotiated.compareTo(uncertain) <= 0) {
            throw new IllegalArgumentException(
                    "sessionTimeout, as it is asked for and as the ensemble grants it, must be longer than "
                            + uncertain.toMillis() + " ms for Safety and grants, but was " + negotiated.toMillis()
                            + " ms: safetyMargin takes " + safetyMargin.toMillis()
                            + " ms of it, and with a serverTick of "
                            + serverTick.toMillis() + " ms two heartbeats take the rest");
        }
    }

    /** Returns how long before a write the leader may have been told of the client for the last time. */
    public Duration longestIdle(Duration negotiated) {
        return negotiated.dividedBy(3).plus(serverTick.dividedBy(2));
    }

    /** Returns how long after a session was last heard of the ensemble can still hold its nodes, leader changes aside. */
    public Duration ghostLife(Duration negotiated) {
        return negotiated.plus(serverTick.multipliedBy(2));
    }

    private static void requirePositive(Duration value, String name) {
        requireNonNull(value, name);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, but was " + value);
        }
    }
}
