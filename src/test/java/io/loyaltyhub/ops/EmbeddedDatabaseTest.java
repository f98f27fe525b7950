package io.loyaltyhub.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

import io.loyaltyhub.support.ForkedJava;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class EmbeddedDatabaseTest {

    @TempDir
    Path directory;

    @Test
    void aFreshServerIsSafeAndPrivateAndTakesTheSchema() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(setting(database, "fsync")).isEqualTo("on");
            assertThat(setting(database, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(database, "full_page_writes")).isEqualTo("on");
            assertThat(setting(database, "max_connections")).isEqualTo("100");
            assertThat(setting(database, "listen_addresses")).isEqualTo("localhost");
            assertThat(setting(database, "unix_socket_directories")).isEmpty();
            assertThat(mode("postgres")).isEqualTo("rwx------");
            assertThat(mode("postgres-binaries")).isEqualTo("rwx------");
            assertThat(mode("postgres.password")).isEqualTo("rw-------");
            assertThat(ask(database, "SELECT lower('ÇÃO')")).isEqualTo("ção");
            assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "guessed"))
                    .isInstanceOf(SQLException.class).hasMessageContaining("password");

            Flyway.configure().dataSource(database.jdbcUrl(), database.user(), database.password()).load().migrate();
            assertThat(ask(database, "SELECT to_regclass('entries')::text")).isEqualTo("entries");
        }
        assertThat(new Postmaster(directory.resolve("postgres")).process()).isEmpty();
    }

    @Test
    void dataIsKeptOverARestart() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            execute(database, "CREATE TABLE kept AS SELECT 'still here' AS value");
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(ask(database, "SELECT value FROM kept")).isEqualTo("still here");
        }
    }

    @Test
    void aSecondHubOnTheSameDirectoryIsRefused() {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            StartupRefused refused =
                    catchThrowableOfType(StartupRefused.class, () -> EmbeddedDatabase.start(directory));
            assertThat(refused).hasMessageContaining(directory.toString()).hasMessageNotContaining("\n");
            assertThat(refused.action()).contains("SPRING_DATASOURCE_URL");
        }
    }

    @Test
    void aHubThatWasKilledLeavesAServerThatTheNextOneReplaces() throws Exception {
        Process hub = ForkedJava.start(CrashingHub.class, directory.toString());
        assertThat(ForkedJava.firstLineOf(hub, CrashingHub.READY)).isEqualTo(CrashingHub.READY);
        assertThatThrownBy(() -> EmbeddedDatabase.start(directory))
                .isInstanceOf(StartupRefused.class).hasMessageContaining("Another hub");
        hub.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
        ProcessHandle orphan = new Postmaster(directory.resolve("postgres")).process().orElseThrow();

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(ask(database, "SELECT value FROM written")).isEqualTo("before the kill");
            ProcessHandle running = new Postmaster(directory.resolve("postgres")).process().orElseThrow();
            assertThat(running.pid()).isNotEqualTo(orphan.pid());
            assertThat(orphan.info().command()).as("the orphan").isEmpty();
        }
    }

    @Test
    void aPidFileWhoseNumberBelongsToSomeoneElseByNowDoesNoHarm() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            execute(database, "CREATE TABLE kept AS SELECT 'still here' AS value");
        }
        Process someoneElse = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(directory.resolve("postgres/postmaster.pid"), someoneElse.pid() + "\n"
                    + directory.resolve("postgres") + "\n1700000000\n5432\n\nlocalhost\n        1         1\nready\n");
            try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
                assertThat(ask(database, "SELECT value FROM kept")).isEqualTo("still here");
                assertThat(someoneElse.isAlive()).isTrue();
            }
        } finally {
            someoneElse.destroy();
        }
    }

    @Test
    void aFirstStartThatWasInterruptedIsBegunAnew() throws Exception {
        Files.writeString(directory.resolve("postgres-unfinished"), "");
        Files.createDirectories(directory.resolve("postgres/base"));
        Files.writeString(directory.resolve("postgres/postgresql.conf"), "");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
            assertThat(ask(database, "SELECT 'works'")).isEqualTo("works");
        }
        assertThat(directory.resolve("postgres-unfinished")).doesNotExist();
    }

    @Test
    void aDirectoryOfAnotherVersionIsRefusedInPostgresOwnWordsAndStaysFreeForAnotherTry() throws Exception {
        EmbeddedDatabase.start(directory).close();
        Files.writeString(directory.resolve("postgres/PG_VERSION"), "12\n");

        StartupRefused refused = catchThrowableOfType(StartupRefused.class, () -> EmbeddedDatabase.start(directory));

        assertThat(refused).hasMessageContaining("database files are incompatible with server");
        DataDirectoryLock.take(directory).close();
    }

    private String mode(String file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file)));
    }

    private static String setting(EmbeddedDatabase database, String name) throws SQLException {
        return ask(database, "SHOW " + name);
    }

    private static String ask(EmbeddedDatabase database, String query) throws SQLException {
        try (Connection connection = connect(database)) {
            return JdbcClient.create(new SingleConnectionDataSource(connection, true)).sql(query)
                    .query(String.class).single();
        }
    }

    private static void execute(EmbeddedDatabase database, String statement) throws SQLException {
        try (Connection connection = connect(database)) {
            JdbcClient.create(new SingleConnectionDataSource(connection, true)).sql(statement).update();
        }
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }
}
