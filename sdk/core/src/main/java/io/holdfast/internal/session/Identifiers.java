// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes the random words that tell one run of a member, or one registration, from every other. Their format is
 * checked by {@link io.holdfast.tag.EphemeralTag}.
 *
 * <p><b>Thread-safety:</b> stateless. <b>Blocking:</b> nothing blocks, but for the first random number of a machine
 * that has just been started.
 */
public final class Identifiers {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Identifiers() {}

    /** Returns a new random token, unpredictable, and unique for all practical purposes. */
    public static String randomToken() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }
}
