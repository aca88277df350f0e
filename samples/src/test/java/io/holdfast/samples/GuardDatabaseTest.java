// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencingToken;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardDatabaseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private GuardDatabase database;

    @BeforeEach
    void openTheFile() throws SQLException {
        database = open();
    }

    @AfterEach
    void closeTheFile() throws SQLException {
        database.close();
    }

    @Test
    void a_write_with_the_same_or_a_newer_token_is_kept() throws SQLException {
        database.write(new FencingToken(7), "leader", "first");
        database.write(new FencingToken(7), "leader", "again");
        database.write(new FencingToken(8), "leader", "second");

        assertThat(database.read("leader")).contains("second");
        assertThat(database.newest()).hasValue(8);
    }

    @Test
    void a_write_with_an_older_token_is_refused_also_after_the_file_was_closed() throws SQLException {
        database.write(new FencingToken(8), "leader", "second");
        database.close();
        database = open();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> database.write(new FencingToken(7), "leader", "late"))
                .withMessageContaining("token 7")
                .withMessageContaining("token 8");
        assertThat(database.read("leader")).contains("second");
        assertThat(database.newest()).hasValue(8);
    }

    @Test
    void a_write_that_fails_keeps_neither_the_value_nor_the_token() throws SQLException {
        database.write(new FencingToken(7), "leader", "first");

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> database.write(new FencingToken(8), "leader", null));

        database.write(new FencingToken(7), "leader", "still");
        assertThat(database.read("leader")).contains("still");
    }

    /** Each on a connection of its own, as processes are; tokens are drawn before the write, so that some come too late. */
    @Test
    void writers_that_race_leave_the_value_of_the_newest_token() throws SQLException {
        AtomicLong tokens = new AtomicLong();
        AtomicInteger refused = new AtomicInteger();
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writers.add(CompletableFuture.runAsync(() -> write(tokens, refused), task -> new Thread(task).start()));
        }
        assertThat(writers).allSatisfy(writer -> assertThat(writer).succeedsWithin(PATIENCE));

        assertThat(database.newest()).hasValue(tokens.get());
        assertThat(database.read("leader")).contains("by " + tokens.get());
        assertThat(refused).as("some came too late").hasPositiveValue();
    }

    private void write(AtomicLong tokens, AtomicInteger refused) {
        try (GuardDatabase own = open()) {
            for (int i = 0; i < 50; i++) {
                long token = tokens.incrementAndGet();
                try {
                    own.write(new FencingToken(token), "leader", "by " + token);
                } catch (FencedException e) {
                    refused.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private GuardDatabase open() throws SQLException {
        return GuardDatabase.open(directory.resolve("guarded.db"));
    }
}
