package io.loyaltyhub.ops;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Run in a process of its own: writes a row, says so, and waits to be killed in the middle of a transaction. */
final class CrashingHub {

    static final String READY = "the row is written";

    private CrashingHub() {
    }

    public static void main(String[] args) throws Exception {
        EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(args[0]));
        try (Connection connection =
                     DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
             Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE written AS SELECT 'before the kill' AS value");
            connection.setAutoCommit(false);
            statement.execute("UPDATE written SET value = 'never committed'");
            System.out.println(READY);
            Thread.currentThread().join();
        }
    }
}
