// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Closes, when this JVM ends, whatever ensemble has not been closed by then. */
final class CloseAtExit {

    private static final Set<Ensemble> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> List.copyOf(OPEN).forEach(Ensemble::close), "close-ensembles"));
    }

    private CloseAtExit() {}

    static void add(Ensemble ensemble) {
        OPEN.add(ensemble);
    }

    static void remove(Ensemble ensemble) {
        OPEN.remove(ensemble);
    }
}
