// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.RecordOvertaken;
import io.holdfast.internal.journal.MemberRecord;
import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.time.SteppedTime;
import io.holdfast.session.LittleTree;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The record of a member, as two of its runs see it. */
class EnsembleRunJournalTest {

    private static final String PATH = "/app/journal/broker-7";
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final SessionSettings SETTINGS = SessionSettings.defaults();
    private static final List<ACL> OF_A_USER = List.of(new ACL(Perms.ALL, new Id("digest", "user:hash")));

    private final SteppedTime time = new SteppedTime();
    private final LittleTree tree = new LittleTree();
    private List<ACL> acl = OF_A_USER;

    /** One run of the member. */
    private final class Run {
        private final String incarnation;
        private final List<HoldfastEvent> events = new ArrayList<>();
        private final EnsembleRunJournal journal;

        Run(String incarnation) {
            this.incarnation = incarnation;
            RecordSettings settings =
                    RecordSettings.in("app", "/journal", "broker-7", incarnation, path -> Ids.OPEN_ACL_UNSAFE);
            journal = new EnsembleRunJournal(
                    settings, new RecordNode(settings, Runnable::run), SETTINGS, time, events::add);
        }

        CompletionStage<Void> opens(long session) {
            CompletionStage<Void> opened = journal.opened(credentials(session), access(session));
            settle();
            return opened;
        }

        List<RecordedSession> takesOver() {
            return journal.takeOver().toCompletableFuture().join();
        }

        void closes(long session) {
            journal.closing(access(session));
            settle();
        }

        RecordedSession session(long id) {
            return RecordedSession.of(incarnation, credentials(id));
        }

        private RecordAccess access(long session) {
            return new RecordAccess(tree.ops(session), path -> CompletableFuture.completedFuture(acl));
        }
    }

    private final Run first = new Run("1111111111111111");
    private final Run second = new Run("2222222222222222");
    private final Run third = new Run("3333333333333333");

    @Test
    void makesTheRecordAndWhatIsMissingAboveIt() {
        assertThat(first.opens(0x51)).isCompleted();

        assertThat(record()).contains("incarnation=1111111111111111", "session=0x51 run=1111111111111111");
        assertThat(tree.node("/app/journal")).isPresent();
        assertThat(first.takesOver()).isEmpty();
        assertThat(first.events).isEmpty();
    }

    @Test
    void aLaterSessionIsOneWriteAndOneReadMoreAndAReconnectionNothing() {
        first.opens(0x51);
        tree.takeRequests();

        first.opens(0x51);
        assertThat(tree.takeRequests()).isEmpty();
        tree.endHandle(0x51);
        first.opens(0x52);

        assertThat(tree.takeRequests()).containsExactly("SET_DATA " + PATH, "EXISTS " + PATH);
        assertThat(record()).contains("session=0x51", "session=0x52");
    }

    @Test
    void anEarlierSessionIsForgottenWhenItsNodesCannotStandAnyMore() {
        first.opens(0x51);
        first.opens(0x52);
        time.advance(SETTINGS.ghostLife(TIMEOUT).plusMillis(1), this::settle);

        first.opens(0x53);

        assertThat(record()).contains("session=0x52", "session=0x53").doesNotContain("session=0x51");
    }

    @Test
    void theNextRunFindsTheSessionsOfTheOneBeforeOnceItsOwnIsWritten() {
        first.opens(0x51);
        assertThat(second.takesOver()).isEmpty();

        second.opens(0x61);

        assertThat(record())
                .contains("incarnation=2222222222222222", "session=0x51 run=1111111111111111", "session=0x61");
        assertThat(second.takesOver()).containsExactly(first.session(0x51));
        assertThat(second.takesOver()).isEmpty();
    }

