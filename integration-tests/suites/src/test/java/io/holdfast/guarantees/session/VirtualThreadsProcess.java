// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import io.holdfast.guarantees.support.Member;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.registration.Registration;
import io.holdfast.session.Safety;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Every blocking call on more virtual threads than there are threads that carry them; also as executor for callbacks. */
final class VirtualThreadsProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 20;

    private VirtualThreadsProcess() {}

    /** Runs it; {@code args} is the connect string. */
    public static void main(String[] args) throws Exception {
        Executor virtual = VirtualThreadsProcess::start;
        try (Member member = Member.start(args[0], "virtual", settings -> settings.callbackExecutor(virtual))) {
            List<CompletableFuture<Void>> all = IntStream.range(0, THREADS)
                    .mapToObj(number -> CompletableFuture.runAsync(() -> work(member, number), virtual))
                    .toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
            System.out.println("done");
        }
    }

    /** Java 17 compiles this. */
    private static void start(Runnable task) {
        try {
            var unused =
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void work(Member member, int number) {
        try {
            member.client().awaitConfirmed(PATIENCE);
            Registration registration = member.client().register("/virtual-" + number, new byte[0]);
            registration.awaitRegistered(PATIENCE);
            try (Safety safety = member.client().sessions().get(0).safety()) {
                if (!safety.await(PATIENCE)) {
                    throw new IllegalStateException("not safe in time");
                }
            }
            try (Grant one = FencedLock.at(member.client(), "/virtual-lock").acquire()) {
                one.require(Duration.ZERO);
            }
            try (LeaderElection election = LeaderElection.queued(member.client(), "/virtual-latch", new byte[0]);
                    Grant term = election.campaign(PATIENCE).orElseThrow()) {
                term.require(Duration.ZERO);
            }
            registration.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
