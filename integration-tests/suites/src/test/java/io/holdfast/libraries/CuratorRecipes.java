// SPDX-License-Identifier: Apache-2.0
package io.holdfast.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.CachedAtomicLong;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicInteger;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.NodeCache;
import org.apache.curator.framework.recipes.cache.PathChildrenCache;
import org.apache.curator.framework.recipes.cache.TreeCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMultiLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreMutex;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.nodes.PersistentTtlNode;
import org.apache.curator.framework.recipes.queue.DistributedDelayQueue;
import org.apache.curator.framework.recipes.queue.DistributedIdQueue;
import org.apache.curator.framework.recipes.queue.DistributedPriorityQueue;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.shared.SharedValue;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.zookeeper.CreateMode;

/** Every recipe of Curator that makes something ephemeral or watches it, unmodified on the drop-in. Runs in a JVM of its own. */
final class CuratorRecipes {

    private static final byte[] DATA = "data".getBytes(UTF_8);
    private static final int SECONDS = 30;

    private final CuratorFramework client;

    private CuratorRecipes(CuratorFramework client) {
        this.client = client;
    }

    static void useAll(String connectString) throws Exception {
        try (CuratorFramework client = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(6_000)
                .connectionTimeoutMs(6_000)
                .retryPolicy(new ExponentialBackoffRetry(100, 5))
                .zookeeperFactory(new ConfirmingZookeeperFactory())
                .build()) {
            client.start();
            CuratorRecipes recipes = new CuratorRecipes(client);
            recipes.locks();
            recipes.leaders();
            recipes.nodes();
            recipes.barriersAndCounters();
            recipes.queues();
            recipes.caches();
            recipes.olderCaches();
            recipes.discovery();
        }
    }

    private void locks() throws Exception {
        InterProcessReadWriteLock both = new InterProcessReadWriteLock(client, "/c/read-write");
        for (InterProcessLock lock : List.of(
                new InterProcessMutex(client, "/c/mutex"),
                new InterProcessSemaphoreMutex(client, "/c/semaphore-mutex"),
                half(both, "readLock"),
                half(both, "writeLock"),
                new InterProcessMultiLock(client, List.of("/c/multi-1", "/c/multi-2")))) {
            require(lock.acquire(SECONDS, TimeUnit.SECONDS), lock + " is acquired");
            lock.release();
        }
        InterProcessSemaphoreV2 semaphore = new InterProcessSemaphoreV2(client, "/c/semaphore", 2);
        Lease lease = semaphore.acquire(SECONDS, TimeUnit.SECONDS);
        require(lease != null, "the semaphore gives a lease");
        semaphore.returnLease(lease);
    }

    /** By name, because what these methods return has changed since 5.2, and we were compiled once. */
    private static InterProcessLock half(InterProcessReadWriteLock lock, String method) throws Exception {
        return (InterProcessLock)
                InterProcessReadWriteLock.class.getMethod(method).invoke(lock);
    }

    private void leaders() throws Exception {
        try (LeaderLatch latch = new LeaderLatch(client, "/c/latch", "me")) {
            latch.start();
            require(latch.await(SECONDS, TimeUnit.SECONDS), "the latch leads");
        }
        CountDownLatch leads = new CountDownLatch(1);
        try (LeaderSelector selector = new LeaderSelector(client, "/c/selector", new LeaderSelectorListenerAdapter() {
            @Override
            public void takeLeadership(CuratorFramework unused) {
                leads.countDown();
            }
        })) {
            selector.start();
            require(leads.await(SECONDS, TimeUnit.SECONDS), "the selector leads");
        }
    }

