package io.loyaltyhub.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.kit.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.support.DefaultConsumer;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * The whole hub in this JVM, as it ships, on a database of its own or one it shares with another hub. Quick retries and
 * postponements, so that failures can be watched, and passwords that are hashed quickly; nothing else differs from the real one.
 */
public final class RunningHub implements AutoCloseable {

    public static final String PASSWORD = "operator-of-the-tests";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** 32 bytes, so that hubs that share a database share the key. */
    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    /** Null once closed: tests keep their hubs in static fields, and those outlive them. */
    private ConfigurableApplicationContext context;
    private final URI address;
    private final TestDatabase database;

    /** The same kind of hash at its least strength: a strong one would be a tenth of all the time that tests take. */
    @TestConfiguration(proxyBeanMethods = false)
    static class QuickPasswords {

        @Bean
        @Primary
        PasswordEncoder quickEncoder() {
            return new DelegatingPasswordEncoder("bcrypt", Map.of("bcrypt", new BCryptPasswordEncoder(4)));
        }
    }

    private RunningHub(ConfigurableApplicationContext context, TestDatabase database) {
        this.context = context;
        this.database = database;
        this.address = URI.create("http://localhost:" + ((ServletWebServerApplicationContext) context).getWebServer().getPort());
    }

    public static RunningHub start() {
        return start(TestDatabase.create(), Map.of());
    }

    public static RunningHub start(TestDatabase database, Map<String, ?> more) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "server.port", "0",
                "spring.datasource.url", database.url(),
                "spring.datasource.username", database.user(),
                "hub.data-dir", temporaryDirectory().toString(),
                "hub.operator-password", PASSWORD,
                "hub.encryption-key", KEY,
                "hub.http.allow-private-addresses", "true",
                "hub.http.retry-delay", "PT0.02S",
                "hub.poll.postponement", "PT0.2S"));
        properties.put("spring.jmx.enabled", "false");
        properties.put("camel.main.jmx-enabled", "false");
        // The routes have stopped by then, and what they were at is over: nothing is left for the clock's threads but to wait half a second.
        properties.put("camel.component.quartz.interrupt-jobs-on-shutdown", "true");
        properties.putAll(more);
        // As command line arguments: what a test says goes before application.yml.
        String[] arguments = properties.entrySet().stream().map(entry -> "--" + entry.getKey() + "=" + entry.getValue()).toArray(String[]::new);
        return new RunningHub(new SpringApplication(LoyaltyHub.class, QuickPasswords.class).run(arguments), database);
    }

    public URI address() {
        return address;
    }

    /** For a further hub on the same one. */
    public TestDatabase database() {
        return database;
    }

    public HubClient operator() {
        return HubClient.operator(address, PASSWORD);
    }

    public JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A new merchant with one point per real, and an active integration with the shop, set up through the API. */
    public Programme programme(SandboxTray shop, Map<String, Object> differing) {
        return programme(this, operator(), shop, differing);
    }

    /** A programme that was set up on another hub of the same database, seen through this one. */
    public Programme see(Programme programme) {
        return new Programme(this, operator(), programme.merchant(), programme.apiKey(), programme.integration());
    }

    /** The same on whatever hub the operator speaks to. {@code hub} is null where that runs in a JVM of its own. */
    public static Programme programme(RunningHub hub, HubClient operator, SandboxTray shop, Map<String, Object> differing) {
        Map<String, Object> integration = new HashMap<>(Map.of(
                "platform", "tray",
                "settings", Map.of("apiAddress", shop.apiAddress().toString(), "code", shop.code(),
                        "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret()),
                "scoringStatuses", List.of("1", "4", "69"),
                "reversalStatuses", List.of("9")));
        integration.putAll(differing);
        return programme(hub, operator, integration);
    }

    public Programme programme(SandboxTray shop) {
        return programme(shop, Map.of());
    }

    /** The same with a shop of any platform. */
    public Programme programme(Shop shop) {
        return programme(this, operator(), Map.of("platform", shop.platform(), "settings", shop.settings(),
                "scoringStatuses", shop.scoringStatuses(), "reversalStatuses", shop.reversalStatuses()));
    }

    private static Programme programme(RunningHub hub, HubClient operator, Map<String, Object> integration) {
        JsonNode merchant = operator.post("merchants", Map.of("name", "Loja de Teste")).expect(201).json();
        String path = "merchants/" + merchant.get("id").asText();
        operator.post(path + "/points-rules", Map.of("name", "Um por real", "pointsPerReal", "1", "default", true)).expect(201);
        Map<String, Object> body = new HashMap<>(Map.of(
                "name", "Loja principal",
                "pollInterval", "PT1H",
                "importFrom", "2020-01-01T00:00:00-03:00",
                "importSales", true));
        body.putAll(integration);
        String id = operator.post(path + "/integrations", body).expect(201).json().get("id").asText();
        operator.post(path + "/integrations/" + id + "/activate", null).expect(200);
        return new Programme(hub, operator, merchant.get("id").asText(), merchant.get("apiKey").asText(), id);
    }

    /** Nothing is done any more but what is asked for. */
    void stopClocks() {
        clocks(Scheduler::standby);
    }

    void startClocks() {
        clocks(Scheduler::start);
    }

    private void clocks(ClockWork work) {
        try {
            work.on(bean(CamelContext.class).getComponent("quartz", QuartzComponent.class).getScheduler());
        } catch (SchedulerException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface ClockWork {

        void on(Scheduler scheduler) throws SchedulerException;
    }

    /** Rather than wait for the clock: what the platform's route does at each tick, done now and to its end if that is soon. */
    public void tick(String platform) {
        run(platform + "-orders");
    }

    /** The same of any route that a clock starts. */
    public void run(String routeId) {
        Route route = bean(CamelContext.class).getRoute(routeId);
        Exchange exchange = route.getEndpoint().createExchange();
        Thread tick = new Thread(() -> {
            try {
                ((DefaultConsumer) route.getConsumer()).getProcessor().process(exchange);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, "fire-" + routeId);
        tick.setDaemon(true);
        tick.start();
        try {
            tick.join(60_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Runs the route, and again after a moment, until what one looks for is there. Its own clock goes on meanwhile: where that was faster,
     * or what is to be done is not due yet, a single run finds nothing to do.
     */
    public <T> T runUntil(String routeId, Callable<T> look, Predicate<? super T> enough) {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).until(() -> {
            run(routeId);
            return look.call();
        }, enough);
    }

    public void runUntil(String routeId, Callable<Boolean> condition) {
        runUntil(routeId, condition, Boolean::booleanValue);
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
            context = null;
        }
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("hub");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
