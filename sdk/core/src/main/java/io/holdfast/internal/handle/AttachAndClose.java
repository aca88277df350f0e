// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.session.SessionEnder;
import io.holdfast.internal.time.Guarded;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.proto.RequestHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a session of ours by attaching to it with its id and password and closing it, which deletes its ephemerals in one
 * transaction (protocol, section 3). Uses a handle of its own, with the TLS and SASL settings of the client.
 *
 * @see "docs/adr/0009-journal-and-attach-and-close.md"
 */
final class AttachAndClose implements SessionEnder {

    /** Where and how to connect: known once the client has opened a handle. */
    record Target(String connectString, ZKClientConfig config) {}

    private static final Logger LOG = LoggerFactory.getLogger(AttachAndClose.class);

    private final Target target;
    private final ClientThreads threads;

    AttachAndClose(Target target, ClientThreads threads) {
        this.target = target;
        this.threads = threads;
    }

    @Override
    public CompletionStage<EndOutcome> end(SessionCredentials credentials) {
        CompletableFuture<EndOutcome> outcome = new CompletableFuture<>();
        // two thirds of the timeout: past that, a client that cannot connect would be notified of "expired" by its own
        // library
        long limitMillis = Math.max(1, credentials.sessionTimeout().toMillis() * 2 / 3);
        Executor background = threads.background();
        background.execute(() -> {
            try {
                Attached handle = new Attached(target, credentials, outcome, background);
                var limit = threads.timer()
                        .schedule(
                                () -> background.execute(() -> outcome.complete(EndOutcome.UNREACHABLE)),
                                limitMillis,
                                TimeUnit.MILLISECONDS);
                var unused = outcome.whenComplete((end, failure) -> {
                    limit.cancel(false);
                    background.execute(handle::release);
                });
            } catch (IOException | RuntimeException | Error e) {
                Guarded.warn(LOG, "Attaching to session " + credentials, e);
                outcome.complete(EndOutcome.UNREACHABLE);
            }
        });
        return outcome;
    }

    @SuppressWarnings("try") // its close() throws InterruptedException, as ZooKeeper declares it
    private static final class Attached extends ZooKeeper {

        Attached(
                Target target,
                SessionCredentials credentials,
                CompletableFuture<EndOutcome> outcome,
                Executor background)
                throws IOException {
            this(target, credentials, outcome, background, new CompletableFuture<>());
        }

        private Attached(
                Target target,
                SessionCredentials credentials,
                CompletableFuture<EndOutcome> outcome,
                Executor background,
                CompletableFuture<Attached> self)
                throws IOException {
            super(
                    target.connectString(),
                    (int) credentials.sessionTimeout().toMillis(),
                    watcher(outcome, background, self),
                    credentials.sessionId(),
                    credentials.password(),
                    false,
                    new StaticHostProvider(new ConnectStringParser(target.connectString()).getServerAddresses()),
                    target.config());
            self.complete(this);
        }

        private static Watcher watcher(
                CompletableFuture<EndOutcome> outcome, Executor background, CompletableFuture<Attached> self) {
            return (WatchedEvent event) -> {
                switch (event.getState()) {
                    case SyncConnected -> {
                        var unused =
                                self.thenAcceptAsync(handle -> outcome.complete(handle.closeSession()), background);
                    }
                    case Expired -> outcome.complete(EndOutcome.EXPIRED);
                    case AuthFailed -> outcome.complete(EndOutcome.UNREACHABLE);
                    default -> {}
                }
            };
        }

        private EndOutcome closeSession() {
            RequestHeader header = new RequestHeader();
            header.setType(ZooDefs.OpCode.closeSession);
            try {
                int answer = cnxn.submitRequest(header, null, null, null).getErr();
                return answer == Code.OK.intValue() ? EndOutcome.CLOSED : EndOutcome.UNREACHABLE;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return EndOutcome.UNREACHABLE;
            }
        }

        private void release() {
            try {
                close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
