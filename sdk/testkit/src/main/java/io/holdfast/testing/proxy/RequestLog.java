// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Every request that arrived at one proxy, in order of arrival. */
final class RequestLog {

    @GuardedBy("this")
    private final List<RecordedRequest> requests = new ArrayList<>();

    synchronized void add(RecordedRequest request) {
        requests.add(request);
        notifyAll();
    }

    synchronized List<RecordedRequest> all() {
        return List.copyOf(requests);
    }

    synchronized void clear() {
        requests.clear();
    }

    synchronized int count(Set<OpCode> opCodes) {
        return (int) requests.stream()
                .filter(request -> opCodes.contains(request.opCode()))
                .count();
    }

    synchronized void await(OpCode opCode, int n, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (count(Set.of(opCode)) < n) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError(
                        "only " + count(Set.of(opCode)) + " of " + n + " " + opCode + " arrived within " + limit);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
