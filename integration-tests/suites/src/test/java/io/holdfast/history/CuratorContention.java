// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.testing.history.Entry.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.SessionExpiredException;
import org.apache.zookeeper.data.Stat;

/**
 * Curator's {@code InterProcessMutex}, in the hands of a careful user: he takes the lock for lost as soon as his client
 * says SUSPENDED, and looks before he acts. The recipe has no token, no deadline and no fence. The creation zxid of the
 * lock's node stands for the token.
 */
final class CuratorContention implements Contention {

    /** For how long a look is good: until the next one. */
    private static final Duration BETWEEN_LOOKS = ContendingProcess.STEP;

    private final CuratorFramework client;

    CuratorContention(String connectString) {
        client = SmallTicks.curator(connectString)
                .sessionTimeoutMs((int) Game.SESSION_TIMEOUT.toMillis())
                .connectionTimeoutMs((int) Game.SESSION_TIMEOUT.toMillis())
                .build();
        client.start();
    }

    @Override
    public Optional<Right> tryAcquire(Duration patience) throws Exception {
        Mutex mutex = new Mutex(client);
        Lock lock = new Lock(mutex);
        client.getConnectionStateListenable().addListener(lock);
        if (!mutex.acquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            client.getConnectionStateListenable().removeListener(lock);
            return Optional.empty();
        }
        lock.look();
        return Optional.of(lock);
    }

    @Override
    public void close() {
        client.close();
    }

    private static final class Mutex extends InterProcessMutex {
        Mutex(CuratorFramework client) {
            super(client, PATH);
        }

        String node() {
            return getLockPath();
        }
    }

    private final class Lock implements Right, ConnectionStateListener {

        private final Mutex mutex;
        private final CompletableFuture<String> ended = new CompletableFuture<>();
        private volatile boolean acquired;
        private volatile long token;

        Lock(Mutex mutex) {
            this.mutex = mutex;
        }

        void look() throws Exception {
            Stat stat = client.checkExists().forPath(mutex.node());
            token = stat == null ? 0 : stat.getCzxid();
            acquired = true;
        }

        @Override
        public void stateChanged(CuratorFramework same, ConnectionState state) {
            if (acquired && !state.isConnected()) {
                ended.complete(state.name());
            }
        }

        @Override
        public long token() {
            return token;
        }

        @Override
        public long session() {
            return SmallTicks.session(client);
        }

        @Override
        public boolean isHeld() {
            return !ended.isDone();
        }

        @Override
        public Duration remaining() {
            return BETWEEN_LOOKS;
        }

        @Override
        public CompletableFuture<String> ended() {
            return ended;
        }

        @Override
        public Outcome write(byte[] data) {
            if (!isHeld()) {
                return Outcome.REFUSED;
            }
            try {
                List<CuratorTransactionResult> results = client.transaction()
                        .forOperations(
                                client.transactionOp().setData().forPath(SHARED, data),
                                client.transactionOp()
                                        .create()
                                        .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
                                        .forPath(WRITES + "/w-", data));
                return new Outcome(
                        Answer.COMMITTED, results.get(0).getResultStat().getMzxid());
            } catch (ConnectionLossException | SessionExpiredException e) {
                return Outcome.UNKNOWN;
            } catch (Exception e) { // Curator declares no less
                throw new IllegalStateException("the write failed", e);
            }
        }

        @Override
        public String release() {
            client.getConnectionStateListenable().removeListener(this);
            try {
                mutex.release();
                return "well";
            } catch (Exception e) { // Curator declares no less
                return e.toString();
            }
        }
    }
}
