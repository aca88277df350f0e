// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.recipes.lock.FencedReadWriteLock;
import io.holdfast.recipes.lock.FencedSemaphore;
import io.holdfast.recipes.lock.ReentrantFencedLock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The kinds of locks, and the ways to ask for one. */
final class Locks {

    private Locks() {}

    static void tryFor(FencedLock lock, Runnable work) throws InterruptedException {
        // tag::try[]
        Optional<Grant> held = lock.tryAcquire(Duration.ofSeconds(5));
        if (held.isPresent()) {
            try (Grant grant = held.get()) {
                grant.require(Duration.ofSeconds(2));
                work.run();
            }
        }
        // end::try[]
    }

    static void async(FencedLock lock, Runnable work) {
        // tag::async[]
        CompletableFuture<Grant> waiting = lock.acquireAsync();
        CompletableFuture<Void> working = waiting.thenAccept(grant -> {
            try (grant) {
                work.run();
            }
        });
        boolean isLeft = waiting.cancel(true); // leaves the queue, and no node behind
        // end::async[]
        System.out.println(isLeft + ": " + working);
    }

    static void reentrant(HoldfastClient client, Runnable work) throws InterruptedException {
        // tag::reentrant[]
        ReentrantFencedLock lock = FencedLock.at(client, "/locks/report").reentrant(); // keep this object
        try (Grant outer = lock.acquire();
                Grant inner = lock.acquire()) { // the same thread: at once, and without a request
            System.out.println("one token: " + outer.token().equals(inner.token()));
            work.run();
        } // free here, with the last of the two
        // end::reentrant[]
    }

    static void readWrite(HoldfastClient client, Runnable read, Runnable write) throws InterruptedException {
        // tag::read-write[]
        FencedReadWriteLock lock = FencedReadWriteLock.at(client, "/locks/catalogue");
        try (Grant reading = lock.readLock().acquire()) {
            reading.require(Duration.ofSeconds(2));
            read.run();
        }
        try (Grant writing = lock.writeLock().acquire()) {
            writing.require(Duration.ofSeconds(2));
            write.run();
        }
        // end::read-write[]
    }

    static void semaphore(HoldfastClient client, Runnable work) throws InterruptedException {
        // tag::semaphore[]
        FencedSemaphore semaphore = FencedSemaphore.at(client, "/permits/export", 3); // three, everywhere
        try (Grant permit = semaphore.acquire()) {
            permit.require(Duration.ofSeconds(2));
            work.run();
        }
        // end::semaphore[]
    }
}
