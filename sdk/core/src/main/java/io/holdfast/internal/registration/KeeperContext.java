// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.ownership.ReplicaReader;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.session.SessionSettings;
import io.holdfast.spi.Ticker;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.apache.zookeeper.data.ACL;

/**
 * What all registrations of one client share.
 *
 * @param loop the one thread on which registrations change; nothing on it may block
 * @param suppliers for the user's code that makes data: one call at a time, which may block
 * @param notifier serves listeners and stages, in order
 * @param earlier the sessions that may be ended
 * @param replicas asks every server by itself
 * @param settings timeouts
 * @param observer told what happens
 * @param ticker the clock
 * @param aclFor the ACL of a path for which none was given
 * @param memberId the logical owner of all nodes
 * @param incarnation this run of it
 * @param limits what keeps the ensemble safe
 */
public record KeeperContext(
        ScheduledExecutorService loop,
        Executor suppliers,
        Executor notifier,
        EarlierSessions earlier,
        ReplicaReader replicas,
        SessionSettings settings,
        HoldfastObserver observer,
        Ticker ticker,
        Function<String, List<ACL>> aclFor,
        String memberId,
        String incarnation,
        Limits limits) {}