    @Test
    void whatHasBeenEndedIsStruckOut() {
        first.opens(0x51);
        first.opens(0x52);
        second.opens(0x61);
        second.takesOver();
        second.journal.over(new SessionId(0x51));
        second.journal.unknown(new SessionId(0x52));

        second.journal.askedAll(second.access(0x61));
        settle();

        assertThat(record()).contains("session=0x61").doesNotContain("0x51", "0x52");
        tree.takeRequests();
        second.journal.askedAll(second.access(0x61));
        assertThat(tree.takeRequests()).isEmpty();
    }

    @Test
    void aRunThatDiesBeforeItHasEndedAnythingLeavesItToTheNext() {
        first.opens(0x51);
        second.opens(0x61);

        third.opens(0x71);

        assertThat(third.takesOver()).containsExactlyInAnyOrder(first.session(0x51), second.session(0x61));
    }

    @Test
    void closingTheSessionClearsTheRecord() {
        first.opens(0x51);

        first.closes(0x51);

        assertThat(tree.node(PATH)).isEmpty();
        first.opens(0x52); // a handle that Curator has replaced
        assertThat(record()).contains("session=0x52");
    }

    @Test
    void closingLeavesWhatIsStillToBeEnded() {
        first.opens(0x51);
        second.opens(0x61);

        second.closes(0x61);

        assertThat(record()).contains("session=0x51").doesNotContain("session=0x61");
    }

    @Test
    void closingDoesNotClearTheRecordOfAnotherRun() {
        first.opens(0x51);
        second.opens(0x61);

        first.closes(0x51);

        assertThat(record()).contains("incarnation=2222222222222222", "session=0x61");
    }

    @Test
    void aRunThatLivesHearsOfTheNextOneAtOnceAndLeavesItAlone() {
        first.opens(0x51);
        second.opens(0x61);
        assertThat(first.events)
                .containsExactly(new RecordOvertaken(0x51, PATH, "1111111111111111", "2222222222222222"));
        String record = record();

        first.opens(0x52);

        assertThat(first.takesOver()).isEmpty();
        assertThat(record()).isEqualTo(record);
        assertThat(first.events).as("told once").hasSize(1);
        assertThat(second.events).isEmpty();
    }

    @Test
    void aRunThatWasOvertakenWritesAgainWhenTheOtherOneIsGone() {
        first.opens(0x51);
        second.opens(0x61);
        first.opens(0x52);
        second.journal.over(new SessionId(0x51));
        second.closes(0x61);

        first.opens(0x53);

        assertThat(record()).contains("session=0x53");
    }

    @Test
    void ofTwoThatStartAtTheSameMomentOneWritesAndNeitherEndsTheOther() {
        tree.before(Call.CREATE, () -> {}); // the parents are missing
        tree.before(Call.CREATE, () -> {});
        tree.before(Call.CREATE, () -> {});
        tree.before(Call.CREATE, () -> {});
        tree.before(Call.CREATE, () -> first.journal.opened(credentials(0x51), first.access(0x51)));
        second.opens(0x61);

        String winner = record();
        Run loser = winner.contains("incarnation=1111111111111111") ? second : first;
        assertThat(loser.events).hasSize(1);
        assertThat(first.takesOver()).isEmpty();
        assertThat(second.takesOver()).isEmpty();
    }

    @Test
    void whoLosesToAnotherNewcomerEndsNobody() {
        first.opens(0x51);
        tree.before(Call.SET_DATA, () -> tree.overwrite(PATH, recordOf(third, 0x71)));

        assertThat(second.opens(0x61)).isCompleted();

        assertThat(second.takesOver()).isEmpty();
        assertThat(second.events)
                .containsExactly(new RecordOvertaken(0x61, PATH, "2222222222222222", "3333333333333333"));
    }

    @Test
    void aPredecessorThatHasJustOpenedAnotherSessionIsTakenOverWithIt() {
        first.opens(0x51);
        tree.before(Call.SET_DATA, () -> tree.overwrite(PATH, recordOf(first, 0x52)));

        second.opens(0x61);

        assertThat(second.takesOver()).containsExactlyInAnyOrder(first.session(0x51), first.session(0x52));
        assertThat(second.events).isEmpty();
    }

