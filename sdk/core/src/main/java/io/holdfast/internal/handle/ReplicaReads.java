// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.internal.ownership.ReplicaReader;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.ownership.ReplicaView.Identity;
import io.holdfast.session.SessionId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;

/** Asks each server of a connect string by itself, through one short-lived read-only use of a session each (H9). */
public final class ReplicaReads implements ReplicaReader {

    private final String connectString;
    private final ZKClientConfig config;
    private final Duration limit;
    private final ClientThreads threads;

    /** One path at a time: many conflicts at once must not open many connections to every server. */
    @GuardedBy("this")
    private CompletionStage<?> last = CompletableFuture.completedFuture(null);

    public ReplicaReads(String connectString, ZKClientConfig config, Duration limit, ClientThreads threads) {
        this.connectString = connectString;
        this.config = config;
        this.limit = limit;
        this.threads = threads;
    }

    @Override
    public synchronized CompletionStage<List<ReplicaView>> read(String path) {
        CompletionStage<List<ReplicaView>> next =
                last.handle((done, failure) -> path).thenCompose(this::readNow);
        last = next;
        return next;
    }

    private CompletionStage<List<ReplicaView>> readNow(String path) {
        ConnectStringParser parsed = new ConnectStringParser(connectString);
        String chroot = parsed.getChrootPath() == null ? "" : parsed.getChrootPath();
        List<CompletableFuture<ReplicaView>> views = parsed.getServerAddresses().stream()
                .map(address -> readFrom(address, chroot, path))
                .toList();
        return CompletableFuture.allOf(views.toArray(CompletableFuture[]::new))
                .thenApplyAsync(
                        done -> views.stream().map(CompletableFuture::join).toList(), threads.background());
    }

    private CompletableFuture<ReplicaView> readFrom(InetSocketAddress address, String chroot, String path) {
        String server = address.getHostString() + ":" + address.getPort();
        CompletableFuture<ReplicaView> view = new CompletableFuture<>();
        ReplicaView unreachable = new ReplicaView(server, false, Optional.empty());
        threads.background().execute(() -> {
            CompletableFuture<ZooKeeper> connected = new CompletableFuture<>();
            CompletableFuture<ZooKeeper> handle = new CompletableFuture<>();
            try {
                ZooKeeper opened = new ZooKeeper(
                        server + chroot,
                        (int) limit.toMillis(),
                        event -> {
                            if (event.getState() == KeeperState.SyncConnected) {
                                var unused = handle.thenAccept(connected::complete);
                            }
                        },
                        config);
                handle.complete(opened);
                var unusedAnswer = connected.thenAccept(zooKeeper -> zooKeeper.sync(
                        path,
                        (rc, p, ctx) -> zooKeeper.exists(
                                path, null, (code, q, c, stat) -> view.complete(seen(server, code, stat)), null),
                        null));
                threads.later(limit, () -> view.complete(unreachable));
                var unused = view.whenCompleteAsync((done, failure) -> close(opened), threads.background());
            } catch (IOException | RuntimeException | Error e) {
                view.complete(unreachable);
            }
        });
        return view;
    }

    private static ReplicaView seen(String server, int rc, Stat stat) {
        if (rc == Code.OK.intValue()) {
            Identity identity =
                    new Identity(new SessionId(stat.getEphemeralOwner()), stat.getCzxid(), stat.getVersion());
            return new ReplicaView(server, true, Optional.of(identity));
        }
        return new ReplicaView(server, rc == Code.NONODE.intValue(), Optional.empty());
    }

    private static void close(ZooKeeper handle) {
        try {
            handle.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
