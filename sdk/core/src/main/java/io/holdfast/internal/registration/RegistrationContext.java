// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.ownership.ReplicaReader;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.session.SessionSettings;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.data.ACL;

/**
 * What all registrations of one session slot share.
 *
 * @param threads where what runs
 * @param application what the user has given
 * @param member whose nodes they are
 * @param sessions what is known of the client's sessions
 * @param replicas asks every server by itself
 * @param settings timeouts
 * @param ticker the clock
 * @param limits what keeps the ensemble safe
 */
public record RegistrationContext(
        Threads threads,
        Application application,
        Member member,
        Sessions sessions,
        ReplicaReader replicas,
        SessionSettings settings,
        Ticker ticker,
        Limits limits) {

    /**
     * Where what runs.
     *
     * @param loop the one thread on which registrations change; nothing on it may block
     * @param suppliers for the user's code that makes data and ACLs: one call at a time, which may block
     * @param waits knows on which threads nobody may wait
     */
    public record Threads(ScheduledExecutorService loop, Executor suppliers, WaitGuard waits) {}

    /**
     * What the user has given.
     *
     * @param observer notified of what happens
     * @param aclFor the ACL of a path for which none was given
     */
    public record Application(HoldfastObserver observer, Function<String, List<ACL>> aclFor) {}

    /**
     * What is known of the client's sessions.
     *
     * @param earlier those that may be ended
     * @param whyNone says why there is no confirmed one
     */
    public record Sessions(EarlierSessions earlier, Supplier<String> whyNone) {}

    /**
     * Whose nodes they are.
     *
     * @param id the logical owner of all nodes
     * @param incarnation this run of it
     */
    public record Member(String id, String incarnation) {}

    ScheduledExecutorService loop() {
        return threads.loop();
    }

    void later(Duration delay, Runnable task) {
        var unused = threads.loop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    EarlierSessions earlier() {
        return sessions.earlier();
    }

    HoldfastObserver observer() {
        return application.observer();
    }
}
