// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What names a member and its runs: in tags, in journal file names, in log lines.
 *
 * <p>A <em>member id</em> names the logical owner and outlives its process. It is 1 to 128 characters of {@code A-Z a-z
 * 0-9 . _ -}, and the first is a letter or a digit. So it can be a znode's name, a file's name and a word on a text
 * line without any quoting. A <em>token</em> (an incarnation or a nonce) is 64 random bits as 16 lowercase hex digits.
 *
 * <p><b>Thread-safety:</b> stateless. <b>Blocking:</b> nothing blocks, but for the first random number of a machine
 * that has just been started.
 */
public final class Identifiers {
    private static final String MEMBER_ID_RULE =
            "1 to 128 characters of A-Z a-z 0-9 . _ - and must start with a letter or a digit";
    private static final Pattern MEMBER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{16}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Identifiers() {}

    /**
     * Returns {@code memberId} if it is a valid member id.
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

    /** Returns a new random token, unpredictable, and unique for all practical purposes. */
    public static String randomToken() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }
}
