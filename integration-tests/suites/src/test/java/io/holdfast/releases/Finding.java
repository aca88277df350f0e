// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.util.Optional;

/**
 * What a check has shown: made only after the assertions behind it have held.
 *
 * @param cell what the page says, in a few words
 * @param error the message that a user gets where something is not supported
 */
record Finding(String cell, Optional<String> error) {

    /** It works as documented. */
    static Finding works() {
        return new Finding("yes", Optional.empty());
    }

    /** It is refused, with this message. */
    static Finding refused(Throwable error) {
        return new Finding("no", Optional.of(String.valueOf(error.getMessage())));
    }

    /** Anything else. */
    static Finding of(String cell) {
        return new Finding(cell, Optional.empty());
    }
}