    @Test
    void aWriteWhoseAnswerIsLostIsFoundOut() {
        first.opens(0x51);
        tree.loseAnswer(Call.SET_DATA);
        assertThat(second.opens(0x61)).isCompleted();
        assertThat(second.takesOver()).as("not known to be written").isEmpty();

        second.opens(0x61);

        assertThat(second.takesOver()).containsExactly(first.session(0x51));
        assertThat(second.events).isEmpty();
    }

    @Test
    void withoutCredentialsItHoldsNoPassword() {
        tree.answer(Call.CREATE, Code.INVALIDACL);

        first.opens(0x51);

        assertThat(record()).contains("session=0x51").contains("password=- ");
        acl = Ids.OPEN_ACL_UNSAFE;
        first.opens(0x52);
        second.opens(0x61);
        assertThat(record()).doesNotContainPattern("password=[0-9a-f]");
        assertThat(second.takesOver()).hasSize(2).allMatch(session -> session.credentials()
                .isEmpty());
    }

    @Test
    void aRecordThatEverybodyMayReadGetsNoPassword() {
        tree.put("/app", new byte[0], 0);
        tree.put("/app/journal", new byte[0], 0);
        tree.put(PATH, new byte[0], 0);
        acl = List.of(OF_A_USER.get(0), new ACL(Perms.READ, Ids.ANYONE_ID_UNSAFE));

        first.opens(0x51);

        assertThat(record()).contains("session=0x51").doesNotContainPattern("password=[0-9a-f]");
    }

    @Test
    void aNodeThatIsNoRecordIsNotTouched() {
        tree.put("/app", new byte[0], 0);
        tree.put("/app/journal", new byte[0], 0);
        tree.put(PATH, "{\"host\":\"a\"}".getBytes(ISO_8859_1), 0x99);

        assertThat(first.opens(0x51)).isCompleted();
        first.closes(0x51);

        assertThat(record()).isEqualTo("{\"host\":\"a\"}");
    }

    @ParameterizedTest
    @EnumSource(names = {"NOAUTH", "QUOTAEXCEEDED", "CONNECTIONLOSS", "SESSIONEXPIRED", "SYSTEMERROR"})
    void aRefusalHoldsNoSessionUp(Code code) {
        first.opens(0x51);
        tree.answer(Call.READ, code);

        assertThat(second.opens(0x61)).isCompleted();
        assertThat(second.takesOver()).isEmpty();

        tree.answer(Call.SET_DATA, code);
        assertThat(second.opens(0x61)).isCompleted();
        assertThat(second.takesOver()).isEmpty();
        second.opens(0x61);
        assertThat(second.takesOver()).containsExactly(first.session(0x51));
    }

    @Test
    void aServerThatDoesNotAnswerHoldsASessionUpForTheConfirmTimeoutAtMost() {
        Runnable release = tree.holdAnswers();
        CompletionStage<Void> opened = first.opens(0x51);
        assertThat(opened.toCompletableFuture()).isNotDone();

        time.advance(SETTINGS.confirmTimeout());

        assertThat(opened).isCompleted();
        release.run();
        settle();
        assertThat(record()).contains("session=0x51");
    }

    @Test
    void keepsTheNewestOfManySessions() {
        for (int i = 1; i <= 40; i++) {
            first.opens(0x50 + i);
        }

        assertThat(record().lines().filter(line -> line.startsWith("session="))).hasSize(16);
        assertThat(record()).contains("session=0x" + Long.toHexString(0x50 + 40));
    }

    private byte[] recordOf(Run run, long session) {
        return MemberRecord.text("broker-7", run.incarnation, List.of(run.session(session)), true);
    }

    private String record() {
        return new String(tree.node(PATH).orElseThrow().data(), ISO_8859_1);
    }

    private void settle() {
        do {
            time.runDue();
        } while (tree.deliver());
    }

    private static SessionCredentials credentials(long session) {
        return new SessionCredentials(session, new byte[] {(byte) session, 0x7a}, TIMEOUT);
    }
}
