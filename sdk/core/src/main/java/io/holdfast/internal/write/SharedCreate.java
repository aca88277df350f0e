// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;

/** The create of an ephemeral node that is to be watched. Its answer is the node as it was when the watch was set. */
final class SharedCreate extends SharedWrite<Optional<Znode>> {

    private static final byte[] NO_DATA = {};

    private final SessionOps session;
    private final NodeWatch watch;
    private int eventsBefore;

    SharedCreate(SessionOps session, String path, byte[] data, List<ACL> acl, int bytes, NodeWatch watch) {
        super(
                List.of(Op.create(path, data, acl, CreateMode.EPHEMERAL)),
                bytes,
                () -> createAndRead(session, path, data, acl, watch),
                results -> Optional.empty());
        this.session = session;
        this.watch = watch;
    }

    /** Alone, it has its watch in the same round trip. */
    private static CompletionStage<Optional<Znode>> createAndRead(
            SessionOps session, String path, byte[] data, List<ACL> acl, NodeWatch watch) {
        CompletionStage<?> created = session.create(path, data, acl, CreateMode.EPHEMERAL);
        CompletionStage<Optional<Znode>> seen = watch.readAt(session, path);
        return created.thenCompose(done -> seen);
    }

    NodeWatch watch() {
        return watch;
    }

    /** It was committed, and is read by itself. */
    void read() {
        follow(watch.readAt(session, path()));
    }

    /** The request that sets its watch among others is about to be sent. */
    void watching() {
        eventsBefore = watch.events().getAsInt();
    }

    /** That request was answered, as of a node of this transaction. */
    void watched(long czxid) {
        if (watch.events().getAsInt() == eventsBefore) {
            watch.onSet().run();
        } // else its watcher was told of a change instead
        answered(Optional.of(new Znode(path(), NO_DATA, session.sessionId(), czxid, 0)));
    }
}
