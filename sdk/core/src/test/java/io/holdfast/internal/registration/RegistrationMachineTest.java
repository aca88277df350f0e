// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.ownership.Verdict;
import io.holdfast.internal.registration.RegistrationEvent.Answer;
import io.holdfast.internal.registration.RegistrationMachine.Link;
import io.holdfast.internal.registration.RegistrationMachine.Moment;
import io.holdfast.internal.registration.RegistrationMachine.Transition;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.Znode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;

/**
 * The whole machine: every state with every event. The table is {@code registration-machine.txt}; a cell that it does not list
 * returns the very same machine and asks for nothing. To write it again after a change, and to read the difference: run this
 * test with {@code -Dtable.write=true}. Answers are tried in every state, also in those that never wait for them: the number of
 * the step keeps those away.
 */
class RegistrationMachineTest {

    private static final String TABLE = "registration-machine.txt";
    private static final SessionId S1 = new SessionId(0x51);
    private static final SessionId S2 = new SessionId(0x52);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final Moment NOW = new Moment(1_000, 0.5);
    private static final Znode OWN = new Znode("/a", new byte[0], 0x51, 0x1f, 3);
    private static final Znode WRITTEN = new Znode("/a", new byte[0], 0x51, 0x1f, 4);
    private static final Znode OTHERS = new Znode("/a", new byte[0], 0x99, 0x2f, 0);
    private static final Optional<FenceVersion> FENCE = Optional.of(new FenceVersion("/f", 7, "/f/anchor-1"));

    private static final RegistrationOptions DEFAULTS = RegistrationOptions.defaults();
    private static final RegistrationOptions PATIENT =
            RegistrationOptions.builder().waitForForeign().build();
    private static final RegistrationOptions ONCE =
            RegistrationOptions.builder().once().build();
    private static final RegistrationOptions FENCED =
            RegistrationOptions.builder().fence("/f").build();

    private static final Map<String, RegistrationEvent> EVENTS = events();
    private static final Map<String, Answer> ANSWERS = answers();
    private static final Map<String, RegistrationMachine> STATES = states();

    private static Map<String, RegistrationMachine> states() {
        Map<String, RegistrationMachine> states = new LinkedHashMap<>();
        RegistrationMachine awaiting = machine(DEFAULTS);
        states.put("awaiting session", awaiting);
        states.put("creating", after(awaiting, "confirmed"));
        states.put("creating, watched", after(awaiting, "confirmed", "watch set"));
        states.put("creating, fenced", after(machine(FENCED), "confirmed", "watch set"));
        states.put("verifying", after(awaiting, "confirmed", "watch set", "NodeExists"));
        states.put("waiting for another try", after(awaiting, "confirmed", "watch set", "create lost"));
        states.put(
                "waiting for another's node",
                after(machine(PATIENT), "confirmed", "watch set", "NodeExists", "found another's"));
        states.put("waiting, suspended", after(states.get("waiting for another try"), "suspended"));
        RegistrationMachine registered = after(awaiting, "confirmed", "watch set", "created");
        states.put("registered", registered);
        states.put("registered, not watched", withoutWatch(registered));
        states.put("registered once", after(machine(ONCE), "confirmed", "watch set", "created"));
        states.put("in doubt, suspended", after(registered, "suspended"));
        states.put("in doubt, connected", after(registered, "a step threw"));
        RegistrationMachine refused = after(registered, "node deleted", "create refused");
        states.put("refused", refused);
        states.put("refused, suspended", after(refused, "suspended"));
        states.put("refused with its session", after(registered, "refused"));
        states.put("refused, closing", after(refused, "close"));
        states.put("closing", after(registered, "close"));
        states.put("closing, suspended", after(registered, "close", "suspended"));
        states.put("closing, node unknown", after(awaiting, "confirmed", "close"));
        states.put("failed", after(awaiting, "refused"));
        states.put("lost", after(machine(ONCE), "confirmed", "watch set", "created", "ended"));
        states.put("closed", after(awaiting, "close"));
        return states;
    }

