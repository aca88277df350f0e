// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.session.Safety;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;

/** What a client without any recipe does. */
final class RegistrationChecks {

    private static final RegistrationOptions SEQUENTIAL =
            RegistrationOptions.builder().sequential().build();

    private RegistrationChecks() {}

    static Finding isMadeUpdatedAndClosed(Stage stage, Socket socket) throws Exception {
        String path = "/life-" + socket.segment() + "/node";
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble()).watch(path);
                PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO);
                OurClient ours = stage.ours("life", socket)) {
            Registration registration = ours.register(path);
            RegisteredNode node = registration.awaitRegistered(PATIENCE);
            observer.awaitOwner(path, ours.session(), PATIENCE);

            assertThat(registration.update("new".getBytes(UTF_8))).succeedsWithin(PATIENCE);
            assertThat(operator.read(path)).contains("new").contains("life");
            assertThat(operator.stat(path).orElseThrow().getCzxid()).isEqualTo(node.czxid());

            registration.close();
            observer.awaitAbsent(path, PATIENCE);
            ours.register(path).awaitRegistered(PATIENCE);
            ours.client().close();
            observer.awaitAbsent(path, PATIENCE);
        }
        return Finding.works();
    }

    static Finding outlivesACutADeletionAndAnExpiry(Stage stage, Socket socket) throws Exception {
        String directory = "/kept-" + socket.segment();
        String path = directory + "/node";
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble()).watch(path);
                PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO);
                OurClient ours = stage.ours("kept", socket)) {
            Registration plain = ours.register(path);
            Registration sequential = ours.register(directory + "/s-", SEQUENTIAL);
            RegisteredNode first = plain.awaitRegistered(PATIENCE);
            RegisteredNode numbered = sequential.awaitRegistered(PATIENCE);

            int confirmed = confirmations(ours);
            stage.ensemble().proxies().forEach(FaultProxy::cut);
            await().atMost(PATIENCE)
                    .until(() -> confirmations(ours) > confirmed
                            && ours.isRegistered(plain)
                            && ours.isRegistered(sequential));
            assertThat(plain.awaitRegistered(PATIENCE)).as(ours.story()).isEqualTo(first);
            assertThat(sequential.awaitRegistered(PATIENCE)).as(ours.story()).isEqualTo(numbered);

            operator.delete(path);
            operator.delete(numbered.path());
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(plain.awaitRegistered(PATIENCE).czxid()).isGreaterThan(first.czxid());
                assertThat(sequential.awaitRegistered(PATIENCE).path()).isGreaterThan(numbered.path());
            });
            assertThat(plain.awaitRegistered(PATIENCE).session()).isEqualTo(first.session());
            observer.awaitOwner(path, ours.session(), PATIENCE);

            long old = ours.session();
            stage.ensemble().proxies().forEach(FaultProxy::refuse);
            observer.awaitAbsent(path, PATIENCE);
            stage.ensemble().proxies().forEach(FaultProxy::accept);
            await().atMost(PATIENCE)
                    .until(() -> ours.session() != old && ours.isRegistered(plain) && ours.isRegistered(sequential));
            observer.awaitOwner(path, ours.session(), PATIENCE);
            assertThat(operator.children(directory)).hasSize(2);
        }
        return Finding.works();
    }

    static Finding findsASequentialNodeWhoseNameWasLost(Stage stage, Socket socket) throws Exception {
        String directory = "/lost-" + socket.segment();
        FaultProxy proxy = stage.ensemble().server(1).proxy();
        try (PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO);
                OurClient ours = stage.ours(proxy.connectString(), "lost", socket)) {
            ours.register(directory + "/other").awaitRegistered(PATIENCE);
            Trap lost = proxy.dropNextReply(stage.release().hasCreate2() ? OpCode.CREATE2 : OpCode.CREATE);

            Registration sequential = ours.register(directory + "/s-", SEQUENTIAL);

            lost.awaitSprung(PATIENCE);
            RegisteredNode found = sequential.awaitRegistered(PATIENCE);
            assertThat(operator.children(directory))
                    .containsExactlyInAnyOrder("other", found.path().substring(directory.length() + 1));
        }
        return Finding.works();
    }

    static Finding isMadeOnce(Stage stage, Socket socket) throws Exception {
        String path = "/once-" + socket.segment();
        try (PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO);
                OurClient ours = stage.ours("once", socket)) {
            Registration once =
                    ours.register(path, RegistrationOptions.builder().once().build());
            once.awaitRegistered(PATIENCE);

            operator.delete(path);

            assertThat(once.ended()).succeedsWithin(PATIENCE);
            assertThat(once.state()).isInstanceOf(Lost.class);
            assertThat(operator.stat(path)).isEmpty();
        }
        return Finding.works();
    }

    static Finding hasContainersForParents(Stage stage, Socket socket) throws Exception {
        String directory = "/container-" + socket.segment();
        try (PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO);
                OurClient ours = stage.ours("container", socket)) {
            RegisteredNode undisturbed =
                    ours.register("/beside" + directory.substring(1)).awaitRegistered(PATIENCE);
            Registration contained = ours.register(
                    directory + "/node",
                    RegistrationOptions.builder().parents(Parents.CONTAINER).build());
            if (stage.release().hasCreate2()) {
                contained.awaitRegistered(PATIENCE);
                assertThat(operator.stat(directory)).isPresent();
                assertThat(stage.ensemble().proxies()).anyMatch(proxy -> proxy.count(OpCode.CREATE_CONTAINER) > 0);
                return Finding.works();
            }
            RefusedByEnsembleException refusal =
                    catchThrowableOfType(RefusedByEnsembleException.class, () -> contained.awaitRegistered(PATIENCE));
            assertThat(refusal)
                    .hasMessageContaining("container")
                    .hasMessageContaining("before 3.5")
                    .hasMessageContaining("PERSISTENT");
            assertThat(undisturbed.session().value()).isEqualTo(ours.session());
            return Finding.refused(refusal);
        }
    }

    static Finding takesOverUnderAGuard(Stage stage, Socket socket) throws Exception {
        String path = "/taken-" + socket.segment();
        RegistrationOptions takingOver = RegistrationOptions.builder()
                .takeOverUnknownGhosts("/guard" + path.substring(1))
                .build();
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble()).watch(path);
                OurClient older = stage.ours("taken", socket);
                OurClient newer = stage.ours("taken", socket)) {
            RegisteredNode first = older.register(path).awaitRegistered(PATIENCE);
            Registration second = newer.register(path, takingOver);
            if (!stage.release().leavesUnknownUnanswered()) {
                RegisteredNode taken = second.awaitRegistered(PATIENCE);
                assertThat(taken.czxid()).isGreaterThan(first.czxid());
                observer.awaitOwner(path, newer.session(), PATIENCE);
                return Finding.works();
            }
            RefusedByEnsembleException refusal =
                    catchThrowableOfType(RefusedByEnsembleException.class, () -> second.awaitRegistered(PATIENCE));
            assertThat(refusal).hasMessageContaining("transactions").hasMessageContaining("before 3.4");
            observer.awaitOwner(path, older.session(), PATIENCE);
            return Finding.refused(refusal);
        }
    }

    static Finding knowsHowLongItIsSafe(Stage stage, Socket socket) throws Exception {
        try (OurClient ours = stage.ours("safety-" + socket.segment(), socket);
                Safety safety = ours.client().awaitConfirmed(PATIENCE).safety()) {
            assertThat(safety.await(PATIENCE)).isTrue();
            await().atMost(PATIENCE).until(() -> safety.remaining().compareTo(Stage.TICK.multipliedBy(2)) > 0);

            stage.ensemble().proxies().forEach(FaultProxy::refuse);
            await().atMost(PATIENCE).until(() -> !safety.isSafe());
            stage.ensemble().proxies().forEach(FaultProxy::accept);
            assertThat(safety.await(PATIENCE)).isTrue();
        }
        return Finding.works();
    }

    static Finding keepsItsNodeWhenTheLeaderIsLost(Stage stage, Socket socket) throws Exception {
        String path = "/leader-lost-" + socket.segment();
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble()).watch(path);
                OurClient ours = stage.ours("leader-lost", socket)) {
            Registration registration = ours.register(path);
            RegisteredNode first = registration.awaitRegistered(PATIENCE);
            observer.awaitOwner(path, ours.session(), PATIENCE);

            stage.ensemble().leader().restart();
            stage.ensemble().awaitQuorum(PATIENCE);

            await().atMost(PATIENCE).until(() -> ours.isRegistered(registration));
            observer.awaitOwner(path, ours.session(), PATIENCE);
            if (ours.session() == first.session().value()) {
                assertThat(observer.everySpanOf(path))
                        .as(observer.toText())
                        .allMatch(span -> span.czxid() == first.czxid());
            }
        }
        return Finding.works();
    }

    private static int confirmations(OurClient ours) {
        return ours.events(SessionConfirmed.class).size();
    }
}
