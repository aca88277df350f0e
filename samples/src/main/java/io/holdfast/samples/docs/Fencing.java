// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.recipes.fencing.FencingGuard;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import io.holdfast.recipes.lock.FencedLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The blocks of the page on fencing. */
final class Fencing {

    private Fencing() {}

    static void transaction(HoldfastClient client, byte[] plan) throws InterruptedException {
        // tag::transaction[]
        try (Grant grant = FencedLock.at(client, "/jobs/lock").acquire()) {
            TransactionOutcome outcome = grant.transaction()
                    .setData("/jobs/plan", plan)
                    .delete("/jobs/pending/17")
                    .commit();
            if (outcome instanceof Rejected rejected) {
                System.out.println(rejected.path() + " could not be changed: " + rejected.code());
            }
        } catch (FencedException e) {
            System.out.println("somebody newer may be at it, nothing was changed: " + e.getMessage());
        } catch (UnknownOutcomeException e) {
            System.out.println("changed or not, read before you try again: " + e.getMessage());
        }
        // end::transaction[]
    }

    // tag::guard[]
    /** Serves one file; requests come from whoever believes to be the leader. */
    static final class FileServer {

        private final FencingGuard guard = FencingGuard.inMemory("snapshot");
        private final Path file;

        FileServer(Path file) {
            this.file = file;
        }

        void replace(FencingToken token, byte[] content) throws IOException, InterruptedException {
            guard.<Path, IOException>call(token, () -> Files.write(file, content));
        }
    }
    // end::guard[]

    /** Makes a guard that keeps its tokens in a database. */
    static FencingGuard ofDatabase(Connection connection) {
        // tag::store[]
        return FencingGuard.of("snapshot", (resource, token) -> {
            try (PreparedStatement raise =
                    connection.prepareStatement("UPDATE fence SET token = ? WHERE resource = ? AND token <= ?")) {
                raise.setLong(1, token);
                raise.setString(2, resource);
                raise.setLong(3, token);
                return raise.executeUpdate() == 1;
            } catch (SQLException e) {
                throw new IllegalStateException("the token of " + resource + " cannot be compared", e);
            }
        });
        // end::store[]
    }
}
