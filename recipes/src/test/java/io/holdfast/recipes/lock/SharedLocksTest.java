// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The read/write lock and the semaphore, which let several in at once. */
class SharedLocksTest {

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final List<FakeClient> clients = List.of(ensemble.client("a"), ensemble.client("b"), ensemble.client("c"));

    private CompletableFuture<Grant> acquire(Acquirable what) {
        CompletableFuture<Grant> grant = what.acquireAsync();
        ensemble.runAll();
        return grant;
    }

    private void release(CompletableFuture<Grant> grant) {
        var unused = grant.join().releaseAsync();
        ensemble.runAll();
    }

    private FencedReadWriteLock readWrite(int client) {
        return FencedReadWriteLock.at(clients.get(client), "/rw");
    }

    @Test
    void readersShareAndAWriterExcludesThoseBehindIt() {
        CompletableFuture<Grant> reader = acquire(readWrite(0).readLock());
        CompletableFuture<Grant> another = acquire(readWrite(1).readLock());
        CompletableFuture<Grant> writer = acquire(readWrite(2).writeLock());
        CompletableFuture<Grant> late = acquire(readWrite(0).readLock());
        assertThat(reader).isCompleted();
        assertThat(another).isCompleted();

        release(reader);
        assertThat(writer).isNotDone();
        release(another);
        assertThat(writer).isCompleted();
        assertThat(late).isNotDone();
        release(writer);

        assertThat(late).isCompleted();
        assertThat(late.join().token().value())
                .isGreaterThan(writer.join().token().value());
    }

    @Test
    void asManyHoldPermitsAsThereAre() {
        List<CompletableFuture<Grant>> grants = new ArrayList<>();
        for (FakeClient client : clients) {
            grants.add(acquire(FencedSemaphore.at(client, "/permits", 2)));
        }
        assertThat(grants.get(0)).isCompleted();
        assertThat(grants.get(1)).isCompleted();
        assertThat(grants.get(2)).isNotDone();

        clients.get(1).expire();
        ensemble.runAll();

        assertThat(grants.get(1).join().isHeld()).isFalse();
        assertThat(grants.get(2)).isCompleted();
        release(grants.get(0));
        assertThat(ensemble.children("/permits/leases")).hasSize(1);
        assertThat(ensemble.children("/permits/locks")).isEmpty();
    }
}
