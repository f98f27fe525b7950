package io.loyaltyhub.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.security.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.util.FileSystemUtils;

/**
 * A hub on a PostgreSQL of its own in a temporary directory, which is gone when it is closed. It polls nothing, listens on
 * the local host alone, and cannot be made to use another database: of the environment it sees {@code HUB_…} only.
 */
final class ThrowAwayHub implements AutoCloseable {

    private final Path directory;
    private final ConfigurableApplicationContext context;
    private final ProducerTemplate routes;

    /** What an operation of the API answered. */
    record Answer(int status, JsonNode json) {

        boolean isOk() {
            return status < 400;
        }
    }

    private ThrowAwayHub(Path directory, ConfigurableApplicationContext context) {
        this.directory = directory;
        this.context = context;
        this.routes = context.getBean(CamelContext.class).createProducerTemplate();
    }

    static ThrowAwayHub start() {
        Path directory = temporaryDirectory();
        // Interrupted at the keyboard, it tidies up all the same: these run when the hub has stopped.
        SpringApplication.getShutdownHandlers().add(() -> delete(directory));
        SpringApplication application = new SpringApplication(LoyaltyHub.class);
        application.setEnvironment(new OwnEnvironment());
        Map<String, String> properties = new HashMap<>();
        properties.put("HUB_DATA_DIR", directory.toString());
        properties.put("hub.data-dir", directory.toString());
        properties.put("hub.operator-password", "none can log in from elsewhere " + directory.getFileName());
        properties.put("spring.config.location", "classpath:/");
        properties.put("spring.datasource.url", "");
        properties.put("spring.jmx.enabled", "false");
        properties.put("camel.main.jmx-enabled", "false");
        properties.put("camel.main.auto-startup-exclude-pattern", "quartz:*");
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", "0");
        properties.put("server.tomcat.basedir", directory.resolve("tomcat").toString());
        properties.put("logging.config", "classpath:preview-logback.xml");
        try {
            return new ThrowAwayHub(directory, application.run(
                    properties.entrySet().stream().map(property -> "--" + property.getKey() + "=" + property.getValue()).toArray(String[]::new)));
        } catch (RuntimeException e) {
            delete(directory);
            throw e;
        }
    }

    /** An operation of the API, by its route, as the operator would call it over HTTP. */
    Answer call(String operation, Map<String, String> path, Object body) {
        SecurityContextHolder.getContext().setAuthentication(UsernamePasswordAuthenticationToken.authenticated(Caller.operator(), null, List.of()));
        Exchange answer = routes.request("direct:" + operation, exchange -> {
            path.forEach(exchange.getMessage()::setHeader);
            exchange.getMessage().setHeader("Accept-Language", "pt-BR");
            exchange.getMessage().setBody(body == null ? null : Json.write(body));
        });
        String text = answer.getMessage().getBody(String.class);
        return new Answer(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 500, Integer.class),
                text == null || text.isBlank() ? NullNode.instance : Json.parse(text));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
        delete(directory);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("loyalty-hub-preview");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Neither a variable nor a file of the machine may point this hub to a database that is kept. */
    private static final class OwnEnvironment extends StandardEnvironment {

        @Override
        protected void customizePropertySources(MutablePropertySources sources) {
            Properties system = System.getProperties();
            sources.addLast(new MapPropertySource(SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, system.stringPropertyNames().stream()
                    .filter(name -> name.startsWith("hub.") || name.startsWith("java.")).collect(Collectors.toMap(name -> name, system::getProperty))));
            sources.addLast(new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, System.getenv().entrySet().stream()
                    .filter(variable -> variable.getKey().startsWith("HUB_")).collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))));
        }
    }
}
