// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import io.holdfast.HoldfastClient;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.registration.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;

/** This library. */
final class HoldfastNodes implements Contender {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "Holdfast";
    }

    @Override
    public Nodes open(String connectString) throws Exception {
        Client client = new Client(connectString);
        client.client.start().awaitConfirmed(PATIENCE);
        return client;
    }

    private static final class Client implements Nodes {

        private final HoldfastClient client;
        private final Map<String, Registration> registrations = new HashMap<>();
        private volatile long connectedAt;

        Client(String connectString) {
            client = HoldfastClient.builder()
                    .connectString(connectString)
                    .memberId("benchmark")
                    .sessionTimeout(Duration.ofMillis(Data.SESSION_TIMEOUT_MILLIS))
                    .pathBudget(900_000)
                    .observer(event -> {
                        if (event instanceof SessionChanged changed
                                && changed.from().equals("Opening")) {
                            connectedAt = System.nanoTime();
                        }
                    })
                    .build();
        }

        @Override
        public void register(List<String> paths) {
            List<CompletionStage<?>> registered = new ArrayList<>(paths.size());
            for (String path : paths) {
                Registration registration = client.register(path, Data.first());
                registrations.put(path, registration);
                registered.add(registration.registered());
            }
            all(registered);
        }

        @Override
        public void update(List<String> paths, byte[] data) {
            all(paths.stream()
                    .<CompletionStage<?>>map(path ->
                            Objects.requireNonNull(registrations.get(path)).update(data))
                    .toList());
        }

        @Override
        public void remove(List<String> paths) {
            all(paths.stream()
                    .<CompletionStage<?>>map(path ->
                            Objects.requireNonNull(registrations.remove(path)).closeAsync())
                    .toList());
        }

        private static void all(List<CompletionStage<?>> stages) {
            CompletableFuture.allOf(stages.stream()
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture[]::new))
                    .join();
        }

        @Override
        public ZooKeeper handle() throws Exception {
            return client.unwrap(CuratorFramework.class).getZookeeperClient().getZooKeeper();
        }

        @Override
        public long connectedAt() {
            return connectedAt;
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
