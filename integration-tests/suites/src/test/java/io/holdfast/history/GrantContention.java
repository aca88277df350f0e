// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.history.ContendingProcess.Setup;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.recipes.lock.FencedReadWriteLock;
import io.holdfast.recipes.lock.FencedSemaphore;
import io.holdfast.testing.history.Entry;
import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Recorder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.OpResult.SetDataResult;

/** Our own locks and elections, by what they have in common: all hand out grants. */
final class GrantContention implements Contention {

    private final HoldfastClient client;
    private final Door door;

    /** How one of them is asked. */
    private interface Door {
        Optional<Grant> enter(Duration patience) throws Exception;
    }

    GrantContention(Setup setup, Recorder recorder) {
        client = HoldfastClient.builder()
                .connectString(setup.connectString())
                .memberId(setup.member())
                .sessionTimeout(Game.SESSION_TIMEOUT)
                .safetyMargin(Game.TICK)
                .serverTick(Game.TICK)
                .observer(event -> {
                    if (event instanceof GrantChanged changed && changed.to().equals("InDoubt")) {
                        recorder.record(new Entry.InDoubt(System.nanoTime(), changed.token()));
                    }
                })
                .build()
                .start();
        byte[] id = setup.member().getBytes(StandardCharsets.UTF_8);
        door = switch (setup.kind()) {
            case LOCK -> FencedLock.at(client, PATH)::tryAcquire;
            case WRITE_LOCK -> FencedReadWriteLock.at(client, PATH).writeLock()::tryAcquire;
            case SEMAPHORE_OF_ONE -> FencedSemaphore.at(client, PATH, 1)::tryAcquire;
            case ELECTION_QUEUED -> LeaderElection.queued(client, PATH, id)::campaign;
            case ELECTION_AT_NODE -> LeaderElection.atNode(client, PATH, id)::campaign;
            case CURATOR_MUTEX -> throw new IllegalArgumentException("not one of ours: " + setup.kind());
        };
    }

    @Override
    public Optional<Right> tryAcquire(Duration patience) throws Exception {
        return door.enter(patience).map(Held::new);
    }

    @Override
    public void close() {
        client.close();
    }

    private record Held(Grant grant) implements Right {

        @Override
        public long token() {
            return grant.token().value();
        }

        @Override
        public long session() {
            return grant.session().value();
        }

        @Override
        public boolean isHeld() {
            return grant.isHeld();
        }

        @Override
        public Duration remaining() {
            return grant.remaining();
        }

        @Override
        public CompletableFuture<String> ended() {
            return grant.ended().thenApply(Enum::name).toCompletableFuture();
        }

        @Override
        public Outcome write(byte[] data) throws InterruptedException {
            try {
                TransactionOutcome outcome = grant.transaction()
                        .setData(SHARED, data)
                        .create(WRITES + "/w-", data, CreateMode.PERSISTENT_SEQUENTIAL)
                        .commit();
                if (outcome instanceof Committed committed
                        && committed.results().get(0) instanceof SetDataResult written) {
                    return new Outcome(Answer.COMMITTED, written.getStat().getMzxid());
                }
                throw new IllegalStateException("both nodes are there, and yet: " + outcome);
            } catch (FencedException e) {
                return Outcome.REFUSED;
            } catch (UnknownOutcomeException e) {
                return Outcome.UNKNOWN;
            }
        }

        @Override
        public String release() {
            try {
                grant.release();
                return "well";
            } catch (FencedException e) {
                return e.toString();
            }
        }
    }
}
