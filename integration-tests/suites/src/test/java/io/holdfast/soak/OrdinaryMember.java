// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.history.Game;
import io.holdfast.soak.SoakProcess.Setup;
import io.holdfast.soak.judge.Note;
import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.testing.history.Recorder;
import io.holdfast.testing.peer.Belief;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.peer.OrdinaryClientSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An ordinary client in our place: the judge's own proof. It is asked again and again what it believes. */
final class OrdinaryMember implements SoakMember {

    private static final long LOOK_EVERY_MILLIS = 20;
    private static final ScheduledExecutorService LOOKING = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "beliefs");
        thread.setDaemon(true);
        return thread;
    });

    private final Setup setup;
    private final String id;
    private final Recorder recorder;
    private final List<String> paths = new ArrayList<>();
    private final Map<String, Belief> noted = new HashMap<>();
    private long session;
    private @Nullable OrdinaryClient client;

    OrdinaryMember(Setup setup, int number, Recorder recorder) {
        this.setup = setup;
        this.id = "%s-%02d".formatted(setup.process(), number);
        this.recorder = recorder;
        for (int i = 0; i < setup.registrations(); i++) {
            paths.add(SoakMember.directory(number + i) + "/" + id + "-" + i);
        }
    }

    @Override
    public void start() {
        OrdinaryClientSettings settings =
                OrdinaryClient.connectingTo(setup.connectString()).sessionTimeout(Game.SESSION_TIMEOUT);
        paths.forEach(settings::registering);
        for (String path : paths) {
            note(new Note.Opened(System.nanoTime(), key(path), path, Kind.PLAIN, false));
        }
        client = settings.start();
        var unused = LOOKING.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void act(Random random) {
        // it registers and has done with it
    }

    @Override
    public synchronized void close() {
        for (String path : paths) {
            note(new Note.Closing(System.nanoTime(), key(path)));
        }
        if (client != null) {
            client.close();
            client = null;
        }
    }

    private synchronized void look() {
        if (client == null) {
            return;
        }
        long now = System.nanoTime();
        long used = client.sessionId();
        if (used != session) {
            if (session != 0) {
                note(new Note.SessionOver(now, id, session));
            }
            note(new Note.SessionBegan(now, id, used));
            session = used;
        }
        Map<String, Belief> beliefs = client.beliefs();
        for (String path : paths) {
            Belief belief = beliefs.get(path);
            Belief before = belief == null ? noted.remove(path) : noted.put(path, belief);
            if (belief == null && before != null) {
                note(new Note.Moved(now, key(path), "unregistered"));
            } else if (belief != null && !belief.equals(before)) {
                note(new Note.Registered(now, key(path), path, belief.sessionId(), belief.sinceNanos()));
            }
        }
    }

    private String key(String path) {
        return id + "/" + path.substring(path.lastIndexOf('-') + 1) + ".1";
    }

    private void note(Note note) {
        recorder.record(note.line());
    }
}
