// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencingToken;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table of names and values in an SQLite file, which takes a write only from the newest holder of a right. The token is
 * compared, kept and the value written in one transaction of the database: no pause of any process can come in between.
 *
 * <p>Each process opens the file for itself. Not thread-safe; writes wait for those of other processes, a few seconds at most.
 */
final class GuardDatabase implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path file;
    private final Connection connection;

    private GuardDatabase(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    static GuardDatabase open(Path file) throws SQLException {
        Connection connection =
                DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=" + PATIENCE.toMillis());
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS fence (resource TEXT PRIMARY KEY, token INTEGER NOT NULL)");
            statement.execute("CREATE TABLE IF NOT EXISTS entry (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
        }
        return new GuardDatabase(file, connection);
    }

    // tag::write[]
    /** Writes one value, unless somebody has written with a newer token. */
    void write(FencingToken token, String name, String value) throws SQLException {
        try (Statement transaction = connection.createStatement()) {
            transaction.execute("BEGIN IMMEDIATE"); // alone from here on, not from the first write on
            try {
                if (!raise(token)) {
                    throw new FencedException(
                            file.toString(),
                            token.value(),
                            "the database has seen token " + newest().getAsLong(),
                            null);
                }
                put(name, value);
                transaction.execute("COMMIT");
            } catch (SQLException | FencedException e) {
                transaction.execute("ROLLBACK");
                throw e;
            }
        }
    }

    /** Keeps the token if it is not older than the one kept. */
    private boolean raise(FencingToken token) throws SQLException {
        try (PreparedStatement fence = connection.prepareStatement("""
                INSERT INTO fence (resource, token) VALUES ('entry', ?)
                ON CONFLICT (resource) DO UPDATE SET token = excluded.token WHERE excluded.token >= fence.token""")) {
            fence.setLong(1, token.value());
            return fence.executeUpdate() == 1;
        }
    }
    // end::write[]

    private void put(String name, String value) throws SQLException {
        try (PreparedStatement entry = connection.prepareStatement(
                "INSERT INTO entry (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")) {
            entry.setString(1, name);
            entry.setString(2, value);
            entry.executeUpdate();
        }
    }

    /** Returns the newest token that was written with; empty before the first write. */
    OptionalLong newest() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT token FROM fence WHERE resource = 'entry'")) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Returns a value as it was committed. */
    Optional<String> read(String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT value FROM entry WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
