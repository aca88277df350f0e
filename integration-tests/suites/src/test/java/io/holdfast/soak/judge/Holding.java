// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Appeared;
import io.holdfast.soak.judge.Note.Observed;
import io.holdfast.soak.judge.Note.Vanished;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A time during which a server held a node with one owner. The observer looks again and again: between two looks nothing
 * is certain.
 *
 * @param surely from the first to the last look that saw it
 * @param perhaps from the last look that did not see it yet to the first one that did not see it any more
 */
record Holding(int server, String path, long session, Stretch surely, Stretch perhaps) {

    static List<Holding> of(SoakRecord record) {
        List<Holding> holdings = new ArrayList<>();
        Map<String, Appeared> open = new HashMap<>();
        record.outside().forEach(note -> {
            if (note instanceof Appeared appeared) {
                open.put(key(appeared.server(), appeared.path(), appeared.session()), appeared);
            } else if (note instanceof Vanished vanished) {
                Appeared appeared = open.remove(key(vanished.server(), vanished.path(), vanished.session()));
                if (appeared != null) {
                    holdings.add(of(appeared, vanished.nanoTime(), vanished.latestNanos()));
                }
            }
        });
        open.values().forEach(appeared -> {
            long last = record.outside(Observed.class)
                    .filter(observed -> observed.server() == appeared.server())
                    .mapToLong(Observed::nanoTime)
                    .max()
                    .orElse(record.endNanos());
            holdings.add(of(appeared, last, Long.MAX_VALUE));
        });
        return holdings;
    }

    private static Holding of(Appeared appeared, long lastSeen, long latest) {
        return new Holding(
                appeared.server(),
                appeared.path(),
                appeared.session(),
                new Stretch(appeared.nanoTime(), lastSeen),
                new Stretch(appeared.earliestNanos(), latest));
    }

    private static String key(int server, String path, long session) {
        return server + " " + path + " " + session;
    }
}
