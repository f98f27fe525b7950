package io.loyaltyhub.ops;

import javax.sql.DataSource;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Refuses to start a hub that is given no database and, as in the container image, brings none along. Spring Boot's own
 * refusal knows nothing of the environment variables to set.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass("io.zonky.test.db.postgres.embedded.EmbeddedPostgres")
@Conditional(EmbeddedDatabaseConfiguration.NoDatabaseConfigured.class)
class NoDatabaseConfiguration {

    @Bean
    DataSource dataSource() {
        throw new StartupRefused("This hub has no database: SPRING_DATASOURCE_URL is not set, and the embedded PostgreSQL "
                + "is not part of this build (it is not in the container image).",
                "Set SPRING_DATASOURCE_URL to a PostgreSQL database, for example jdbc:postgresql://postgres:5432/loyaltyhub, "
                        + "and SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD to an account that owns it.");
    }
}
