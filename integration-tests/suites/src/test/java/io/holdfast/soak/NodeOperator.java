// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.guarantees.support.Operator;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.history.PlannedFault;
import io.holdfast.testing.history.Recorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.data.Stat;

/** An operator who deletes some of the registered nodes, and at times a foreign one, and writes down which. */
final class NodeOperator {

    private static final int MOST = 8;

    private final Ensemble ensemble;
    private final Recorder recorder;

    NodeOperator(Ensemble ensemble, Recorder recorder) {
        this.ensemble = ensemble;
        this.recorder = recorder;
    }

    /** Deletes nodes of one directory; returns how many, or nothing if the servers did not let it. */
    Optional<String> delete(PlannedFault planned) {
        Random random = new Random(planned.choice());
        String directory = SoakMember.directory(random.nextInt(SoakMember.DIRECTORIES));
        int deleted = 0;
        try (Operator operator = new Operator(ensemble, "")) {
            List<String> names = new ArrayList<>(operator.children(directory));
            Collections.sort(names);
            Collections.shuffle(names, random);
            for (String name : names.subList(0, Math.min(names.size(), 1 + random.nextInt(MOST)))) {
                delete(directory + "/" + name, operator);
                deleted++;
            }
        } catch (KeeperException | IOException | AssertionError e) {
            // an operator gives up as well
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return deleted == 0 ? Optional.empty() : Optional.of(deleted + " in " + directory);
    }

    private void delete(String path, Operator operator) throws KeeperException, InterruptedException {
        Stat stat = operator.stat(path);
        if (stat == null) {
            return;
        }
        long sent = System.nanoTime();
        try {
            operator.delete(path);
        } catch (NoNodeException e) {
            return;
        } catch (KeeperException e) {
            note(path, sent, stat); // it may be done
            throw e;
        }
        note(path, sent, stat);
    }

    private void note(String path, long sent, Stat stat) {
        recorder.record(new OperatorDeleted(System.nanoTime(), sent, path, stat.getCzxid()).line());
    }
}
