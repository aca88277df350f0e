// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.guarantees.support.Operator;
import io.holdfast.history.Contender;
import io.holdfast.history.Contention;
import io.holdfast.history.QueueOperator;
import io.holdfast.soak.SoakProcess.Right;
import io.holdfast.soak.judge.Note;
import io.holdfast.soak.judge.Note.FaultOver;
import io.holdfast.soak.judge.Note.Killed;
import io.holdfast.soak.judge.Note.LineDeleted;
import io.holdfast.soak.judge.Note.Written;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.history.CommittedWrite;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.Recorder;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.data.Stat;

/** Keeps what was done to everybody, and what the ensemble has of the fenced writes. */
final class Book {

    private static final int ATTEMPTS = 5;

    private final Recorder recorder;
    private final Set<String> written = new HashSet<>();
    private final Set<String> deaths = new HashSet<>();

    Book(Recorder recorder) {
        this.recorder = recorder;
    }

    void note(Note note) {
        recorder.record(note.line());
    }

    /** Writes down an episode. */
    void writeDown(List<Fault> faults, Map<Right, QueueOperator> queues, List<Contender> processes) {
        for (Fault fault : faults) {
            note(new FaultOver(fault.toNanos(), fault.fromNanos(), fault.kind().name(), fault.target()));
        }
        queues.forEach((right, line) -> line.deletions()
                .forEach(deletion -> note(new LineDeleted(
                        deletion.answeredNanos(), deletion.sentNanos(), right.directory(), deletion.token()))));
        for (Contender process : processes) {
            process.deaths().forEach((run, died) -> {
                if (deaths.add(process.name() + run)) {
                    note(new Killed(died, process.name(), run));
                }
            });
        }
    }

    /**
     * Writes down which fenced writes there are and deletes their nodes, lest they become too many to list. A lost answer is
     * no reason to give up.
     */
    void takeOver(Right right, Ensemble ensemble) throws IOException, InterruptedException, KeeperException {
        for (int attempt = 1; ; attempt++) {
            try (Operator operator = new Operator(ensemble, "/" + right.directory())) {
                takeOver(right, operator);
                return;
            } catch (KeeperException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void takeOver(Right right, Operator operator) throws KeeperException, InterruptedException {
        for (String name : operator.children(Contention.WRITES)) {
            String path = Contention.WRITES + "/" + name;
            Stat stat = new Stat();
            CommittedWrite write = CommittedWrite.read(operator.read(path, stat), stat.getCzxid());
            if (written.add(right + name)) {
                note(new Written(
                        System.nanoTime(), right.directory(), write.zxid(), write.run(), write.token(), write.write()));
            }
            try {
                operator.delete(path);
            } catch (NoNodeException e) {
                // deleted before, and the answer was lost
            }
        }
    }
}
