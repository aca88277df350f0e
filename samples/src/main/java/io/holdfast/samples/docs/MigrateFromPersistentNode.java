// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.curator.WrappedCurator;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;

/** Before and after, side by side. */
final class MigrateFromPersistentNode {

    private MigrateFromPersistentNode() {}

    static void before(CuratorFramework curator, byte[] address, Runnable serve) throws Exception {
        // tag::before[]
        try (PersistentNode node = new PersistentNode(curator, CreateMode.EPHEMERAL, false, "/servers/7", address)) {
            node.start();
            if (!node.waitForInitialCreate(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not registered");
            }
            serve.run();
        }
        // end::before[]
    }

    static void after(HoldfastClient client, byte[] address, Runnable serve) throws InterruptedException {
        // tag::after[]
        RegistrationOptions untouched =
                RegistrationOptions.builder().format(TagFormat.ownerOnly()).build();
        try (Registration registration = client.register("/servers/7", address, untouched)) {
            registration.awaitRegistered(Duration.ofSeconds(30)); // throws, and says what it waits for
            serve.run();
        }
        // end::after[]
    }

    static HoldfastClient wrapped(CuratorFrameworkFactory.Builder existing) {
        // tag::wrap[]
        HoldfastClient client = HoldfastClient.builder()
                .curator(WrappedCurator.of(existing))
                .memberId("server-7")
                .build()
                .start();
        CuratorFramework curator = client.unwrap(CuratorFramework.class); // for everything else, in the same session
        // end::wrap[]
        System.out.println("namespace " + curator.getNamespace());
        return client;
    }
}