    private void nodes() throws Exception {
        try (PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, "/c/node", DATA)) {
            node.start();
            require(node.waitForInitialCreate(SECONDS, TimeUnit.SECONDS), "the persistent node is created");
            long owner = client.checkExists().forPath("/c/node").getEphemeralOwner();
            require(owner == client.getZookeeperClient().getZooKeeper().getSessionId(), "it is in our session");
        }
        try (GroupMember member = new GroupMember(client, "/c/group", "me")) {
            member.start();
            until(() -> member.getCurrentMembers().containsKey("me"), "the member is in its group");
        }
        try (PersistentTtlNode node = new PersistentTtlNode(client, "/c/ttl", 60_000, DATA)) {
            node.start();
            require(node.waitForInitialCreate(SECONDS, TimeUnit.SECONDS), "the node with a time to live is created");
        }
    }

    private void barriersAndCounters() throws Exception {
        DistributedBarrier barrier = new DistributedBarrier(client, "/c/barrier");
        barrier.setBarrier();
        barrier.removeBarrier();
        require(barrier.waitOnBarrier(SECONDS, TimeUnit.SECONDS), "the barrier is gone");
        DistributedDoubleBarrier both = new DistributedDoubleBarrier(client, "/c/double-barrier", 1);
        require(both.enter(SECONDS, TimeUnit.SECONDS), "the double barrier is entered");
        require(both.leave(SECONDS, TimeUnit.SECONDS), "the double barrier is left");
        require(
                new DistributedAtomicLong(client, "/c/long", new RetryOneTime(1))
                        .increment()
                        .succeeded(),
                "the number is incremented");
        try (SharedCount count = new SharedCount(client, "/c/count", 1)) {
            count.start();
            require(count.trySetCount(count.getVersionedValue(), 2), "the count is set");
        }
        DistributedAtomicInteger number = new DistributedAtomicInteger(client, "/c/integer", new RetryOneTime(1));
        require(number.increment().succeeded(), "the integer is incremented");
        CachedAtomicLong cached =
                new CachedAtomicLong(new DistributedAtomicLong(client, "/c/cached-long", new RetryOneTime(1)), 10);
        require(cached.next().succeeded(), "the cached number is taken");
        try (SharedValue value = new SharedValue(client, "/c/value", DATA)) {
            value.start();
            require(value.trySetValue(value.getVersionedValue(), DATA), "the value is set");
        }
    }

    private void queues() throws Exception {
        SimpleDistributedQueue simple = new SimpleDistributedQueue(client, "/c/queue");
        simple.offer(DATA);
        require(simple.poll(SECONDS, TimeUnit.SECONDS) != null, "the queue gives back what it took");
        Taker plain = new Taker();
        try (DistributedQueue<String> queue =
                plain.builder(client, "/c/queue-plain").buildQueue()) {
            queue.start();
            queue.put("plain");
            plain.requireTaken("plain");
        }
        Taker locked = new Taker(); // takes each item with an ephemeral node as its lock
        try (DistributedQueue<String> queue = locked.builder(client, "/c/queue-locked")
                .lockPath("/c/queue-locks")
                .buildQueue()) {
            queue.start();
            queue.put("locked");
            locked.requireTaken("locked");
        }
        Taker named = new Taker();
        try (DistributedIdQueue<String> queue =
                named.builder(client, "/c/queue-id").buildIdQueue()) {
            queue.start();
            queue.put("named", "id");
            named.requireTaken("named");
        }
        Taker first = new Taker();
        try (DistributedPriorityQueue<String> queue =
                first.builder(client, "/c/queue-priority").buildPriorityQueue(0)) {
            queue.start();
            queue.put("first", 1);
            first.requireTaken("first");
        }
        Taker late = new Taker();
        try (DistributedDelayQueue<String> queue =
                late.builder(client, "/c/queue-delay").buildDelayQueue()) {
            queue.start();
            queue.put("late", System.currentTimeMillis() + 50);
            late.requireTaken("late");
        }
    }

    /** Takes what is in a queue of texts. */
    private static final class Taker implements QueueConsumer<String>, QueueSerializer<String> {

        private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();

        QueueBuilder<String> builder(CuratorFramework client, String path) {
            return QueueBuilder.builder(client, this, this, path);
        }

        void requireTaken(String item) throws InterruptedException {
            require(item.equals(taken.poll(SECONDS, TimeUnit.SECONDS)), "the queue gives back " + item);
        }

        @Override
        public void consumeMessage(String message) {
            taken.add(message);
        }

        @Override
        public void stateChanged(CuratorFramework client, ConnectionState state) {}

        @Override
        public byte[] serialize(String item) {
            return item.getBytes(UTF_8);
        }

        @Override
        public String deserialize(byte[] bytes) {
            return new String(bytes, UTF_8);
        }
    }

    @SuppressWarnings("deprecation") // what CuratorCache has replaced is in use all the same
    private void olderCaches() throws Exception {
        try (NodeCache node = new NodeCache(client, "/c/older/cached");
                PathChildrenCache children = new PathChildrenCache(client, "/c/older", true);
                TreeCache tree = new TreeCache(client, "/c/older")) {
            client.createContainers("/c/older");
            node.start();
            children.start();
            tree.start();
            client.create().withMode(CreateMode.EPHEMERAL).forPath("/c/older/cached", DATA);
            until(() -> node.getCurrentData() != null, "the node's cache shows it");
            until(() -> children.getCurrentData("/c/older/cached") != null, "the children's cache shows it");
            until(() -> tree.getCurrentData("/c/older/cached") != null, "the tree's cache shows it");
            client.delete().forPath("/c/older/cached");
            until(() -> node.getCurrentData() == null, "the node's cache shows that it is gone");
            until(() -> children.getCurrentData("/c/older/cached") == null, "the children's cache, that it is gone");
            until(() -> tree.getCurrentData("/c/older/cached") == null, "the tree's cache shows that it is gone");
        }
    }

    private void caches() throws Exception {
        try (CuratorCache cache = CuratorCache.build(client, "/c/cached")) {
            cache.start();
            client.create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath("/c/cached", DATA);
            until(() -> cache.get("/c/cached").isPresent(), "the cache shows the node");
            client.delete().forPath("/c/cached");
            until(() -> cache.get("/c/cached").isEmpty(), "the cache shows that it is gone");
        }
    }

    private void discovery() throws Exception {
        ServiceInstance<Void> instance = ServiceInstance.<Void>builder()
                .name("service")
                .id("me")
                .address("localhost")
                .port(1)
                .build();
        try (ServiceDiscovery<Void> discovery = ServiceDiscoveryBuilder.builder(Void.class)
                .client(client)
                .basePath("/c/discovery")
                .thisInstance(instance)
                .build()) {
            discovery.start();
            until(() -> discovery.queryForInstances("service").size() == 1, "the service is found");
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition, String what) throws Exception {
        long last = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.holds()) {
            require(System.nanoTime() < last, what);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("not so: " + what);
        }
    }
}
