// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** Curator's ServiceDiscovery, which waits for the answer to each request. */
final class DiscoveryNodes implements Contender {

    private static final String SERVICE = "instances";

    @Override
    public String name() {
        return "ServiceDiscovery";
    }

    @Override
    public boolean updates() {
        return false;
    }

    @Override
    public Nodes open(String connectString) throws Exception {
        return new Instances(new CuratorClient(connectString), new HashMap<>());
    }

    private static final class Instances implements Nodes {

        private final CuratorClient client;
        private final Map<String, ServiceInstance<String>> instances;
        private @Nullable ServiceDiscovery<String> discovery;

        Instances(CuratorClient client, Map<String, ServiceInstance<String>> instances) {
            this.client = client;
            this.instances = instances;
        }

        @Override
        public void register(List<String> paths) throws Exception {
            String parent = paths.get(0).substring(0, paths.get(0).lastIndexOf('/'));
            ServiceDiscovery<String> own = ServiceDiscoveryBuilder.builder(String.class)
                    .client(client.curator())
                    .basePath(parent)
                    .build();
            own.start();
            discovery = own;
            for (String path : paths) {
                ServiceInstance<String> instance = ServiceInstance.<String>builder()
                        .name(SERVICE)
                        .id(path.substring(path.lastIndexOf('/') + 1))
                        .address("127.0.0.1")
                        .build();
                instances.put(path, instance);
                own.registerService(instance);
            }
        }

        @Override
        public void remove(List<String> paths) throws Exception {
            ServiceDiscovery<String> own = Objects.requireNonNull(discovery);
            for (String path : paths) {
                own.unregisterService(Objects.requireNonNull(instances.remove(path)));
            }
        }

        @Override
        public ZooKeeper handle() throws Exception {
            return client.handle();
        }

        @Override
        public long connectedAt() {
            return client.connectedAt();
        }

        @Override
        public void close() throws IOException {
            if (discovery != null) {
                discovery.close();
            }
            client.close();
        }
    }
}
