// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionListener;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.SetDataRequest;

/** What recipes ask a fake client for. */
record FakeSupport(FakeClient client, FakeEnsemble ensemble, String namespace, List<HoldfastEvent> events)
        implements RecipeSupport {

    /** What ZooKeeper's default for {@code jute.maxbuffer} comes to. */
    private static final int MOST_BYTES = 0xfffff;

    @Override
    public String memberId() {
        return client.memberId();
    }

    @Override
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        return client.register(path, data, options);
    }

    @Override
    public Optional<Session> session(SessionId id) {
        return client.session(id);
    }

    @Override
    public Optional<Session> reader() {
        return client.current().map(Session.class::cast);
    }

    @Override
    public void addSessionListener(SessionListener listener) {
        client.addSessionListener(listener);
    }

    @Override
    public void removeSessionListener(SessionListener listener) {
        client.removeSessionListener(listener);
    }

    @Override
    public String fullPath(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must be absolute, but was \"" + path + "\"");
        }
        return namespace + path;
    }

    @Override
    public List<ACL> aclFor(String fullPath) {
        return Ids.OPEN_ACL_UNSAFE;
    }

    @Override
    public void requireFits(List<Op> ops) {
        long bytes = 0;
        for (Op op : ops) {
            bytes += op.getPath().length();
            if (op.getType() == OpCode.setData) {
                bytes += ((SetDataRequest) op.toRequestRecord()).getData().length;
            } else if (op.toRequestRecord() instanceof CreateRequest create) {
                bytes += create.getData().length;
            }
        }
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a transaction must have at most " + MOST_BYTES + " bytes, but has " + bytes);
        }
    }

    @Override
    public void requireDeadlines() {}

    @Override
    public void requireTransactions(String what) {}

    @Override
    public void requireHistory(String what) {}

    @Override
    public Duration ghostLife() {
        return FakeSession.TIMEOUT.plus(FakeSession.TICK.multipliedBy(2));
    }

    @Override
    public HoldfastObserver observer() {
        return events::add;
    }

    @Override
    public Executor callbacks() {
        return ensemble.agenda()::execute;
    }

    @Override
    public Executor background() {
        return ensemble.agenda()::execute;
    }

    @Override
    public void requireMayWait(String what, String instead) {}

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public Future<?> later(Duration delay, Runnable task) {
        return ensemble.agenda().after(delay, task);
    }

    @Override
    public Ticker ticker() {
        return ensemble.agenda()::now;
    }
}
