// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Who made an ephemeral node: what a {@link TagFormat} writes into the node's data, so that its maker knows it again
 * even when the owning session means nothing to it.
 *
 * <p>A tag is a claim and no proof: whoever may write the node may write any tag. The owner is what {@code
 * ephemeralOwner} says; the tag says what the owner was to the member. Immutable.
 *
 * @param memberId the logical owner, which outlives its process; as {@link #requireMemberId} allows it
 * @param incarnation one run of the member's process: 16 lowercase hex digits, random
 * @param sessionId the session that the node was created in, as its maker saw it; any value but 0
 * @param nonce one registration in one session: 16 lowercase hex digits, random
 * @param sessionTimeout the negotiated timeout of that session, so that others know how long to wait for its end; whole
 *     milliseconds, from 1 ms to 2147483647 ms
 */
public record EphemeralTag(String memberId, String incarnation, long sessionId, String nonce, Duration sessionTimeout) {

    private static final String MEMBER_ID_RULE =
            "1 to 128 characters of A-Z a-z 0-9 . _ - and must start with a letter or a digit";
    private static final Pattern MEMBER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{16}");

    /**
     * Checks every component.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it, its value and what is allowed
     */
    public EphemeralTag {
        requireMemberId(memberId);
        requireToken("incarnation", incarnation);
        requireToken("nonce", nonce);
        requireNonNull(sessionTimeout, "sessionTimeout");
        if (sessionId == 0) {
            throw new IllegalArgumentException("sessionId must not be 0, which means no session");
        }
        if (sessionTimeout.compareTo(Duration.ofMillis(1)) < 0
                || sessionTimeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0
                || sessionTimeout.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "sessionTimeout must be whole milliseconds from PT0.001S to PT2147483.647S, but was "
                            + sessionTimeout);
        }
    }

    /**
     * Returns {@code memberId} if it is valid: 1 to 128 characters of {@code A-Z a-z 0-9 . _ -}, the first of them a
     * letter or a digit.
     *
     * @throws IllegalArgumentException if it is not; the message names {@code memberId}, the value and what is allowed
     */
    public static String requireMemberId(String memberId) {
        requireNonNull(memberId, "memberId");
        if (!MEMBER_ID.matcher(memberId).matches()) {
            throw new IllegalArgumentException("memberId must be " + MEMBER_ID_RULE + ", but was \"" + memberId + '"');
        }
        return memberId;
    }

    /**
     * Returns {@code token} if it is 16 lowercase hex digits.
     *
     * @param name what the token is, for the message, for example {@code incarnation}
     * @param token the value to check
     * @throws IllegalArgumentException if it is not; the message names {@code name}, the value and what is allowed
     */
    public static String requireToken(String name, String token) {
        requireNonNull(token, name);
        if (!TOKEN.matcher(token).matches()) {
            throw new IllegalArgumentException(name + " must be 16 characters of 0-9 a-f, but was \"" + token + '"');
        }
        return token;
    }

    /** Returns the tag as it is written into a node, without the line feed. */
    @Override
    public String toString() {
        return TagLine.write(this);
    }
}
