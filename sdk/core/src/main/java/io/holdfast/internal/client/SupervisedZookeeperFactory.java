// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.internal.handle.SessionSupervisor;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/** Lets Curator open its handles through one supervisor, which follows each with the next. */
public record SupervisedZookeeperFactory(SessionSupervisor supervisor) implements ZookeeperFactory {

    @Override
    public ZooKeeper newZooKeeper(String connectString, int sessionTimeout, Watcher watcher, boolean canBeReadOnly)
            throws Exception {
        return newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly, null);
    }

    @Override
    public ZooKeeper newZooKeeper(
            String connectString,
            int sessionTimeout,
            Watcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig zkClientConfig)
            throws Exception {
        return supervisor.open(connectString, sessionTimeout, watcher, canBeReadOnly, zkClientConfig);
    }
}
