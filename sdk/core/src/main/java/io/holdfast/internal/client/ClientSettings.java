// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.handle.SupervisorSettings;
import io.holdfast.internal.registration.Limits;
import io.holdfast.registration.ConflictPolicy;
import io.holdfast.registration.RegistrationOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;

/** What a {@link HoldfastClient} goes by: checked by {@link HoldfastClientBuilder#build()}. */
public record ClientSettings(
        String connectString,
        String memberId,
        String incarnation,
        String namespace,
        SupervisorSettings line,
        ZKClientConfig zkClientConfig,
        Function<String, List<ACL>> aclFor,
        HoldfastObserver observer,
        Duration auditInterval,
        Limits limits) {

    /** Returns the path on the servers, but for the chroot. */
    public String fullPath(String path) {
        if (path == null || !path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "path must be an absolute ZooKeeper path such as /services/a, but was \"" + path + "\"");
        }
        return namespace.isEmpty() ? path : "/" + namespace + path;
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
                options.fence().map(this::fullPath));
    }
}
