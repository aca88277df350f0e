// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.history.Game;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.PaceSettings;
import io.holdfast.soak.SoakProcess.Setup;
import io.holdfast.soak.judge.Note;
import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.tag.TagFormat;
import io.holdfast.testing.history.Recorder;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our own client. Every other one has a journal. */
final class HoldfastMember implements SoakMember {

    /** So that a member that could not connect for a while is back within the judge's limit. */
    private static final PaceSettings PACE =
            new PaceSettings(Duration.ofMillis(100), Duration.ofSeconds(1), 0.5, 6, Duration.ofSeconds(2));

    private static final int CONTESTED_MEMBERS = 2;
    private static final Kind[] KINDS = {Kind.TAGGED, Kind.SEQUENTIAL, Kind.PLAIN};

    private final Setup setup;
    private final int number;
    private final String id;
    private final Recorder recorder;
    private final Slot[] slots;
    private @Nullable HoldfastClient client;

    /** A place for one registration after the other. */
    private static final class Slot {
        private final String name;
        private final Kind kind;
        private final String path;
        private int generation;
        private @Nullable Registration registration;

        Slot(String name, Kind kind, String path) {
            this.name = name;
            this.kind = kind;
            this.path = path;
        }

        String key() {
            return name + "." + generation;
        }
    }

    HoldfastMember(Setup setup, int number, Recorder recorder) {
        this.setup = setup;
        this.number = number;
        this.id = "%s-%02d".formatted(setup.process(), number);
        this.recorder = recorder;
        this.slots = new Slot[setup.registrations()];
        for (int i = 0; i < slots.length; i++) {
            boolean isContested = i == 0 && number < CONTESTED_MEMBERS;
            slots[i] = new Slot(
                    id + "/" + i,
                    isContested ? Kind.CONTESTED : KINDS[(number + i) % KINDS.length],
                    isContested ? SoakMember.contested(number) : SoakMember.directory(number + i) + "/" + id + "-" + i);
        }
    }

    @Override
    public void start() {
        HoldfastClientBuilder builder = HoldfastClient.builder()
                .connectString(setup.connectString())
                .memberId(id)
                .sessionTimeout(Game.SESSION_TIMEOUT)
                .safetyMargin(Game.TICK)
                .serverTick(Game.TICK)
                .pace(PACE)
                .observer(this::onEvent);
        if (hasJournal()) {
            builder.journal(setup.directory().resolve("journal").resolve(id));
        }
        HoldfastClient started = builder.build().start();
        client = started;
        for (Slot slot : slots) {
            open(slot, started);
        }
    }

    @Override
    public void act(Random random) {
        Slot slot = slots[random.nextInt(slots.length)];
        int chance = random.nextInt(100);
        if (slot.registration == null) {
            open(slot, client());
        } else if (chance < 55) {
            update(slot, random);
        } else if (chance < 75) {
            close(slot);
            open(slot, client());
        } else if (chance < 95) {
            close(slot); // until its turn comes again
        } else {
            close();
            start();
        }
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot.registration != null) {
                note(new Note.Closing(System.nanoTime(), slot.key()));
                slot.registration = null;
            }
        }
        client().close();
    }

    private void open(Slot slot, HoldfastClient in) {
        slot.generation++;
        String key = slot.key();
        note(new Note.Opened(System.nanoTime(), key, slot.path, slot.kind, hasJournal()));
        Registration registration = in.register(slot.path, key.getBytes(UTF_8), options(slot.kind));
        slot.registration = registration;
        registration.addListener((from, to) -> note(key, System.nanoTime(), to));
        long now = System.nanoTime();
        note(key, now, registration.state()); // which may have changed before the listener was there
    }

    private void update(Slot slot, Random random) {
        String key = slot.key();
        Registration registration = slot.registration;
        if (registration != null && !registration.state().isOver()) {
            var unused = registration
                    .update((key + " " + random.nextInt()).getBytes(UTF_8))
                    .whenComplete((done, failure) -> note(new Note.Updated(System.nanoTime(), key, failure == null)));
        }
    }

    private void close(Slot slot) {
        String key = slot.key();
        Registration registration = slot.registration;
        if (registration != null) {
            slot.registration = null;
            note(new Note.Closing(System.nanoTime(), key));
            var unused = registration.closeAsync();
        }
    }

    private static RegistrationOptions options(Kind kind) {
        RegistrationOptions.Builder options = RegistrationOptions.builder();
        return switch (kind) {
            case TAGGED -> options.build();
            case SEQUENTIAL -> options.sequential().build();
            case PLAIN -> options.format(TagFormat.ownerOnly()).waitForForeign().build();
            case CONTESTED -> options.waitForForeign().build();
        };
    }

    private void note(String key, long at, RegistrationState state) {
        if (state instanceof RegistrationState.Registered registered) {
            var node = registered.registered();
            note(new Note.Registered(at, key, node.path(), node.session().value(), node.czxid()));
        } else if (state instanceof Waiting waiting) {
            note(new Note.Waits(at, key, waiting.until().map(Duration::toMillis).orElse(-1L), waiting.what()));
        } else if (state instanceof RegistrationState.Closed) {
            note(new Note.Closed(at, key));
        } else if (state instanceof RegistrationState.Failed failed) {
            note(new Note.Moved(at, key, failed.error().toString()));
        } else {
            note(new Note.Moved(at, key, state.getClass().getSimpleName()));
        }
    }

    private void onEvent(HoldfastEvent event) {
        if (event instanceof SessionConfirmed confirmed && !confirmed.again()) {
            note(new Note.SessionBegan(System.nanoTime(), id, event.sessionId()));
        } else if (event instanceof SessionChanged changed
                && Set.of("Expired", "Closed", "Refused").contains(changed.to())) {
            note(new Note.SessionOver(System.nanoTime(), id, event.sessionId()));
        }
    }

    private void note(Note note) {
        recorder.record(note.line());
    }

    private boolean hasJournal() {
        return number % 2 == 0;
    }

    private HoldfastClient client() {
        if (client == null) {
            throw new IllegalStateException(id + " has not been started");
        }
        return client;
    }
}
