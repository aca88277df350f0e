// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.explorer.servers.Outcome;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * What the registration has been answered in its current step. A request that is under way may hold on to it: so it is a part
 * of what tells one such request from another.
 */
final class StepTrace {

    /** The names of anchors are random, and mean nothing. */
    private static final Pattern RANDOM = Pattern.compile("anchor-[0-9a-f-]{36}");

    private final LongSupplier current;
    private long step;
    private long digest;

    /** @param current the number of the registration's current step */
    StepTrace(LongSupplier current) {
        this.current = current;
    }

    /** Returns what tells a request that is sent now from one that is sent at another time. */
    String tag() {
        follow();
        return "~" + step + "." + Long.toHexString(digest);
    }

    void answered(String request, Outcome outcome) {
        follow();
        if (request.contains("~" + step + ".")) {
            String known = RANDOM.matcher(request).replaceAll("");
            digest = (digest ^ known.hashCode()) * 0x100000001B3L + outcome.digest();
        }
    }

    private void follow() {
        long now = current.getAsLong();
        if (now != step) {
            step = now;
            digest = 0;
        }
    }

    void describe(StringBuilder text) {
        follow();
        text.append(digest);
    }
}
