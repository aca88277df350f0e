// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes that wait for the next transaction, in order. Confined to the loop. */
final class WriteQueue {

    private final WriteLimits limits;
    private final ArrayDeque<SharedWrite<?>> writes = new ArrayDeque<>();

    /** How many of them touch a path. */
    private final Map<String, Integer> paths = new HashMap<>();

    private int bytes;

    WriteQueue(WriteLimits limits) {
        this.limits = limits;
    }

    boolean isEmpty() {
        return writes.isEmpty();
    }

    int size() {
        return writes.size();
    }

    boolean touches(String path) {
        return paths.containsKey(path);
    }

    void add(SharedWrite<?> write) {
        writes.add(write);
        added(write);
    }

    void addFirst(SharedWrite<?> write) {
        writes.addFirst(write);
        added(write);
    }

    private void added(SharedWrite<?> write) {
        bytes += write.bytes();
        paths.merge(write.path(), 1, Integer::sum);
    }

    /** Returns whether the next transaction has room for what may be asked for later. */
    boolean mayGainCompany() {
        return writes.size() < limits.mostTogether()
                && bytes < limits.mostBytes()
                && writes.size() < writes.element().mostTogether();
    }

    /** Returns how many writes the next transaction has. */
    int nextSize() {
        return limits.fitting(writes);
    }

    /** Takes the writes of the next transaction. */
    List<SharedWrite<?>> next() {
        int count = nextSize();
        List<SharedWrite<?>> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            SharedWrite<?> write = writes.remove();
            bytes -= write.bytes();
            paths.computeIfPresent(write.path(), (path, times) -> times == 1 ? null : times - 1);
            taken.add(write);
        }
        return taken;
    }

    /** Takes all of them. */
    List<SharedWrite<?>> clear() {
        List<SharedWrite<?>> all = List.copyOf(writes);
        writes.clear();
        paths.clear();
        bytes = 0;
        return all;
    }
}