    private static Map<String, RegistrationEvent> events() {
        Map<String, RegistrationEvent> events = new LinkedHashMap<>();
        events.put("confirmed", new RegistrationEvent.SessionConfirmed(S1, TIMEOUT));
        events.put("another confirmed", new RegistrationEvent.SessionConfirmed(S2, TIMEOUT));
        events.put("suspended", new RegistrationEvent.SessionSuspended());
        events.put("ended", new RegistrationEvent.SessionEnded());
        events.put("refused", new RegistrationEvent.SessionRefused("why"));
        events.put("client closed", new RegistrationEvent.ClientClosed());
        events.put("close", new RegistrationEvent.CloseAsked());
        events.put("update", new RegistrationEvent.UpdateAsked());
        events.put("watch set", new RegistrationEvent.WatchSet());
        events.put("node changed", new RegistrationEvent.NodeChanged(false));
        events.put("node deleted", new RegistrationEvent.NodeChanged(true));
        events.put("audit lists it", new RegistrationEvent.Audited(Optional.of(Set.of("/a"))));
        events.put("audit does not list it", new RegistrationEvent.Audited(Optional.of(Set.of())));
        events.put("audit has no list", new RegistrationEvent.Audited(Optional.empty()));
        events.put("written", new RegistrationEvent.Written(WRITTEN));
        events.put("another node written", new RegistrationEvent.Written(OTHERS));
        for (Code code : List.of(Code.BADVERSION, Code.NOAUTH, Code.CONNECTIONLOSS, Code.THROTTLEDOP)) {
            events.put("write failed " + code, new RegistrationEvent.WriteFailed(OWN, code, failure(code)));
        }
        events.put(
                "another node's write failed",
                new RegistrationEvent.WriteFailed(OTHERS, Code.NOAUTH, failure(Code.SYSTEMERROR)));
        events.put("a step threw", new RegistrationEvent.StepThrew(failure(Code.SYSTEMERROR)));
        events.put("a stale answer", new RegistrationEvent.Answered(-1, new Answer.Deleted()));
        return events;
    }

    /** Answers to the current step, of whatever state. */
    private static Map<String, Answer> answers() {
        Map<String, Answer> answers = new LinkedHashMap<>();
        answers.put("created", new Answer.Created(Optional.of(OWN), Optional.empty()));
        answers.put("created, fence known", new Answer.Created(Optional.of(OWN), FENCE));
        answers.put("created and gone", new Answer.Created(Optional.empty(), Optional.empty()));
        answers.put("created, and another's stands", new Answer.Created(Optional.of(OTHERS), Optional.empty()));
        answers.put("NodeExists", createFailed(Code.NODEEXISTS, -1));
        answers.put("no parent", createFailed(Code.NONODE, -1));
        answers.put("no fence", createFailed(Code.NONODE, Fence.STEP));
        answers.put("create lost", createFailed(Code.CONNECTIONLOSS, -1));
        answers.put("create in an ended session", createFailed(Code.SESSIONEXPIRED, -1));
        answers.put("create refused", createFailed(Code.NOAUTH, -1));
        answers.put("create throttled", createFailed(Code.THROTTLEDOP, -1));
        answers.put("not tried", new Answer.NotTried());
        answers.put("data unfit", new Answer.DataUnfit(new RefusedByEnsembleException("large", null)));
        answers.put("nothing made", new Answer.NothingMade("the ACL provider failed"));
        answers.put("parents made", new Answer.ParentsMade());
        for (Code code : List.of(Code.NONODE, Code.UNIMPLEMENTED, Code.NOAUTH, Code.CONNECTIONLOSS)) {
            answers.put("parents failed " + code, new Answer.ParentsFailed(code, "why", failure(code)));
        }
        answers.put("found none", found(Optional.empty(), new Verdict.Absent()));
        answers.put("found ours", found(Optional.of(OWN), new Verdict.Mine(OWN)));
        answers.put("found another's", found(Optional.of(OTHERS), new Verdict.Foreign(OTHERS, Optional.empty())));
        answers.put("found a sibling's", found(Optional.of(OTHERS), new Verdict.Sibling(OTHERS, new SessionId(0x99))));
        answers.put("found a persistent one", found(Optional.of(OTHERS), new Verdict.Persistent(OTHERS)));
        answers.put(
                "found a known ghost's",
                found(Optional.of(OTHERS), new Verdict.KnownGhost(OTHERS, new SessionId(0x99), TIMEOUT)));
        answers.put(
                "found a known ghost's, with a marker",
                found(
                        Optional.of(OTHERS),
                        new Verdict.KnownGhost(OTHERS, new SessionId(0x99), TIMEOUT, Optional.of("/markers/99"))));
        answers.put("read refused", new Answer.ReadFailed(Code.NOAUTH, failure(Code.NOAUTH)));
        answers.put("read lost", new Answer.ReadFailed(Code.CONNECTIONLOSS, failure(Code.CONNECTIONLOSS)));
        answers.put("fence read", new Answer.FenceRead(OWN, true, FENCE));
        answers.put("fence gone", new Answer.FenceRead(OWN, true, Optional.empty()));
        answers.put("node gone while the fence was read", new Answer.FenceRead(OWN, false, Optional.empty()));
        answers.put("fence not read", new Answer.FenceReadFailed(Code.CONNECTIONLOSS));
        answers.put("fence prepared", new Answer.FencePrepared(true));
        answers.put("fence prepared for replacing", new Answer.FencePrepared(false));
        answers.put("earlier session ended", new Answer.EarlierSessionEnded(EndOutcome.CLOSED));
        answers.put("replicas agree", new Answer.ReplicasRead(List.of()));
        answers.put("repair tried", new Answer.RepairTried("how"));
        answers.put("replaced", new Answer.Replaced());
        for (Code code : List.of(Code.NONODE, Code.BADVERSION, Code.UNIMPLEMENTED, Code.CONNECTIONLOSS)) {
            answers.put("replace failed " + code, new Answer.ReplaceFailed(code, failure(code)));
        }
        for (Code code : List.of(Code.NONODE, Code.SESSIONEXPIRED, Code.NOAUTH, Code.CONNECTIONLOSS)) {
            answers.put("take-over failed " + code, new Answer.TakeBackFailed(code));
        }
        answers.put("deleted", new Answer.Deleted());
        answers.put("was deleted before", new Answer.DeleteFailed(Code.NONODE));
        answers.put("delete failed", new Answer.DeleteFailed(Code.BADVERSION));
        answers.put("watched again", new Answer.WatchedAgain(OWN, Optional.of(OWN)));
        answers.put("watched again, newer", new Answer.WatchedAgain(OWN, Optional.of(WRITTEN)));
        answers.put("watched another's", new Answer.WatchedAgain(OWN, Optional.of(OTHERS)));
        answers.put("watch lost", new Answer.WatchFailed(Code.CONNECTIONLOSS));
        answers.put("watch throttled", new Answer.WatchFailed(Code.THROTTLEDOP));
        answers.put("look due", new Answer.LookDue());
        answers.put("write due", new Answer.WriteDue());
        return answers;
    }

