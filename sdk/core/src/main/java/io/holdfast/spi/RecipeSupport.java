// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;

/**
 * All that a recipe needs of a client: {@code client.unwrap(RecipeSupport.class)}. The recipes of this project use nothing
 * else,
 * and {@code holdfast-testkit} has a fake of it for unit tests. The library implements it; recipes do not.
 *
 * <p>Thread-safe; no method blocks.
 */
public interface RecipeSupport {

    /** Returns the logical owner of all nodes of the client. */
    String memberId();

    /**
     * Registers an ephemeral node, as {@code HoldfastClient.register} does, with the same failures. Listeners and stages of the
     * registration run on {@link #background()}, in order: they are the recipe's, and must not wait for the application's.
     */
    Registration register(String path, Supplier<byte[]> data, RegistrationOptions options);

    /** Registers an ephemeral node with data that never changes. */
    default Registration register(String path, byte[] data, RegistrationOptions options) {
        byte[] copy = data.clone();
        return register(path, () -> copy, options);
    }

    /** Returns the session of this id if it is one that the client has now; a registered node says which one owns it. */
    Optional<Session> session(SessionId id);

    /** Returns a session to read with, confirmed or not; empty before the first one. */
    Optional<Session> reader();

    /** Adds a listener for later changes of the client's sessions, which is called on {@link #background()}, in order. */
    void addSessionListener(SessionListener listener);

    /** Removes a listener; a call that is under way ends. */
    void removeSessionListener(SessionListener listener);

    /**
     * Returns the path as the servers know it, the connect string's chroot left out: the operations of a {@link Session} know
     * no namespace.
     *
     * @param path an absolute path, below the namespace if there is one
     * @throws IllegalArgumentException if it is not absolute
     */
    String fullPath(String path);

    /** Returns the ACL that the application has set for a {@linkplain #fullPath full path}. Runs the application's code. */
    List<ACL> aclFor(String fullPath);

    /**
     * Checks that the ensemble takes a transaction of this size, as far as the client's {@code jute.maxbuffer} tells.
     *
     * @param ops with {@linkplain #fullPath full paths}
     * @throws IllegalArgumentException if it is too large
     */
    void requireFits(List<Op> ops);

    /**
     * Refuses a session timeout of which nothing is ever certain; for what is built on deadlines, before it sends anything.
     *
     * @throws IllegalArgumentException if the session timeout, as the ensemble has granted it if that is known, is too
     *     short for
     *     the safety margin and the servers' tick
     */
    void requireDeadlines();

    /**
     * Refuses servers that have no transactions; for what is built on them, before it sends anything.
     *
     * @param what needs them, to begin the message with
     * @throws RefusedByEnsembleException if {@code legacyServers} is set
     */
    void requireTransactions(String what);

    /**
     * Refuses what makes tokens while the ensemble's history went back and the application has not said that it knows.
     *
     * @param what what is refused, to begin the message with
     * @throws io.holdfast.error.HistoryWentBackException in that case
     */
    void requireHistory(String what);

    /**
     * Returns how long after a session was last heard of the ensemble can still hold its nodes, leader changes aside: the
     * session timeout, as the ensemble has granted it if that is known, and two of its ticks.
     */
    Duration ghostLife();

    /** Returns the observer that is notified of what the client does. Calling it runs the application's code. */
    HoldfastObserver observer();

    /**
     * Returns the executor for the application's code: stages and listeners. It keeps no order, put a {@link SerialExecutor} on
     * it for that. A recipe completes what it has given to the application on it, never on a thread that serves the connection.
     */
    Executor callbacks();

    /**
     * Returns the executor for the recipe's own steps: threads of the client, which the application's code cannot use up. It
     * keeps no order.
     */
    Executor background();

    /**
     * Refuses to block a thread that brings what would be waited for: ZooKeeper's event thread, the thread that makes payloads
     * and ACLs. Every method of a recipe that blocks calls it first, before anything is sent.
     *
     * @param what the method, to begin the message with
     * @param instead what to call there
     * @throws IllegalStateException on such a thread
     */
    void requireMayWait(String what, String instead);

    /** Returns whether {@link #requireMayWait} would let the current thread wait; for {@code close}, which must not fail. */
    boolean mayWait();

    /**
     * Runs a task on {@link #background()} after a delay.
     *
     * @param delay a negative one counts as zero, and one that is too long for nanoseconds as for ever
     * @return cancelling it takes the task from the timer
     */
    Future<?> later(Duration delay, Runnable task);

    /** Returns the clock that {@link #later} goes by. */
    Ticker ticker();
}
