// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.error.MultiFailedException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.ownership.Divergence;
import io.holdfast.internal.registration.RegistrationEvent.Answer;
import io.holdfast.internal.session.Paths;
import io.holdfast.internal.write.NotTriedException;
import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Znode;
import io.holdfast.spi.StepGuard;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.ACL;

/** Sends the requests that a {@link RegistrationMachine} wants sent, and gives the answers to it. Decides nothing. */
final class RegistrationRequests {

    private final RegistrationContext context;
    private final RegistrationOptions options;
    private final NodeAccess access;
    private final PayloadWriter payload;
    private final UserCode user;
    private final StepGuard steps;
    private final Consumer<Answer> answers;

    /** @param answers takes the answer to the current step, on the loop */
    RegistrationRequests(
            RegistrationContext context,
            RegistrationOptions options,
            NodeAccess access,
            PayloadWriter payload,
            UserCode user,
            StepGuard steps,
            Consumer<Answer> answers) {
        this.context = context;
        this.options = options;
        this.access = access;
        this.payload = payload;
        this.user = user;
        this.steps = steps;
        this.answers = answers;
    }

    void send(RegistrationEffect effect, LiveSession in) {
        if (effect instanceof RegistrationEffect.Create) {
            create(in);
        } else if (effect instanceof RegistrationEffect.CreateParents create) {
            ask(
                    in.writes().createParents(access.path(), create.mode(), user::acl),
                    done -> new Answer.ParentsMade(),
                    RegistrationRequests::parentsFailed);
        } else if (effect instanceof RegistrationEffect.PrepareFence prepare) {
            prepareFence(in, prepare.isForCreate());
        } else if (effect instanceof RegistrationEffect.ReadFence read) {
            readFence(in, read.node());
        } else if (effect instanceof RegistrationEffect.ForgetAnchor) {
            access.fence().ifPresent(Fence::forgetAnchor);
        } else if (effect instanceof RegistrationEffect.Find find) {
            find(in, find.knownPath());
        } else if (effect instanceof RegistrationEffect.WatchAgain watch) {
            ask(
                    access.watch(in.ops(), watch.node().path()),
                    seen -> new Answer.WatchedAgain(watch.node(), seen),
                    failure -> new Answer.WatchFailed(FailureKind.codeOf(failure)));
        } else if (effect instanceof RegistrationEffect.Delete delete) {
            ask(
                    in.writes().delete(delete.node().path(), delete.node().version()),
                    done -> new Answer.Deleted(),
                    failure -> new Answer.DeleteFailed(FailureKind.codeOf(failure)));
        } else if (effect instanceof RegistrationEffect.Replace replace) {
            replace(in, replace.node(), replace.guardPath());
        } else if (effect instanceof RegistrationEffect.TakeBack take) {
            takeBack(in, take.node(), take.marker());
        } else if (effect instanceof RegistrationEffect.EndEarlierSession end) {
            steps.then(
                    context.earlier().end(end.session()),
                    outcome -> answers.accept(new Answer.EarlierSessionEnded(outcome)),
                    failure -> {}); // it never fails
        } else if (effect instanceof RegistrationEffect.AskReplicas) {
            ask(
                    context.replicas().read(access.path()),
                    Answer.ReplicasRead::new,
                    failure -> new Answer.ReplicasRead(List.of()));
        } else if (effect instanceof RegistrationEffect.Repair repair) {
            repair(in, repair.divergence());
        } else if (effect instanceof RegistrationEffect.SuspectSession) {
            in.suspect().run();
        }
    }

    private <T> void ask(
            CompletionStage<T> stage, Function<T, Answer> onAnswer, Function<Throwable, Answer> onFailure) {
        steps.then(
                stage,
                answer -> answers.accept(onAnswer.apply(answer)),
                failure -> answers.accept(onFailure.apply(failure)));
    }

    private void create(LiveSession in) {
        if (isFenceMissing()) {
            prepareFence(in, true);
            return;
        }
        withData(
                in,
                (data, acl) -> access.create(in, data, acl),
                (seen, acl) -> new Answer.Created(seen, fenceOf(seen)),
                (failure, acl) -> NotTriedException.is(failure)
                        ? new Answer.NotTried()
                        : new Answer.CreateFailed(
                                FailureKind.codeOf(failure), MultiFailedException.operationOf(failure), acl, failure));
    }

    /** Replaces the node at the path, in a transaction that fails if the tree has changed since. */
    private void replace(LiveSession in, Znode node, Optional<String> guardPath) {
        if (isFenceMissing()) {
            prepareFence(in, false);
            return;
        }
        Replacement replacement = new Replacement(in, access.path(), access.fence(), user, steps);
        withData(
                in,
                (data, acl) -> guardPath.isPresent()
                        ? replacement.guarded(node, guardPath.get(), data, acl)
                        : replacement.orphan(node, data, acl),
                (done, acl) -> new Answer.Replaced(),
                (failure, acl) -> new Answer.ReplaceFailed(FailureKind.codeOf(failure), failure));
    }

