// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.event.HoldfastEvent.NotConnected;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionState.Opening;
import io.holdfast.session.SessionState.Suspended;
import io.holdfast.spi.Backoff;
import io.holdfast.spi.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a client has no connection, once it has had none for a while: the ZooKeeper client tries one server after the
 * other and tells nobody how each attempt failed. Asks each server in turn, rarely: an ensemble in trouble has other things
 * to do. Thread-safe; no method blocks.
 */
public final class ServerSurvey {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSurvey.class);
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Backoff NEXT = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final List<InetSocketAddress> servers;
    private final ServerQuestion question;
    private final ClientThreads threads;
    private final HoldfastObserver observer;
    private final Ticker ticker;

    @GuardedBy("this")
    private @Nullable Gap gap;

    /** One time without a connection. Guarded by the survey. */
    private static final class Gap {
        private final long sinceNanos;
        private int surveys;
        private String answers = "";
        private long askedNanos;

        Gap(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    public ServerSurvey(
            String connectString,
            ZKClientConfig config,
            ClientThreads threads,
            HoldfastObserver observer,
            Ticker ticker) {
        this.servers = new ConnectStringParser(connectString).getServerAddresses();
        this.question = new ServerQuestion(config, LIMIT);
        this.threads = threads;
        this.observer = observer;
        this.ticker = ticker;
    }

    /** The session's state has changed. */
    public void changed(SessionState to) {
        Gap begun;
        synchronized (this) {
            if (!(to instanceof Opening || to instanceof Suspended || to.isOver())) {
                gap = null;
                return;
            }
            if (gap != null) {
                return;
            }
            begun = new Gap(ticker.read());
            gap = begun;
        }
        threads.later(FIRST, () -> survey(begun, to));
    }

    /** Returns what is known of the servers, empty while there is a connection or nothing is known yet. */
    public synchronized String findings() {
        Gap now = gap;
        if (now == null) {
            return "";
        }
        String since = "no server answers at this connectString, for " + millisSince(now.sinceNanos) + " ms now";
        return now.answers.isEmpty()
                ? since
                : since + "; asked " + millisSince(now.askedNanos) + " ms ago, " + now.answers;
    }

    private long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(ticker.read() - nanos);
    }

    private synchronized boolean isOver(Gap of) {
        return gap != of;
    }

    /** Runs in the background, where it may block. */
    private void survey(Gap of, SessionState state) {
        if (isOver(of)) {
            return;
        }
        String answers = servers.stream()
                .map(server -> server.getHostString() + ":" + server.getPort() + " " + question.ask(server))
                .collect(Collectors.joining(", "));
        boolean isNews;
        Duration next;
        synchronized (this) {
            if (gap != of) {
                return;
            }
            isNews = !answers.equals(of.answers);
            of.answers = answers;
            of.askedNanos = ticker.read();
            next = NEXT.after(++of.surveys);
        }
        if (isNews) {
            Duration since = Duration.ofNanos(ticker.read() - of.sinceNanos);
            Guarded.run(
                    LOG,
                    "An observer",
                    () -> observer.onEvent(new NotConnected(state.id().value(), since, answers)));
        }
        threads.later(next, () -> survey(of, state));
    }
}
