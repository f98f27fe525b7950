package io.loyaltyhub.ops;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcClientAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A Spring Boot application of nothing but the database. Asks it something, says so, and ends. */
@Import({EmbeddedDatabaseConfiguration.class, NoDatabaseConfiguration.class})
@ImportAutoConfiguration({DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
        JdbcClientAutoConfiguration.class})
class BareHub {

    static final String ASKED = "the database answered 1";

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(BareHub.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(args)) {
            System.out.println("the database answered "
                    + context.getBean(JdbcClient.class).sql("SELECT 1").query(Integer.class).single());
        }
    }
}
