// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A client whose ephemeral nodes can be trusted: it confirms that a session is global before it creates any node in it, keeps
 * what is registered, and says for how long it is safe to rely on it. When a session ends, it opens the next one and registers
 * everything again.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitConfirmed} and
 * {@link #close()} block. <b>Threads:</b> those of one ZooKeeper handle, one timer, and short-lived ones while something has to
 * block; none per registration. Listeners and stages run on the executor for callbacks, see {@code docs/threads.md}.
 *
 * <p><b>Use:</b> {@code HoldfastClient.builder().connectString("zk1:2181,zk2:2181").memberId("broker-7").build()}, then
 * {@link #start()}, then {@link #register(String, byte[])}. The library implements this interface; applications do not.
 */
public interface HoldfastClient extends AutoCloseable {

    /** Returns a builder for a client. */
    static HoldfastClientBuilder builder() {
        return new HoldfastClientBuilder();
    }

    /**
     * Begins to connect, in the background.
     *
     * @return this client
     * @throws IllegalStateException if it was started or closed before
     */
    HoldfastClient start();

    /**
     * Asks for a confirmed session and waits for it.
     *
     * @param atMost how long; zero or more
     * @throws SessionNotConfirmedException if there is none in time; the client keeps trying
     * @throws RefusedByEnsembleException if the ensemble lets no session own ephemeral nodes
     * @throws IllegalStateException if the client is not started or is closed
     */
    Session awaitConfirmed(Duration atMost) throws InterruptedException;

    /**
     * Returns the sessions that the ensemble has given to this client and that are not replaced yet, confirmed or not: none
     * before the first one, one in this release. Out of date as soon as it is returned.
     */
    List<Session> sessions();

    /** Adds a listener for later changes of the sessions. */
    void addSessionListener(SessionListener listener);

    /** Removes a listener; a call that is under way ends. */
    void removeSessionListener(SessionListener listener);

    /** Registers an ephemeral node with the default options. See {@link #register(String, Supplier, RegistrationOptions)}. */
    default Registration register(String path, byte[] data) {
        return register(path, data, RegistrationOptions.defaults());
    }

    /** Registers an ephemeral node. See {@link #register(String, Supplier, RegistrationOptions)}. */
    default Registration register(String path, byte[] data, RegistrationOptions options) {
        byte[] copy = data.clone();
        return register(path, () -> copy, options);
    }

    /**
     * Registers an ephemeral node: it is created in a confirmed session, and again whenever it is gone, until the registration
     * is closed. Does not wait.
     *
     * @param path an absolute path, below the namespace if there is one
     * @param data makes the payload; called once now, in this thread, and again for each later create, in another
     * @throws IllegalArgumentException if the path or the data are refused; nothing is sent
     * @throws io.holdfast.error.CapacityExceededException if the path does not fit the budget; nothing is sent
     * @throws io.holdfast.error.OwnershipConflictException if this client has a registration at the path; nothing is sent
     * @throws RefusedByEnsembleException if the options have a fence and {@code legacyServers} is set; nothing is sent
     * @throws IllegalStateException if the client is not started or is closed
     */
    Registration register(String path, Supplier<byte[]> data, RegistrationOptions options);

    /**
     * Says that the application knows that the ensemble's history went back, and has seen to whatever remembers a token: grants
     * are given again. Without effect if it did not. With a journal it waits for the disk, 5 s at most.
     *
     * @see io.holdfast.error.HistoryWentBackException
     */
    void acceptHistory();

    /** Returns the logical owner of all nodes of this client. */
    String memberId();

    /**
     * Returns what this client is built on. There are two: {@code org.apache.curator.framework.CuratorFramework}, which
     * shares its session, for whatever else the application does (do not close it: close this client); and
     * {@link io.holdfast.spi.RecipeSupport}, for recipes.
     *
     * @throws IllegalArgumentException for any other type
     */
    <T> T unwrap(Class<T> type);

    /**
     * Closes the session, which deletes every node of this client in one transaction. Waits for the ensemble's answer or the
     * loss of the connection. Idempotent; whoever waits for a registration is notified.
     */
    @Override
    void close();
}
