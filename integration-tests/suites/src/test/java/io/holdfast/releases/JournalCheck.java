// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.testing.observer.OwnerObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A member that crashes and is started again before its session has timed out. */
final class JournalCheck {

    private static final String ANOTHER_TRY = "another try";

    private JournalCheck() {}

    static Finding endsTheSessionOfTheRunBefore(Stage stage, Socket socket) throws Exception {
        String path = "/journal-" + socket.segment();
        String member = "journal-" + socket.segment();
        Path directory = Files.createTempDirectory("holdfast-journal-");
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble()).watch(path)) {
            Path journal = directory.resolve("journal");
            long ghost = KilledProcess.leftBehind(stage, member, journal, path);
            try (OurClient ours = OurClient.start(
                    stage.ensemble().proxiedConnectString(), member, settings -> settings.zkClientConfig(
                                    socket.config())
                            .journal(journal)
                            .legacyServers(stage.release().leavesUnknownUnanswered()))) {
                List<String> waits = new CopyOnWriteArrayList<>();
                Registration registration = ours.register(path);
                registration.addListener((from, to) -> {
                    if (to instanceof Waiting waiting && !waiting.what().startsWith(ANOTHER_TRY)) {
                        waits.add(to.toString());
                    }
                });
                registration.awaitRegistered(PATIENCE);
                observer.awaitOwner(path, ours.session(), PATIENCE);
                assertThat(ours.events(EarlierSessionEnded.class))
                        .as(ours.story())
                        .anyMatch(ended ->
                                ended.sessionId() == ghost && ended.outcome().equals("closed"));
                assertThat(waits).isEmpty();
            }
        } finally {
            delete(directory);
        }
        return Finding.works();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
