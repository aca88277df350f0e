// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;

/** Curator's recipe for one node, once for each. */
final class PersistentNodes implements Contender {

    @Override
    public String name() {
        return "PersistentNode";
    }

    @Override
    public Nodes open(String connectString) throws Exception {
        return new Recipes(new CuratorClient(connectString), new HashMap<>());
    }

    private record Recipes(CuratorClient client, Map<String, PersistentNode> nodes) implements Nodes {

        @Override
        public void register(List<String> paths) throws Exception {
            for (String path : paths) {
                PersistentNode node =
                        new PersistentNode(client.curator(), CreateMode.EPHEMERAL, false, path, Data.first());
                nodes.put(path, node);
                node.start();
            }
            for (String path : paths) {
                if (!Objects.requireNonNull(nodes.get(path)).waitForInitialCreate(2, TimeUnit.MINUTES)) {
                    throw new IllegalStateException(path + " was not created");
                }
            }
        }

        /** It replaces data with a request that it waits for, so that one is behind the other. */
        @Override
        public void update(List<String> paths, byte[] data) throws Exception {
            for (String path : paths) {
                Objects.requireNonNull(nodes.get(path)).setData(data);
            }
        }

        @Override
        public void remove(List<String> paths) throws Exception {
            for (String path : paths) {
                Objects.requireNonNull(nodes.remove(path)).close();
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
        public void close() {
            client.close();
        }
    }
}
