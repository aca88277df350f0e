// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.error.MultiFailedException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.session.LiveSession;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;

/** Creates a registration's node, and its parents where they are missing, and says what each answer leads to. */
final class NodeCreation {

    private final RegistrationContext context;
    private final UserCode user;
    private final RegistrationOptions options;
    private final NodeAccess access;
    private final PayloadWriter payload;
    private final Steps steps;
    private final Moves moves;

    /** How often in a row a create met a node that the look after it did not find. */
    private int unseen;

    private List<ACL> sentWith = List.of();

    NodeCreation(
            RegistrationContext context,
            UserCode user,
            RegistrationOptions options,
            NodeAccess access,
            PayloadWriter payload,
            Steps steps,
            Moves moves) {
        this.context = context;
        this.user = user;
        this.options = options;
        this.access = access;
        this.payload = payload;
        this.steps = steps;
        this.moves = moves;
    }

    void start(LiveSession in) {
        if (isFenceMissing()) {
            makeFence(in, access.fence().orElseThrow(), moves::create);
            return;
        }
        withData(
                in,
                (data, acl) -> access.create(in, data, acl),
                seen -> created(in, seen),
                failure -> failed(in, failure));
    }

    /** A look found a node, or all starts anew. */
    void nodeSeen() {
        unseen = 0;
    }

    /** Replaces the node that stands at the path, in a transaction that fails if the tree has changed since. */
    void replace(LiveSession in, BiFunction<byte[], List<ACL>, CompletionStage<Void>> transaction) {
        if (isFenceMissing()) {
            makeFence(in, access.fence().orElseThrow(), moves::look);
            return;
        }
        withData(in, transaction, done -> moves.look("the node was replaced"), failure -> {
            Code code = FailureKind.codeOf(failure);
            if (code == Code.NONODE) {
                access.fence().ifPresent(Fence::forgetAnchor); // it may be what is gone
            }
            if (Replacement.isOvertaken(code)) {
                moves.look("the node has changed meanwhile");
            } else if (FailureKind.of(code) == FailureKind.UNIMPLEMENTED) {
                moves.fail(new RefusedByEnsembleException(
                        "The ensemble does not know transactions, and without one " + access.path()
                                + " cannot be taken over; leave takeOverUnknownGhosts out on servers before 3.4",
                        failure));
            } else {
                moves.retryLater("replacing failed: " + code);
            }
        });
    }

    private <T> void withData(
            LiveSession in,
            BiFunction<byte[], List<ACL>, CompletionStage<T>> send,
            Consumer<T> onAnswer,
            Consumer<Throwable> onFailure) {
        steps.then(
                payload.forCreate(in),
                data -> {
                    try {
                        context.limits().requireFits(access.path(), data);
                    } catch (IllegalArgumentException e) {
                        moves.fail(new RefusedByEnsembleException(String.valueOf(e.getMessage()), e));
                        return;
                    }
                    steps.then(
                            user.acl(access.path(), options.acl()),
                            acl -> steps.then(send.apply(data, acl), onAnswer, failure -> {
                                sentWith = acl;
                                onFailure.accept(failure);
                            }),
                            failure -> moves.retryLater(UserCode.why(failure)));
                },
                failure -> moves.retryLater(UserCode.why(failure)));
    }

    private void created(LiveSession in, Optional<Znode> seen) {
        unseen = 0;
        Optional<Znode> own = seen.filter(node -> node.owner() == in.id().value());
        own.ifPresentOrElse(moves::created, () -> moves.look("the node is not as it was created"));
    }

    private void failed(LiveSession in, Throwable failure) {
        Code code = FailureKind.codeOf(failure);
        switch (FailureKind.of(code)) {
            case ANSWER -> {
                if (code == Code.NODEEXISTS && unseen++ == 0) {
                    moves.look("node exists");
                } else if (code == Code.NODEEXISTS) {
                    moves.retryLater("the leader holds a node that this server does not show");
                } else if (code == Code.NONODE && MultiFailedException.operationOf(failure) >= Fence.STEP) {
                    makeFence(in, access.fence().orElseThrow(), moves::create);
                } else if (code == Code.NONODE) {
                    createParents(in);
                } else {
                    moves.retryLater("the ensemble answered " + code);
                }
            }
            case SESSION_ENDED -> {
                in.suspect().run();
                moves.retryLater("the ensemble answered " + code);
            }
            case UNKNOWN_OUTCOME -> moves.retryLater("the answer to the create was lost");
            case UNIMPLEMENTED, REFUSED ->
                moves.fail(refused("create " + access.path() + " with ACL " + sentWith, failure));
        }
    }

    private void createParents(LiveSession in) {
        if (options.parents() == Parents.REQUIRED) {
            moves.fail(new RefusedByEnsembleException(
                    "The parent of " + access.path()
                            + " does not exist, and parents is REQUIRED; create it, or let the SDK do so",
                    null));
            return;
        }
        CreateMode mode = options.parents() == Parents.CONTAINER ? CreateMode.CONTAINER : CreateMode.PERSISTENT;
        steps.then(
                Paths.createParents(in.ops(), access.path(), mode, user),
                done -> moves.create("parents created"),
                this::parentsFailed);
    }

    private boolean isFenceMissing() {
        return access.fence().filter(fence -> !fence.isAnchored()).isPresent();
    }

    /** Finds the fence's anchor, and makes what is missing of both, then goes on. */
    void makeFence(LiveSession in, Fence missing, Consumer<String> next) {
        missing.forgetAnchor();
        steps.then(
                missing.names(in.ops()),
                names -> {
                    if (names.isEmpty()) {
                        anchor(in, missing, next);
                    } else {
                        missing.anchors(names);
                        next.accept("the fence was found");
                    }
                },
                this::parentsFailed);
    }

    private void anchor(LiveSession in, Fence missing, Consumer<String> next) {
        String anchor = missing.newAnchor();
        steps.then(
                Paths.createParents(in.ops(), anchor, CreateMode.PERSISTENT, user)
                        .thenCompose(done -> user.acl(anchor))
                        .thenCompose(acl -> in.ops().create(anchor, new byte[0], acl, CreateMode.PERSISTENT)),
                done -> makeFence(in, missing, next),
                this::parentsFailed);
    }

    private void parentsFailed(Throwable failure) {
        Code code = FailureKind.codeOf(failure);
        FailureKind kind = FailureKind.of(code);
        if (code == Code.NONODE) {
            moves.fail(new RefusedByEnsembleException(
                    "connectString: its chroot " + context.limits().chroot()
                            + " does not exist on the ensemble (nothing stands above " + access.path()
                            + " in it); create the chroot, or mend the connect string",
                    failure));
        } else if (kind == FailureKind.UNIMPLEMENTED) {
            moves.fail(new RefusedByEnsembleException(
                    "The ensemble does not know container nodes, and parents of " + access.path()
                            + " is CONTAINER; use PERSISTENT on servers before 3.5",
                    failure));
        } else if (kind == FailureKind.REFUSED) {
            moves.fail(refused("create a parent of " + access.path(), failure));
        } else {
            moves.retryLater("creating the parents failed: " + UserCode.why(failure));
        }
    }

    static RefusedByEnsembleException refused(String what, Throwable failure) {
        return new RefusedByEnsembleException(
                "The ensemble refuses to " + what + ": " + FailureKind.codeOf(failure)
                        + "; look at the acl and authorization settings",
                failure);
    }
}
