package io.loyaltyhub.fault;

import static org.awaitility.Awaitility.await;

import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.support.ForkedJava;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.QuickStart;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The whole hub, as it ships, in a process of its own: it can be killed. Claims are short, so that whoever comes next
 * takes over soon.
 */
final class ForkedHub implements AutoCloseable {

    /** Long enough for a machine that has much else to do. */
    static final Duration PATIENCE = Duration.ofMinutes(5);
    /** Claims of a hub among others that are killed: whoever comes next does not wait for them for long. */
    static final Map<String, String> SHORT_CLAIMS = Map.of("hub.poll.lease", "PT2S", "hub.poll.renewal", "PT0.4S");
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name;
    private final Process process;
    private final Path output;

    private ForkedHub(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /** Starts a hub on that database and does not wait for it. Its files, output included, are below {@code home}. */
    static ForkedHub launch(TestDatabase database, Path home, Map<String, String> more) {
        String name = "hub-" + NUMBER.incrementAndGet();
        Map<String, String> properties = new TreeMap<>(Map.of(
                "spring.datasource.url", database.url() + "?ApplicationName=" + name,
                "spring.datasource.username", database.user()));
        properties.putAll(more);
        return launch(name, home, properties);
    }

    /** Starts a hub that brings its own database, below {@code home}, and does not wait for it. */
    static ForkedHub launch(Path home) {
        return launch("hub-" + NUMBER.incrementAndGet(), home, Map.of());
    }

    private static ForkedHub launch(String name, Path home, Map<String, String> more) {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "server.port", "0",
                "hub.data-dir", dataOf(home).toString(),
                "hub.routes-dir", home.resolve("routes").toString(),
                "hub.operator-password", RunningHub.PASSWORD,
                "hub.encryption-key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
                "hub.http.allow-private-addresses", "true",
                "hub.http.retry-delay", "PT0.02S",
                "hub.poll.postponement", "PT0.2S"));
        properties.putAll(SHORT_CLAIMS);
        properties.put("spring.jmx.enabled", "false");
        properties.put("camel.main.jmx-enabled", "false");
        properties.put("logging.level.org.springframework.boot.web", "info");
        properties.putAll(more);
        List<String> arguments = new ArrayList<>();
        properties.forEach((key, value) -> arguments.add("--" + key + "=" + value));
        Path output = home.resolve(name + ".log");
        try {
            List<String> options = new ArrayList<>(QuickStart.options());
            options.add("-Xmx256m");
            Process process = ForkedJava.builder(QuickStart.classPath(), options, LoyaltyHub.class, arguments)
                    .redirectOutput(output.toFile()).start();
            return new ForkedHub(name, process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a hub with this home keeps what it keeps. */
    static Path dataOf(Path home) {
        return home.resolve("data");
    }

    /** What its sessions are called in PostgreSQL, where that is not its own. */
    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    ForkedHub awaitReady() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended: " + said());
            }
            return said().contains("Started LoyaltyHub");
        });
        return this;
    }

    HubClient operator() {
        Matcher port = PORT.matcher(said());
        if (!port.find()) {
            throw new AssertionError(name + " is not ready: " + said());
        }
        return HubClient.operator(URI.create("http://localhost:" + port.group(1)), RunningHub.PASSWORD);
    }

    /** The same programme, seen through this hub. */
    Programme see(Programme programme) {
        return new Programme(null, operator(), programme.merchant(), programme.apiKey(), programme.integration());
    }

    /** SIGKILL; back when it is gone. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code STOP}: it does nothing more, and does not know; {@code CONT}: it goes on as if nothing had been. */
    void signal(String name) {
        try {
            int failed = new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid()).start().waitFor();
            if (failed != 0) {
                throw new IllegalStateException("no SIG" + name + " for " + pid());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void awaitEnd() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> !process.isAlive());
    }

    /** All it printed so far. */
    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it thinks went wrong with itself, as opposed to the platform. */
    List<String> errors() {
        return said().lines().filter(line -> line.contains(" ERROR ")).toList();
    }

    /** SIGTERM, as anybody would stop it. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
