package io.loyaltyhub.security;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.loyaltyhub.ops.EmbeddedDatabase;
import io.loyaltyhub.ops.HubProperties;
import io.loyaltyhub.ops.StartupRefused;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What a start makes of its encryption key: where it comes from, and whether it is the database's. */
class EncryptionKeyStartTest {

    @TempDir
    static Path databaseDirectory;
    static EmbeddedDatabase server;
    static JdbcClient database;

    @TempDir
    Path dataDir;
    private final UUID owner = UUID.randomUUID();

    @BeforeAll
    static void startDatabase() {
        server = EmbeddedDatabase.start(databaseDirectory);
        DriverManagerDataSource source =
                new DriverManagerDataSource(server.jdbcUrl(), server.user(), server.password());
        Flyway.configure().dataSource(source).load().migrate();
        database = JdbcClient.create(source);
    }

    @AfterAll
    static void stopDatabase() {
        server.close();
    }

    @BeforeEach
    void forgetTheKey() {
        database.sql("DELETE FROM hub_settings").update();
    }

    @Test
    void withoutAKeyOneIsMadeThatOnlyTheHubMayReadAndThatTheNextStartUses() throws Exception {
        byte[] sealed = start(null).seal(owner, "hush");

        Path file = dataDir.resolve("encryption.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(dataDir)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(start(null).open(owner, sealed)).isEqualTo("hush");
        assertThat(database.sql("SELECT value FROM hub_settings").query(String.class).single())
                .doesNotContain(Files.readString(file).strip());
    }

    @Test
    void hubsThatShareADataDirectoryAndStartAtOnceMakeOneKey() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        try {
            byte[] sealed = null;
            Callable<Secrets> node = () -> start(null);
            for (Future<Secrets> secrets : nodes.invokeAll(Stream.generate(() -> node).limit(8).toList())) {
                sealed = sealed == null ? secrets.get().seal(owner, "hush") : sealed;
                assertThat(secrets.get().open(owner, sealed)).isEqualTo("hush");
            }
        } finally {
            nodes.shutdown();
        }
    }

    @Test
    void aConfiguredKeyLeavesNoFile() {
        start("a configured key of some length");
        assertThat(dataDir.resolve("encryption.key")).doesNotExist();
    }

    @Test
    void aHubWithAnotherKeyThanTheDatabaseWasSetUpWithIsRefused() {
        start("a configured key of some length");

        StartupRefused refused =
                catchThrowableOfType(StartupRefused.class, () -> start("not that key but another one"));

        assertThat(refused).hasMessageContaining("HUB_ENCRYPTION_KEY").hasMessageNotContaining("another one");
        assertThat(refused.action()).contains(dataDir.toString()).doesNotContain("another one");
        start("a configured key of some length");
    }

    @Test
    void aHubThatHasNoKeyForADatabaseThatHasOneIsRefusedAndKeepsNoKeyOfItsOwn() {
        start("a configured key of some length");

        StartupRefused refused = catchThrowableOfType(StartupRefused.class, () -> start(null));

        assertThat(refused).hasMessageContaining("HUB_ENCRYPTION_KEY is not set")
                .hasMessageContaining(dataDir.resolve("encryption.key").toString());
        assertThat(dataDir.resolve("encryption.key")).doesNotExist();
    }

    @Test
    void onAnEmptyDatabaseTheKeyIsCheckedOnceTheTablesAreThere() {
        database.sql("CREATE DATABASE empty").update();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class))
                .withUserConfiguration(SecretsConfiguration.class)
                .withPropertyValues("hub.data-dir=" + dataDir,
                        "spring.datasource.url=" + server.jdbcUrl().replace("/loyaltyhub", "/empty"),
                        "spring.datasource.username=" + server.user(),
                        "spring.datasource.password=" + server.password())
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    byte[] sealed = context.getBean(Secrets.class).seal(owner, "hush");
                    assertThat(start(null).open(owner, sealed)).isEqualTo("hush");
                });
    }

    private Secrets start(String key) {
        return new SecretsConfiguration().secrets(new HubProperties(dataDir, null, null, key,
                new HubProperties.Http(false), null), database);
    }
}
