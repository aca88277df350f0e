// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

/** What the library can do, a row of the page each. */
enum Feature implements Check {
    REGISTRATION("registration: made, updated, closed", RegistrationChecks::isMadeUpdatedAndClosed),
    KEEPING(
            "kept through a lost connection, a deletion and an expired session",
            RegistrationChecks::outlivesACutADeletionAndAnExpiry),
    LEADER_LOST("kept when the leader is lost", RegistrationChecks::keepsItsNodeWhenTheLeaderIsLost),
    SEQUENTIAL("`sequential`, its name lost with the answer", RegistrationChecks::findsASequentialNodeWhoseNameWasLost),
    ONCE("`once`", RegistrationChecks::isMadeOnce),
    JOURNAL("`journal`: back at once after a crash", JournalCheck::endsTheSessionOfTheRunBefore),
    SAFETY("`safety()`", RegistrationChecks::knowsHowLongItIsSafe),
    CONTAINER("`Parents.CONTAINER`", RegistrationChecks::hasContainersForParents),
    TAKE_OVER("`takeOverUnknownGhosts`", RegistrationChecks::takesOverUnderAGuard),
    LOCK("`FencedLock`", RecipeChecks::lock),
    READ_WRITE_LOCK("`FencedReadWriteLock`", RecipeChecks::readWriteLock),
    SEMAPHORE("`FencedSemaphore`", RecipeChecks::semaphore),
    ELECTION_QUEUED("`LeaderElection.queued`", RecipeChecks::queuedElection),
    ELECTION_AT_NODE("`LeaderElection.atNode`", RecipeChecks::electionAtNode),
    BROKERS("`BrokerRegistry`", RecipeChecks::brokers),
    GROUP("`Group`", RecipeChecks::group),
    TRANSACTION("`FencedTransaction`", RecipeChecks::transaction),
    CURATORS_RECIPES("drop-in under Curator's mutex, latch and persistent node", DropInChecks::curatorsRecipes),
    WIRE("no request that the servers do not know is repeated", WireCheck::unknownRequestsAreNotRepeated);

    private final String row;
    private final Check check;

    Feature(String row, Check check) {
        this.row = row;
        this.check = check;
    }

    /** Returns what the page calls it. */
    String row() {
        return row;
    }

    @Override
    public Finding on(Stage stage, Socket socket) throws Exception {
        return check.on(stage, socket);
    }
}