    @Test
    void movesAndAsksForWhatTheTableSays() throws IOException {
        Map<String, String> actual = new LinkedHashMap<>();
        STATES.forEach((name, from) -> cells().forEach(event -> {
            Transition transition = from.on(event(event, from), NOW);
            if (!transition.equals(new Transition(from, List.of()))) {
                actual.put(name + " + " + event, describe(transition));
            }
        }));
        String text = actual.entrySet().stream()
                .map(cell -> cell.getKey() + " -> " + cell.getValue() + "\n")
                .collect(Collectors.joining());
        if (Boolean.getBoolean("table.write")) {
            Files.writeString(Path.of("src/test/resources", TABLE), text);
        }

        try (InputStream table = RegistrationMachineTest.class.getResourceAsStream("/" + TABLE)) {
            assertThat(text.lines())
                    .containsExactlyElementsOf(
                            new String(table.readAllBytes(), UTF_8).lines().toList());
        }
    }

    @Test
    void theTablesColumnsAreAllEventsAndItsRowsAllStates() {
        assertThat(kinds(EVENTS)).isEqualTo(Set.of(RegistrationEvent.class.getPermittedSubclasses()));
        assertThat(kinds(ANSWERS)).isEqualTo(Set.of(Answer.class.getPermittedSubclasses()));
        Map<String, RegistrationState> reached = new LinkedHashMap<>();
        STATES.forEach((name, machine) -> reached.put(name, machine.state()));
        assertThat(kinds(reached)).isEqualTo(Set.of(RegistrationState.class.getPermittedSubclasses()));
    }

    private static Set<Class<?>> kinds(Map<String, ?> values) {
        return values.values().stream().map(Object::getClass).collect(Collectors.toSet());
    }

    @Test
    void theSameEventLeadsToTheSame() {
        each((from, event) -> {
            String first = describe(from.on(event, NOW));
            assertThat(describe(from.on(event, NOW))).isEqualTo(first);
        });
    }

    @Test
    void nothingLeavesTheEnd() {
        each((from, event) -> {
            if (from.isOver()) {
                assertThat(from.on(event, NOW).next()).isSameAs(from);
            }
        });
    }

    /** I7: whoever is not over, connected and not registered has asked for something, or waits for a watch that stands. */
    @Test
    void aMoveToANewStepInALiveSessionAsksForSomethingOrIsTheEnd() {
        each((from, event) -> {
            Transition transition = from.on(event, NOW);
            RegistrationMachine next = transition.next();
            if (!next.isOver()
                    && next.link() instanceof Link.Confirmed
                    && next.pace().step() != from.pace().step()) {
                assertThat(transition.effects()).anyMatch(RegistrationMachineTest::goesOn);
            }
        });
    }

