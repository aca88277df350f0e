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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a client has no connection: the ZooKeeper client tries one server after the other and tells nobody how each
 * attempt failed. Asks each server in turn, and not before there has been no connection for a session timeout, unless somebody
 * wants to know: thousands of clients that come back after a fault must not ask an ensemble that is about to serve them.
 * Thread-safe; no method blocks.
 */
public final class ServerSurvey {

    private static final Logger LOG = LoggerFactory.getLogger(ServerSurvey.class);
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Backoff NEXT = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** Shared by all clients of the process. */
    private static final ConcurrentMap<String, Answer> ANSWERS = new ConcurrentHashMap<>();

    private static final ReentrantLock ASKING = new ReentrantLock();

    private final List<InetSocketAddress> servers;
    private final ServerQuestion question;
    private final ClientThreads threads;
    private final HoldfastObserver observer;
    private final Duration first;
    private final Ticker ticker;

    @GuardedBy("this")
    private @Nullable Gap gap;

    /** One time without a connection. Guarded by the survey. */
    private static final class Gap {
        private final long sinceNanos;
        private final SessionState state;
        private boolean isWanted;
        private int surveys;
        private String answers = "";
        private long askedNanos;

        Gap(long sinceNanos, SessionState state) {
            this.sinceNanos = sinceNanos;
            this.state = state;
        }
    }

    /** @param sessionTimeout how long there is no connection before anybody is told unasked */
    public ServerSurvey(
            String connectString,
            ZKClientConfig config,
            Duration sessionTimeout,
            ClientThreads threads,
            HoldfastObserver observer,
            Ticker ticker) {
        this.first = sessionTimeout.compareTo(SOON) > 0 ? sessionTimeout : SOON;
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
            begun = new Gap(ticker.read(), to);
            gap = begun;
        }
        threads.later(jittered(first), () -> firstSurvey(begun));
    }

    private static Duration jittered(Duration delay) {
        return delay.plus(
                delay.dividedBy(100).multipliedBy(ThreadLocalRandom.current().nextInt(50)));
    }

    /** Unless it was wanted before. */
    private void firstSurvey(Gap of) {
        synchronized (this) {
            if (of.isWanted) {
                return;
            }
            of.isWanted = true;
        }
        survey(of);
    }

    /**
     * Returns what is known of the servers, empty while there is a connection. Somebody wants to know, so the servers are asked
     * as soon as there has been none for two seconds.
     */
    public synchronized String findings() {
        Gap now = gap;
        if (now == null) {
            return "";
        }
        if (!now.isWanted) {
            now.isWanted = true;
            Duration since = Duration.ofNanos(ticker.read() - now.sinceNanos);
            threads.later(since.compareTo(SOON) < 0 ? SOON.minus(since) : Duration.ZERO, () -> survey(now));
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

    /** Many clients of one process ask once: each connection counts against what a server allows an address. */
    private String answerOf(InetSocketAddress server) {
        String key = server.getHostString() + ":" + server.getPort();
        ASKING.lock();
        try {
            Answer last = ANSWERS.get(key);
            long now = ticker.read();
            if (last != null && now - last.nanos() < FRESH.toNanos()) {
                return last.words();
            }
            String words = question.ask(server);
            ANSWERS.put(key, new Answer(words, ticker.read()));
            return words;
        } finally {
            ASKING.unlock();
        }
    }

    private record Answer(String words, long nanos) {}

    /** Runs in the background, where it may block. */
    private void survey(Gap of) {
        if (isOver(of)) {
            return;
        }
        String answers = servers.stream()
                .map(server -> server.getHostString() + ":" + server.getPort() + " " + answerOf(server))
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
                    () -> observer.onEvent(new NotConnected(of.state.id().value(), since, answers)));
        }
        threads.later(jittered(next), () -> survey(of));
    }
}
