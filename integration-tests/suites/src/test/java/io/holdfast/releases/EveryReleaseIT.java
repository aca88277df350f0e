// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The original reports and every feature, on every release that is served, with both kinds of sessions and both client sockets;
 * and {@code docs/evidence/releases.md} says what was found.
 *
 * <p>Each release has one ensemble for all its checks. Several releases are tried at a time, because most of the time is spent
 * waiting for sessions to expire.
 */
class EveryReleaseIT {

    /** The system property that has the features tried with both sockets where there are two kinds of sessions. */
    private static final String EVERY_PROPERTY = "holdfast.releases.every";

    private static final ExecutorService AT_A_TIME = Executors.newFixedThreadPool(3);

    @AfterAll
    static void end() {
        AT_A_TIME.shutdownNow();
    }

    /** One thing to be tried, and what comes of it. */
    private record Trial(String name, Act act, CompletableFuture<Void> done) {

        Trial(String name, Act act) {
            this(name, act, new CompletableFuture<>());
        }

        void run(Stage stage, Found found) {
            try {
                Runnable adding = act.on(stage);
                synchronized (found) {
                    adding.run();
                }
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        }

        DynamicTest test() {
            return DynamicTest.dynamicTest(name, () -> {
                try {
                    done.get();
                } catch (ExecutionException e) {
                    throw e.getCause();
                }
            });
        }
    }

    private interface Act {
        /** Returns what adds the finding. */
        Runnable on(Stage stage) throws Exception;
    }

    @TestFactory
    Stream<DynamicNode> everyRelease() {
        List<ServedRelease> releases = ServedRelease.chosen();
        Found found = new Found(releases);
        List<DynamicNode> all = new ArrayList<>();
        for (ServedRelease release : releases) {
            List<Trial> trials = trials(release, found);
            AT_A_TIME.execute(() -> tryAll(release, trials, found));
            all.add(DynamicContainer.dynamicContainer(
                    "ZooKeeper " + release, trials.stream().map(Trial::test)));
        }
        boolean isWhole = releases.equals(ServedRelease.all());
        all.add(DynamicTest.dynamicTest(
                "the page says what was found", () -> ReleasesPage.judge(found.tables(), isWhole)));
        return all.stream();
    }

    private static List<Trial> trials(ServedRelease release, Found found) {
        List<Trial> trials = new ArrayList<>();
        for (Seed seed : Seed.values()) {
            if (seed.concerns(release)) {
                trials.add(new Trial(seed.toString(), stage -> {
                    SeedFinding finding = seed.play(stage);
                    return () -> found.add(release, seed, finding);
                }));
            }
        }
        for (Socket socket : socketsFor(release)) {
            for (Feature feature : Feature.values()) {
                trials.add(new Trial(feature + " over " + socket, stage -> {
                    Finding finding = feature.on(stage, socket);
                    return () -> found.add(release, feature, finding);
                }));
            }
        }
        return trials;
    }

    /** Where there are two kinds of sessions each is tried with one of the sockets, which takes half the time. */
    private static List<Socket> socketsFor(ServedRelease release) {
        if (!release.hasCreate2() || Boolean.getBoolean(EVERY_PROPERTY)) {
            return List.of(Socket.values());
        }
        return List.of(release.sessions() == ServedRelease.Sessions.GLOBAL ? Socket.NIO : Socket.NETTY);
    }

    private static void tryAll(ServedRelease release, List<Trial> trials, Found found) {
        try (Stage stage = Stage.of(release)) {
            for (Trial trial : trials) {
                trial.run(stage, found);
                if (trial.done().isCompletedExceptionally()) {
                    System.err.println(
                            trial.name() + " failed. " + stage.ensemble().describe());
                }
                stage.ensemble().heal();
            }
        } catch (Throwable e) {
            trials.forEach(trial -> trial.done().completeExceptionally(e));
        }
    }
}
