// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import java.nio.file.Path;
import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;

/** Confirmed sessions below a Curator client and its recipes. */
final class DropIn {

    private DropIn() {}

    static CuratorFramework client(String connectString, RetryPolicy retryPolicy) {
        // tag::factory[]
        CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(18_000)
                .retryPolicy(retryPolicy)
                .zookeeperFactory(new ConfirmingZookeeperFactory()) // the one line to add
                .build();
        // end::factory[]
        return client;
    }

    static ConfirmingZookeeperFactory withJournal() {
        // tag::journal[]
        ConfirmingZookeeperFactory factory = ConfirmingZookeeperFactory.builder()
                .journal(Path.of("/var/lib/worker/holdfast"), "worker-12")
                .build();
        // end::journal[]
        return factory;
    }
}
