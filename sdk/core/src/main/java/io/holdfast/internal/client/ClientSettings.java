// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.handle.SupervisorSettings;
import io.holdfast.internal.registration.Limits;
import io.holdfast.registration.ConflictPolicy;
import io.holdfast.registration.RegistrationOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.data.ACL;

/**
 * What a client goes by: checked by {@link io.holdfast.HoldfastClientBuilder#build()}.
 *
 * @param servers where the ensemble is
 * @param member whose nodes the client keeps
 * @param supervisor how its sessions are opened and confirmed
 * @param application code of the application's that the client calls
 * @param auditInterval how often the session and its nodes are audited; zero for never
 * @param limits what keeps the ensemble safe
 * @param maxSessions over how many sessions its nodes may be spread
 */
public record ClientSettings(
        Servers servers,
        Member member,
        SupervisorSettings supervisor,
        Application application,
        Duration auditInterval,
        Limits limits,
        int maxSessions) {

    private static final int MOST_SESSIONS = 100;
    private static final int SMALLEST_PATH_BUDGET = 1024;
    private static final Duration SHORTEST_AUDIT_INTERVAL = Duration.ofSeconds(1);

    /**
     * Where the ensemble is.
     *
     * @param connectString hosts, ports and chroot
     * @param namespace a path without its leading slash below which all paths of the client are; empty for none
     * @param zkClientConfig the configuration of ZooKeeper handles
     */
    public record Servers(String connectString, String namespace, ZKClientConfig zkClientConfig) {}

    /**
     * Whose nodes the client keeps.
     *
     * @param id the logical owner
     * @param incarnation this run of it
     */
    public record Member(String id, String incarnation) {}

    /**
     * Code of the application's.
     *
     * @param aclFor the ACL of a full path
     * @param observer notified of what happens
     * @param callbacks runs listeners and stages; empty for the client's own threads
     */
    public record Application(
            Function<String, List<ACL>> aclFor, HoldfastObserver observer, Optional<Executor> callbacks) {}

    /** Refuses audits that would be too frequent. */
    public static Duration requireAuditInterval(Duration interval) {
        if (!interval.isZero() && interval.compareTo(SHORTEST_AUDIT_INTERVAL) < 0) {
            throw new IllegalArgumentException("auditInterval must be zero (off) or at least " + SHORTEST_AUDIT_INTERVAL
                    + ", but was " + interval);
        }
        return interval;
    }

    /** Returns what a request and a session may hold; refuses a budget that no request could carry. */
    public static Limits limits(String connectString, ZKClientConfig config, int pathBudget) {
        int requestBytes = config.getInt(ZKConfig.JUTE_MAXBUFFER, ZKClientConfig.CLIENT_MAX_PACKET_LENGTH_DEFAULT);
        if (pathBudget < SMALLEST_PATH_BUDGET || pathBudget > requestBytes) {
            throw new IllegalArgumentException("pathBudget must be between " + SMALLEST_PATH_BUDGET
                    + " bytes and jute.maxbuffer (" + requestBytes + "), but was " + pathBudget);
        }
        return new Limits(ConnectStrings.chroot(connectString), requestBytes, pathBudget);
    }

    /** Refuses a number of sessions that no client may have. */
    public static int requireMaxSessions(int maxSessions) {
        if (maxSessions < 1 || maxSessions > MOST_SESSIONS) {
            throw new IllegalArgumentException(
                    "maxSessions must be between 1 and " + MOST_SESSIONS + ", but was " + maxSessions);
        }
        return maxSessions;
    }

    /** Returns the path on the servers, but for the chroot. */
    public String fullPath(String path) {
        if (path == null || !path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "path must be an absolute ZooKeeper path such as /services/a, but was \"" + path + "\"");
        }
        return servers.namespace().isEmpty() ? path : "/" + servers.namespace() + path;
    }

    /** Returns the options with the paths in them as they are on the servers, but for the chroot. */
    public RegistrationOptions onServers(RegistrationOptions options) {
        ConflictPolicy policy = options.conflicts();
        return new RegistrationOptions(
                options.isSequential(),
                options.format(),
                options.acl(),
                options.parents(),
                new ConflictPolicy(
                        policy.waitsForForeign(), policy.guardPath().map(this::fullPath), policy.waitLimit()),
                options.isOnce(),
                options.fence().map(this::fullPath),
                options.keepsTryingWhenRefused());
    }
}
