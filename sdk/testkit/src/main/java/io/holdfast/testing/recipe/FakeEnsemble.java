// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/**
 * An ensemble in memory, for unit tests of recipes. All its {@link FakeClient}s see the same nodes, and share one clock and one
 * queue of tasks, so that a test runs the same way each time: a request is applied when it is sent, and answers, watch events,
 * listeners and stages come, in order, when the test calls {@link #runAll()} or {@link #advance}.
 *
 * <p>It does not lag, reorder, or lose anything by itself: servers that differ, sessions that are closed late and releases that
 * do not know a request are the business of tests on real servers.
 *
 * <p><b>Thread-safety:</b> none: everything happens in the test's thread. So do not call methods of recipes that block until
 * something has happened, but their asynchronous forms.
 */
public final class FakeEnsemble {

    private final Agenda agenda = new Agenda();
    private final FakeTree tree = new FakeTree();
    private final Map<Long, String> members = new HashMap<>();
    private long sessionsSoFar = 0x1000;

    /** Returns a client that is started and has a confirmed session. */
    public FakeClient client(String memberId) {
        FakeClient client = new FakeClient(this, memberId, "");
        client.start();
        runAll();
        return client;
    }

    /** Runs the task that is due next; false if none is. */
    public boolean runOne() {
        return agenda.runOne();
    }

    /** Runs all tasks that are due, and those that they lead to. Time stands still. */
    public void runAll() {
        agenda.runAll();
    }

    /** Lets time pass, from one timer to the next, and runs all tasks that become due. */
    public void advance(Duration by) {
        agenda.advance(by);
    }

    /** Creates a persistent node, and its missing parents, as somebody else would. */
    public Znode create(String path, byte[] data) {
        return done(() -> {
            tree.makeParents(path);
            return tree.create(path, data, CreateMode.PERSISTENT, 0);
        });
    }

    /**
     * Creates an ephemeral node, and its missing parents, as a client would that is none of ours.
     *
     * @param owner its session; {@link #expire(long)} ends it
     */
    public Znode createEphemeral(String path, byte[] data, long owner) {
        return done(() -> {
            tree.makeParents(path);
            return tree.create(path, data, CreateMode.EPHEMERAL, owner);
        });
    }

    /** Overwrites a node's data, as an operator would. */
    public Znode setData(String path, byte[] data) {
        return done(() -> tree.setData(path, data, -1));
    }

    /** Deletes a node, as an operator would. */
    public void delete(String path) {
        var unused = done(() -> {
            tree.delete(path, -1);
            return path;
        });
    }

    /** Expires a session on the servers: its nodes are gone. A client of ours hears of it when it is connected. */
    public void expire(long session) {
        for (String path : tree.ephemeralsOf(session)) {
            delete(path);
        }
    }

    /** Returns a node with its data, empty if there is none. */
    public Optional<Znode> node(String path) {
        return tree.node(path);
    }

    /** Returns the names of a node's children, in alphabetical order; empty if there is no such node. */
    public List<String> children(String path) {
        return tree.node(path).isEmpty() ? List.of() : done(() -> tree.children(path));
    }

    /** Answers each request of a session about the path with this code, until {@link #allow} is called. */
    public void refuse(String path, Code code) {
        tree.refuse(path, code);
    }

    /** Ends what {@link #refuse} began. */
    public void allow(String path) {
        tree.allow(path);
    }

    Agenda agenda() {
        return agenda;
    }

    FakeTree tree() {
        return tree;
    }

    SessionId nextSession(String memberId) {
        members.put(++sessionsSoFar, memberId);
        return new SessionId(sessionsSoFar);
    }

    /** Returns whose session it is, empty if it is none of a fake client. */
    Optional<String> memberOf(long session) {
        return Optional.ofNullable(members.get(session));
    }

    private interface Step<T> {
        T run() throws KeeperException;
    }

    private <T> T done(Step<T> step) {
        tree.asOperator(true);
        try {
            T result = step.run();
            tree.fire();
            return result;
        } catch (KeeperException e) {
            throw new IllegalStateException(e);
        } finally {
            tree.asOperator(false);
        }
    }
}
