// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.testing.wire.OpCode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The traps that are set. A trap is taken out by the request it waited for. */
final class Traps {

    @GuardedBy("this")
    private final List<Trap> set = new ArrayList<>();

    synchronized Trap set(Trap trap) {
        set.add(trap);
        return trap;
    }

    synchronized void clear() {
        set.clear();
    }

    /** Counts a request at every trap and returns the first one that waited for it. */
    synchronized Optional<Trap> step(OpCode opCode) {
        Optional<Trap> found = Optional.empty();
        for (Iterator<Trap> traps = set.iterator(); traps.hasNext(); ) {
            Trap trap = traps.next();
            if (trap.matches(opCode)) {
                traps.remove();
                found = found.isPresent() ? found : Optional.of(trap);
            }
        }
        return found;
    }
}