    @Test
    void nothingIsSentWithoutAConfirmedSession() {
        for (String name :
                List.of("awaiting session", "waiting, suspended", "in doubt, suspended", "closing, suspended")) {
            RegistrationMachine from = STATES.get(name);
            EVENTS.forEach((what, event) -> {
                Transition transition = from.on(event, NOW);
                if (!(transition.next().link() instanceof Link.Confirmed)) {
                    assertThat(transition.effects())
                            .as(name + " + " + what)
                            .noneMatch(RegistrationMachineTest::isRequest);
                }
            });
        }
    }

    @Test
    void aNodeIsDeletedOnlyOnceItsRegistrationIsClosed() {
        each((from, event) -> {
            Transition transition = from.on(event, NOW);
            if (transition.effects().stream().anyMatch(RegistrationEffect.Delete.class::isInstance)) {
                assertThat(transition.next().state()).isInstanceOf(RegistrationState.Closing.class);
            }
        });
    }

    @Test
    void retriesGrowSlowerUpToAJitteredLimit() {
        RegistrationMachine machine = STATES.get("creating");
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Transition transition = machine.on(event("nothing made", machine), new Moment(0, 0));
            machine = transition.next();
            transition.effects().stream()
                    .filter(RegistrationEffect.LookAfter.class::isInstance)
                    .forEach(effect -> delays.add(
                            ((RegistrationEffect.LookAfter) effect).delay().toMillis()));
        }

        assertThat(delays).containsExactly(50L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
    }

    private static boolean goesOn(RegistrationEffect effect) {
        return isRequest(effect) || effect instanceof RegistrationEffect.LookAfter;
    }

    private static boolean isRequest(RegistrationEffect effect) {
        return effect instanceof RegistrationEffect.Create
                || effect instanceof RegistrationEffect.CreateParents
                || effect instanceof RegistrationEffect.Find
                || effect instanceof RegistrationEffect.Delete
                || effect instanceof RegistrationEffect.Replace
                || effect instanceof RegistrationEffect.WritePayload;
    }

    private interface Check {
        void of(RegistrationMachine from, RegistrationEvent event);
    }

    private static void each(Check check) {
        STATES.forEach((name, from) -> cells().forEach(what -> {
            try {
                check.of(from, event(what, from));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(name + " + " + what, e);
            }
        }));
    }

    private static List<String> cells() {
        List<String> all = new ArrayList<>(EVENTS.keySet());
        all.addAll(ANSWERS.keySet());
        return all;
    }

    private static RegistrationEvent event(String name, RegistrationMachine at) {
        Answer answer = ANSWERS.get(name);
        return answer == null
                ? EVENTS.get(name)
                : new RegistrationEvent.Answered(at.pace().step(), answer);
    }

    private static RegistrationMachine machine(RegistrationOptions options) {
        return RegistrationMachine.start(new RegistrationRules("/a", options, SessionSettings.defaults(), "/chroot"));
    }

    private static RegistrationMachine after(RegistrationMachine from, String... events) {
        RegistrationMachine machine = from;
        for (String event : events) {
            machine = machine.on(event(event, machine), NOW).next();
        }
        return machine;
    }

    private static RegistrationMachine withoutWatch(RegistrationMachine from) {
        return from.on(new RegistrationEvent.NodeChanged(false), NOW).next();
    }

    private static Answer found(Optional<Znode> node, Verdict verdict) {
        return new Answer.Found(node, verdict, Optional.empty());
    }

    private static Answer createFailed(Code code, int operation) {
        return new Answer.CreateFailed(code, operation, List.of(), failure(code));
    }

    private static Throwable failure(Code code) {
        return KeeperException.create(code);
    }

    /** For example {@code Verifying: Publish "node exists", Find}. */
    private static String describe(Transition transition) {
        String effects = transition.effects().stream()
                .map(RegistrationMachineTest::describe)
                .collect(Collectors.joining(", "));
        return transition.next().state().getClass().getSimpleName() + ": " + (effects.isEmpty() ? "-" : effects);
    }

    private static String describe(RegistrationEffect effect) {
        if (effect instanceof RegistrationEffect.Publish publish) {
            return "Publish \"" + publish.cause() + "\"";
        }
        if (effect instanceof RegistrationEffect.Tell tell) {
            return "Tell " + tell.event().getClass().getSimpleName();
        }
        if (effect instanceof RegistrationEffect.LookAfter after) {
            return "LookAfter " + after.delay().toMillis() + " ms";
        }
        return effect.getClass().getSimpleName();
    }
}
