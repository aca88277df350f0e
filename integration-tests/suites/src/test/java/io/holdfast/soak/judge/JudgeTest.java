// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import static io.holdfast.soak.judge.Records.END;
import static io.holdfast.soak.judge.Records.KEY;
import static io.holdfast.soak.judge.Records.NODE;
import static io.holdfast.soak.judge.Records.SESSION;
import static io.holdfast.soak.judge.Records.nanos;
import static io.holdfast.soak.judge.Records.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.soak.judge.Note.Closing;
import io.holdfast.soak.judge.Note.EndedBadly;
import io.holdfast.soak.judge.Note.ForeignChanged;
import io.holdfast.soak.judge.Note.ForeignGone;
import io.holdfast.soak.judge.Note.ForeignPut;
import io.holdfast.soak.judge.Note.ForeignSessionOver;
import io.holdfast.soak.judge.Note.Killed;
import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.soak.judge.Note.Left;
import io.holdfast.soak.judge.Note.Moved;
import io.holdfast.soak.judge.Note.Opened;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import io.holdfast.soak.judge.Note.ServerDown;
import io.holdfast.soak.judge.Note.SessionBegan;
import io.holdfast.soak.judge.Note.SessionOver;
import io.holdfast.soak.judge.Note.Stalled;
import io.holdfast.soak.judge.Note.Unserved;
import io.holdfast.soak.judge.Note.Waits;
import io.holdfast.testing.history.Entry;
import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.Run;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JudgeTest {

    @Test
    void findsNothingWrongWithANodeThatIsThere() {
        assertThat(registered().held(NODE, SESSION, 950, END).violations()).isEmpty();
    }

    /** I2. */
    @Nested
    class WhoSaysThatHeIsRegistered {

        @Test
        void mustHaveANode() {
            assertThat(registered().held(NODE, SESSION, 950, 5_000).violations())
                    .singleElement()
                    .asString()
                    .startsWith("I2: ada-00/0.1 of ada.1 said for 54950 ms that it is registered at " + NODE
                            + " in session 7, and no server that answered held that");
        }

        @Test
        void mustBeItsOwner() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 5_000)
                            .held(NODE, 8, 5_100, END)
                            .outside(new ForeignPut(nanos(5_050), NODE, 8, 0x80))
                            .violations())
                    .singleElement()
                    .asString()
                    .startsWith("I2");
        }

        @Test
        void mayHearOfALossALittleLater() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 5_000)
                            .moves(5_900)
                            .comesBack(6_500, SESSION, 0x90)
                            .held(NODE, SESSION, 6_450, END)
                            .violations())
                    .isEmpty();
        }

        @Test
        void mayHearOfItASessionTimeoutLaterIfItsWayIsHurt() {
            Records records = registered()
                    .held(NODE, SESSION, 950, 5_000)
                    .moves(7_900)
                    .comesBack(8_500, SESSION, 0x90)
                    .held(NODE, SESSION, 8_450, END);
            assertThat(records.violations()).hasSize(1);
            assertThat(records.suffers(FaultKind.ANSWERS_HELD, "ada.1", 4_900, 6_500)
                            .violations())
                    .isEmpty();
        }

        @Test
        void isNotExcusedByAFaultOfAnother() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 5_000)
                            .moves(7_900)
                            .comesBack(8_500, SESSION, 0x90)
                            .held(NODE, SESSION, 8_450, END)
                            .suffers(FaultKind.ANSWERS_HELD, "bob.1", 4_900, 6_500)
                            .violations())
                    .hasSize(1);
        }

        @Test
        void isExcusedForAsLongAsItsProcessDoesNotRun() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 5_000)
                            .says("ada.1", new Stalled(nanos(30_000), nanos(5_500)))
                            .moves(30_100)
                            .comesBack(30_500, 9, 0x90)
                            .says("ada.1", new SessionBegan(nanos(30_300), "ada-00", 9))
                            .held(NODE, 9, 30_450, END)
                            .violations())
                    .isEmpty();
        }

        @Test
        void isBelievedWhileNoServerAnswers() {
            Records records = registered().held(NODE, SESSION, 950, 5_000).moves(30_000);
            for (int server = 1; server <= 3; server++) {
                records.outside(new ServerDown(nanos(5_000), nanos(5_050), server));
            }
            assertThat(records.suffers(FaultKind.QUORUM_PAUSED, "servers 1 and 2", 5_000, END)
                            .violations())
                    .isEmpty();
        }

        @Test
        void isRightIfOneServerHoldsTheNodeAlthoughAnotherIsBehind() {
            assertThat(registered()
                            .held(1, NODE, SESSION, 950, END)
                            .held(2, NODE, SESSION, 9_000, END)
                            .held(3, NODE, SESSION, 9_000, END)
                            .violations())
                    .isEmpty();
        }
    }

    /** I3. */
    @Nested
    class WhoIsWithoutItsNode {

        @Test
        void mustBeBackWithinTheLimit() {
            assertThat(registered().held(NODE, SESSION, 950, 5_000).moves(5_010).violations())
                    .singleElement()
                    .asString()
                    .startsWith("I3: ada-00/0.1 of ada.1 was without its node at " + NODE + " for 54990 ms in peace")
                    .contains("InDoubt");
        }

        @Test
        void hasTimeWhileFaultsGoOn() {
            Records records = registered()
                    .held(NODE, SESSION, 950, 5_000)
                    .moves(5_010)
                    .comesBack(25_000, SESSION, 0x90)
                    .held(NODE, SESSION, 24_950, END);
            assertThat(records.violations()).hasSize(1);
            assertThat(records.suffers(FaultKind.FOLLOWER_PAUSED, "server 1", 13_000, 16_000)
                            .violations())
                    .isEmpty();
        }

        @Test
        void hasTimeWhileTheServersHaveNoSessionForABystanderEither() {
            Records records = registered()
                    .held(NODE, SESSION, 950, 5_000)
                    .moves(5_010)
                    .comesBack(25_000, SESSION, 0x90)
                    .held(NODE, SESSION, 24_950, END);
            assertThat(records.violations()).hasSize(1);
            assertThat(records.outside(new Unserved(nanos(20_000), nanos(6_000)))
                            .violations())
                    .isEmpty();
        }

        @Test
        void isLeftAloneOnceItIsNotWanted() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 5_000)
                            .moves(5_010)
                            .says("ada.1", new Closing(nanos(6_000), KEY))
                            .violations())
                    .isEmpty();
        }

        @Test
        void maySaySoWhileAnotherHoldsAContestedPath() {
            Records records = new Records()
                    .says("ada.1", new Opened(nanos(500), KEY, NODE, Kind.CONTESTED, false))
                    .says("ada.1", new Waits(nanos(600), KEY, -1, "a foreign node"))
                    .outside(new ForeignPut(nanos(400), NODE, 8, 0x80));
            assertThat(records.held(NODE, 8, 420, 58_000).violations()).isEmpty();
        }

        @Test
        void isNotExcusedWhenThatOneIsGone() {
            assertThat(new Records()
                            .says("ada.1", new Opened(nanos(500), KEY, NODE, Kind.CONTESTED, false))
                            .outside(new ForeignPut(nanos(400), NODE, 8, 0x80))
                            .held(NODE, 8, 420, 20_000)
                            .violations())
                    .singleElement()
                    .asString()
                    .startsWith("I3");
        }
    }

    /** I1 and I4. */
    @Nested
    class ANode {

        private static final String OTHER = "/soak/d1/ada-00-1";

        @Test
        void isNotOfASessionThatNobodyWasToldOf() {
            assertThat(new Records().held(OTHER, 9, 3_000, 4_000).violations())
                    .containsExactly(
                            "I1: " + OTHER + " was there for 1000 ms, in session 9, which nobody was ever told of");
        }

        @Test
        void mayBeOfASessionWhoseProcessDiedBeforeItWroteItDown() {
            assertThat(new Records()
                            .held(OTHER, 9, 3_000, 4_000)
                            .outside(new Killed(nanos(3_200), "ada", 1))
                            .violations())
                    .isEmpty();
        }

        @Test
        void isNotThereLongBeforeItsSessionIsConfirmed() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, END)
                            .says("ada.1", new SessionBegan(nanos(5_000), "ada-00", 9))
                            .held(OTHER, 9, 3_000, 5_500)
                            .violations())
                    .containsExactly("I1: " + OTHER + " was there 2000 ms before its session 9 was confirmed");
        }

        @Test
        void doesNotOutliveItsSession() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 20_000)
                            .says("ada.1", new SessionOver(nanos(5_000), "ada-00", SESSION))
                            .says("ada.1", new Closing(nanos(5_000), KEY))
                            .violations())
                    .containsExactly("I4: " + NODE + " stood for 15000 ms in peace after its session 7 had no user");
        }

        @Test
        void doesNotOutliveItsProcess() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 20_000)
                            .ends("ada.1", 5_000)
                            .violations())
                    .containsExactly("I4: " + NODE + " stood for 15000 ms in peace after its session 7 had no user");
        }

        @Test
        void mayStayWhileTheServersAreHurt() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, 20_000)
                            .ends("ada.1", 5_000)
                            .suffers(FaultKind.EXPIRY_HELD, "all servers", 8_000, 14_000)
                            .violations())
                    .isEmpty();
        }

        @Test
        void isNotThereForLongIfNobodyClaimsIt() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, END)
                            .held(OTHER, SESSION, 3_000, 30_000)
                            .violations())
                    .containsExactly(
                            "I4: " + OTHER + " stood for 27000 ms in peace in session 7, and nobody claimed it");
        }

        @Test
        void isNotThereOnceItsRegistrationIsClosed() {
            assertThat(registered()
                            .held(NODE, SESSION, 950, END)
                            .says("ada.1", new Closing(nanos(5_000), KEY))
                            .violations())
                    .containsExactly(
                            "I4: " + NODE + " stood for 55000 ms in peace in session 7, and nobody claimed it");
        }

        @Test
        void ofAnyKindIsGoneWhenAllProcessesAre() {
            assertThat(new Records()
                            .says("ada.1", new Left(nanos(5_000)))
                            .ends("ada.1", 5_000)
                            .held("/lock/contended/lock-1", 9, 3_000, END)
                            .violations())
                    .containsExactly(
                            "I4: /lock/contended/lock-1 stood for 55000 ms after all clients were closed, in session 9");
        }
    }

    /** I5. */
    @Nested
    class AForeignNode {

        private static final String FOREIGN = "/soak/d0/foreign-0";

        private final Records records = new Records()
                .outside(new ForeignPut(nanos(1_000), FOREIGN, 8, 0x80))
                .held(FOREIGN, 8, 1_010, 5_000);

        @Test
        void isNotDeleted() {
            assertThat(records.outside(new ForeignGone(nanos(5_200), FOREIGN, 0x80))
                            .violations())
                    .singleElement()
                    .asString()
                    .startsWith("I5: a foreign node is gone, and nobody says that he deleted it");
        }

        @Test
        void isNotWrittenTo() {
            assertThat(records.outside(new ForeignChanged(nanos(5_200), FOREIGN, 0x80))
                            .violations())
                    .singleElement()
                    .asString()
                    .startsWith("I5: a foreign node was written to");
        }

        @Test
        void mayBeDeletedByTheOperator() {
            assertThat(records.outside(new OperatorDeleted(nanos(5_010), nanos(5_000), FOREIGN, 0x80))
                            .outside(new ForeignGone(nanos(5_200), FOREIGN, 0x80))
                            .violations())
                    .isEmpty();
        }

        @Test
        void isNotExcusedByADeletionOfAnEarlierOne() {
            assertThat(records.outside(new OperatorDeleted(nanos(900), nanos(890), FOREIGN, 0x79))
                            .outside(new ForeignGone(nanos(5_200), FOREIGN, 0x80))
                            .violations())
                    .hasSize(1);
        }

        @Test
        void mayGoWithItsSession() {
            assertThat(records.outside(new ForeignGone(nanos(5_200), FOREIGN, 0x80))
                            .outside(new ForeignSessionOver(nanos(5_300), 8))
                            .violations())
                    .isEmpty();
        }
    }

    /** I7. */
    @Nested
    class WhoWaits {

        private final Records records =
                new Records().says("ada.1", new Opened(nanos(500), KEY, NODE, Kind.TAGGED, false));

        @Test
        void saysForWhat() {
            assertThat(records.says("ada.1", new Waits(nanos(600), KEY, 1_000, " "))
                            .says("ada.1", new Closing(nanos(1_000), KEY))
                            .violations())
                    .containsExactly("I7: ada-00/0.1 of ada.1 waits and does not say for what");
        }

        @Test
        void doesSomethingWhenItsTimeIsOver() {
            assertThat(records.says("ada.1", new Waits(nanos(600), KEY, 1_000, "a ghost"))
                            .says("ada.1", new Moved(nanos(5_600), KEY, "Creating"))
                            .says("ada.1", new Closing(nanos(6_000), KEY))
                            .violations())
                    .containsExactly("I7: ada-00/0.1 of ada.1 said that it waits 1000 ms at most for \"a ghost\", and"
                            + " waited on for 4000 ms in peace");
        }

        @Test
        void mayBeLateWhenItIsHurt() {
            assertThat(records.says("ada.1", new Waits(nanos(600), KEY, 1_000, "a ghost"))
                            .says("ada.1", new Moved(nanos(5_600), KEY, "Creating"))
                            .says("ada.1", new Closing(nanos(6_000), KEY))
                            .suffers(FaultKind.REQUESTS_HELD, "ada.1", 1_500, 3_500)
                            .violations())
                    .isEmpty();
        }
    }

    /** I7. */
    @Test
    void aProcessThatDoesNotEndWhenItIsAskedToIsFound() {
        assertThat(registered()
                        .held(NODE, SESSION, 950, END)
                        .outside(new EndedBadly(nanos(50_000), "ada", "the process of ada.1 does not end well"))
                        .violations())
                .containsExactly("I7: the process of ada.1 does not end well");
    }

    /** I6. */
    @Test
    void twoGrantsAtOneTimeAreFoundAsInAGame() {
        List<Entry> one = List.of(new Entry.Granted(nanos(1_000), 5, 0x77, nanos(4_000)));
        List<Entry> two = List.of(new Entry.Granted(nanos(2_000), 6, 0x78, nanos(4_000)));
        assertThat(registered()
                        .held(NODE, SESSION, 950, END)
                        .contended(
                                "lock",
                                List.of(new Run("ada", 1, one, Long.MAX_VALUE), new Run("bob", 1, two, Long.MAX_VALUE)))
                        .violations())
                .anyMatch(violation -> violation.startsWith("I6: lock: two hold at one time"));
    }
}
