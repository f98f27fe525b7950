package io.loyaltyhub.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** One PostgreSQL for all tests of a JVM; each test that asks gets a database in it that has the hub's tables, and nothing in them. */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String TEMPLATE = "migrated";
    private static EmbeddedPostgres server;

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    public static synchronized TestDatabase create() {
        try {
            if (server == null) {
                server = EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
                execute("CREATE DATABASE " + TEMPLATE);
                Flyway.configure().dataSource(server.getDatabase("postgres", TEMPLATE)).load().migrate();
            }
            String name = "test_" + NUMBER.incrementAndGet();
            execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
            return new TestDatabase(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + name;
    }

    public String user() {
        return "postgres";
    }

    public DataSource dataSource() {
        return server.getDatabase("postgres", name);
    }
}