    /** Replaces a node of an earlier session of ours, in a transaction that fails once the leader closes that session. */
    private void takeBack(LiveSession in, Znode node, String marker) {
        if (isFenceMissing()) {
            prepareFence(in, false);
            return;
        }
        Replacement replacement = new Replacement(in, access.path(), access.fence(), user, steps);
        withData(
                in,
                (data, acl) -> replacement.underMarker(node, marker, data, acl),
                (done, acl) -> new Answer.Replaced(),
                (failure, acl) -> new Answer.TakeBackFailed(FailureKind.codeOf(failure)));
    }

    private <T> void withData(
            LiveSession in,
            BiFunction<byte[], List<ACL>, CompletionStage<T>> send,
            BiFunction<T, List<ACL>, Answer> onAnswer,
            BiFunction<Throwable, List<ACL>, Answer> onFailure) {
        Consumer<Throwable> nothingMade = failure -> answers.accept(new Answer.NothingMade(UserCode.why(failure)));
        steps.then(
                payload.forCreate(in),
                data -> {
                    try {
                        context.limits().requireFits(access.path(), data);
                    } catch (IllegalArgumentException e) {
                        answers.accept(new Answer.DataUnfit(
                                new RefusedByEnsembleException(String.valueOf(e.getMessage()), e)));
                        return;
                    }
                    steps.then(
                            user.acl(access.path(), options.acl()),
                            acl -> ask(
                                    send.apply(data, acl),
                                    answer -> onAnswer.apply(answer, acl),
                                    failure -> onFailure.apply(failure, acl)),
                            nothingMade);
                },
                nothingMade);
    }

    private void find(LiveSession in, Optional<String> knownPath) {
        ask(
                access.find(in, knownPath),
                seen -> new Answer.Found(
                        seen,
                        access.claim()
                                .judge(
                                        seen,
                                        in.id(),
                                        Set.of(in.id()),
                                        context.earlier()::timeoutOf,
                                        context.earlier()::markerOf),
                        fenceOf(seen)),
                failure -> new Answer.ReadFailed(FailureKind.codeOf(failure), failure));
    }

    private void repair(LiveSession in, Divergence divergence) {
        String how = "servers disagreed about the path";
        Replacement replacement = new Replacement(in, access.path(), Optional.empty(), user, steps);
        ask(
                steps.compose(user.acl(access.path()), acl -> replacement.divergent(divergence, acl)),
                done -> new Answer.RepairTried(how),
                failure -> new Answer.RepairTried(how + ": " + UserCode.why(failure)));
    }

    private Optional<FenceVersion> fenceOf(Optional<Znode> node) {
        return access.fence().flatMap(fence -> node.flatMap(fence::of));
    }

    private boolean isFenceMissing() {
        return access.fence().filter(fence -> !fence.isAnchored()).isPresent();
    }

    /** A node of ours was found whose creating transaction was not answered: the fence's version has to be read. */
    private void readFence(LiveSession in, Znode node) {
        Fence unknown = access.fence().orElseThrow();
        ask(
                unknown.look(in.ops(), node),
                seen -> {
                    boolean isSame = seen.node()
                            .filter(found -> found.czxid() == node.czxid())
                            .isPresent();
                    if (isSame && seen.fence().isPresent() && !seen.anchors().isEmpty()) {
                        unknown.seen(seen);
                    }
                    return new Answer.FenceRead(node, isSame, isSame ? unknown.of(node) : Optional.empty());
                },
                failure -> new Answer.FenceReadFailed(FailureKind.codeOf(failure)));
    }

    /** Finds the fence's anchor, and makes what is missing of both. */
    private void prepareFence(LiveSession in, boolean isForCreate) {
        Fence missing = access.fence().orElseThrow();
        missing.forgetAnchor();
        steps.then(
                missing.names(in.ops()),
                names -> {
                    if (names.isEmpty()) {
                        makeAnchor(in, missing.newAnchor(), isForCreate);
                    } else {
                        missing.anchors(names);
                        answers.accept(new Answer.FencePrepared(isForCreate));
                    }
                },
                failure -> answers.accept(parentsFailed(failure)));
    }

    private void makeAnchor(LiveSession in, String anchor, boolean isForCreate) {
        steps.then(
                Paths.createParents(in.ops(), anchor, CreateMode.PERSISTENT, user::acl)
                        .thenCompose(done -> user.acl(anchor))
                        .thenCompose(acl -> in.ops().create(anchor, new byte[0], acl, CreateMode.PERSISTENT)),
                done -> prepareFence(in, isForCreate),
                failure -> answers.accept(parentsFailed(failure)));
    }

    private static Answer parentsFailed(Throwable failure) {
        return new Answer.ParentsFailed(FailureKind.codeOf(failure), UserCode.why(failure), failure);
    }
}
