// SPDX-License-Identifier: Apache-2.0
package io.holdfast.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.cache.CuratorCache;
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
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
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
            recipes.caches();
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
        SimpleDistributedQueue queue = new SimpleDistributedQueue(client, "/c/queue");
        queue.offer(DATA);
        require(queue.poll(SECONDS, TimeUnit.SECONDS) != null, "the queue gives back what it took");
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
