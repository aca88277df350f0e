// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.journal.MemberRecord;
import io.holdfast.internal.journal.RecordRules.Found;
import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.session.Paths;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node of a member's record: reads and writes it, and sees to it that a password goes only where nobody without the client's
 * own credentials can read it. Decides nothing else. Thread-safe; no method blocks.
 */
final class RecordNode {

    private static final Logger LOG = LoggerFactory.getLogger(RecordNode.class);

    /**
     * The node as far as a write of ours has to know it.
     *
     * @param version -1 if there is none
     * @param isSecret whether nobody without the client's credentials can read it
     */
    record State(int version, boolean isSecret) {

        static final State ABSENT = new State(-1, true);

        boolean isAbsent() {
            return version < 0;
        }

        /** Returns what follows once a write is done. Whether a new node is secret only the answer to its creation says. */
        State next() {
            return new State(version + 1, isSecret && !isAbsent());
        }
    }

    /** What a read has found. */
    record Read(Optional<Found> found, State state) {}

    private final RecordSettings settings;

    /** Runs the application's ACL provider, which may block. */
    private final Executor suppliers;

    private final AtomicBoolean saidItIsOpen = new AtomicBoolean();
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    RecordNode(RecordSettings settings, Executor suppliers) {
        this.settings = settings;
        this.suppliers = suppliers;
    }

    CompletionStage<Read> read(RecordAccess access) {
        CompletionStage<Optional<Znode>> node = access.ops().read(settings.path());
        CompletionStage<List<ACL>> acl = access.aclOf()
                .apply(settings.path())
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.NONODE
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
        return node.thenCombine(acl, (read, of) -> read.map(found -> new Read(
                        Optional.of(new Found(
                                found.owner(), found.version(), MemberRecord.read(found.data(), settings.memberId()))),
                        new State(found.version(), isSecret(of))))
                .orElseGet(() -> new Read(Optional.empty(), State.ABSENT)));
    }

    private static boolean isSecret(List<ACL> acl) {
        return !acl.isEmpty()
                && acl.stream()
                        .noneMatch(entry -> (entry.getPerms() & Perms.READ) != 0
                                && entry.getId().getScheme().equals("world"));
    }

    /** Writes it in place of a version, and returns what it is then. Fails if it has another version by now. */
    CompletionStage<State> write(RecordAccess access, State before, List<RecordedSession> sessions) {
        if (before.isAbsent()) {
            return create(access.ops(), sessions);
        }
        if (!before.isSecret()) {
            sayItIsOpen(
                    "everybody may read it; delete it, and it is made anew with the client's credentials, if it has any");
        }
        return access.ops()
                .setData(settings.path(), text(sessions, before.isSecret()), before.version())
                .thenApply(done -> new State(done.version(), before.isSecret()));
    }

    private void sayItIsOpen(String why) {
        if (!saidItIsOpen.getAndSet(true)) {
            say("written without passwords, so that the next run only takes nodes over by their markers: " + why);
        }
    }

    private CompletionStage<State> create(SessionOps ops, List<RecordedSession> sessions) {
        return ops.create(settings.path(), text(sessions, true), Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT)
                .thenApply(done -> new State(0, true))
                .exceptionallyCompose(failure -> switch (FailureKind.codeOf(failure)) {
                    case INVALIDACL -> createOpenly(ops, sessions);
                    case NONODE -> createParents(ops).thenCompose(done -> create(ops, sessions));
                    default -> CompletableFuture.failedFuture(failure);
                });
    }

    /** The servers do not know who we are, so they cannot keep others away. */
    private CompletionStage<State> createOpenly(SessionOps ops, List<RecordedSession> sessions) {
        sayItIsOpen(
                "this client has no credentials that could keep others from reading it; set authorization, SASL or a TLS"
                        + " client certificate");
        return acl(settings.path())
                .thenCompose(acl -> ops.create(settings.path(), text(sessions, false), acl, CreateMode.PERSISTENT))
                .thenApply(done -> new State(0, false))
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.NONODE
                        ? createParents(ops).thenCompose(done -> createOpenly(ops, sessions))
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletionStage<Void> createParents(SessionOps ops) {
        return Paths.createParents(ops, settings.path(), CreateMode.PERSISTENT, this::acl);
    }

    private CompletionStage<List<ACL>> acl(String path) {
        return CompletableFuture.supplyAsync(() -> settings.aclFor().apply(path), suppliers);
    }

    CompletionStage<Void> delete(RecordAccess access, State before) {
        return access.ops().delete(settings.path(), before.version());
    }

    private byte[] text(List<RecordedSession> sessions, boolean isSecret) {
        return MemberRecord.text(settings.memberId(), settings.run(), sessions, isSecret);
    }

    /** A write or a read has failed; a connection that was lost, or a session, says so itself. */
    void refused(Throwable failure) {
        Code code = FailureKind.codeOf(failure);
        switch (FailureKind.of(code)) {
            case UNKNOWN_OUTCOME, SESSION_ENDED -> {}
            default ->
                say((code == Code.SYSTEMERROR ? String.valueOf(failure) : code.name())
                        + ": not written, and the next run waits for the end of this one's sessions; "
                        + (code == Code.NOAUTH
                                ? "it, or its parent, belongs to other credentials"
                                : "nothing else depends on it"));
        }
    }

    /** Logs something, once. */
    void say(String what) {
        if (said.add(what)) {
            LOG.warn("Member record {}: {}", settings.path(), what);
        }
    }
}
