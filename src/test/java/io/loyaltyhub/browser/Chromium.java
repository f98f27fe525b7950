package io.loyaltyhub.browser;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * A page in the Chromium of this machine, without a window, spoken to by the browser's own debugging protocol: no driver
 * has to fit its version. It logs in where it is asked to, as a person would. The pages of a JVM are of one browser, which takes longer
 * to start than most tests to run, and have cookies and a storage of their own.
 */
final class Chromium implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Browser browser;

    private final String context;
    private final String user;
    private final String password;
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final DevTools page;

    private record Browser(Process process, Path profile, int port, DevTools tools) {
    }

    private Chromium(String user, String password) {
        this.user = user;
        this.password = password;
        this.context = browser.tools.ask("Target.createBrowserContext", Map.of()).get("browserContextId").asText();
        String target = browser.tools.ask("Target.createTarget", Map.of("url", "about:blank", "browserContextId", context)).get("targetId").asText();
        this.page = new DevTools(HTTP, URI.create("ws://127.0.0.1:" + browser.port + "/devtools/page/" + target), PATIENCE, this::heard);
        for (String domain : List.of("Page", "Runtime", "Log")) {
            page.ask(domain + ".enable", Map.of());
        }
        page.ask("Fetch.enable", Map.of("handleAuthRequests", true));
        page.ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
        size(1600, 1000);
    }

    /** Where the browser is; empty where this machine has none. */
    static Optional<Path> installed() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** An empty page, of somebody who was never here before. */
    static synchronized Chromium start(String user, String password) throws IOException, InterruptedException {
        if (browser == null) {
            browser = run();
        }
        return new Chromium(user, password);
    }

    private static Browser run() throws IOException, InterruptedException {
        Path profile = Files.createTempDirectory("chromium");
        Process process = new ProcessBuilder(installed().orElseThrow().toString(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--lang=en-US", "--user-data-dir=" + profile, "--remote-debugging-port=0", "about:blank")
                .redirectErrorStream(true).redirectOutput(profile.resolve("output").toFile()).start();
        Path port = profile.resolve("DevToolsActivePort");
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.destroyForcibly();
                throw new IllegalStateException("Chromium did not start: " + Files.readString(profile.resolve("output")));
            }
            Thread.sleep(50);
        }
        List<String> lines = Files.readAllLines(port);
        return new Browser(process, profile, Integer.parseInt(lines.get(0)),
                new DevTools(HTTP, URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), PATIENCE, (event, said) -> { }));
    }

    /** After the last page of a class of tests. */
    static synchronized void end() {
        if (browser == null) {
            return;
        }
        browser.tools.close();
        browser.process.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.process.destroyForcibly();
        try {
            browser.process.waitFor(10, TimeUnit.SECONDS);
            FileSystemUtils.deleteRecursively(browser.profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        browser = null;
    }

    void open(URI address) {
        page.ask("Page.navigate", Map.of("url", address.toString()));
    }

    void size(int width, int height) {
        page.ask("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What an expression of JavaScript comes to in the page. */
    JsonNode evaluate(String expression) {
        return page.ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true)).path("result").path("value");
    }

    /** Until the expression is true; says what the page showed if it never is. */
    void await(String expression) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!evaluate("!!(" + expression + ")").asBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("never true: " + expression + "; the page shows:\n" + text() + "\nand complains:\n" + complaints);
            }
            Thread.sleep(100);
        }
    }

    void awaitText(String text) throws InterruptedException {
        await("document.body && document.body.innerText.includes(" + Json.write(text) + ")");
    }

    /** Clicks what a CSS selector finds, the one with this text where several are found. */
    void click(String selector, String text) throws InterruptedException {
        String found = "[...document.querySelectorAll(" + Json.write(selector) + ")].find(one => one.textContent.trim() === " + Json.write(text) + ")";
        await(found);
        evaluate(found + ".click()");
    }

    String text() {
        return evaluate("document.body ? document.body.innerText : ''").asText();
    }

    /** Errors of scripts, of the console, and of what could not be loaded. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void screenshot(Path file) throws IOException {
        Files.write(file, Base64.getDecoder().decode(page.ask("Page.captureScreenshot", Map.of("format", "png")).get("data").asText()));
    }

    @Override
    public void close() {
        page.close();
        browser.tools.ask("Target.disposeBrowserContext", Map.of("browserContextId", context));
    }

    private void heard(String event, JsonNode said) {
        switch (event) {
            case "Fetch.requestPaused" -> later("Fetch.continueRequest", Map.of("requestId", said.get("requestId").asText()));
            case "Fetch.authRequired" -> later("Fetch.continueWithAuth", Map.of("requestId", said.get("requestId").asText(),
                    "authChallengeResponse", Map.of("response", "ProvideCredentials", "username", user, "password", password)));
            case "Runtime.exceptionThrown" -> complaints.add(said.at("/exceptionDetails/exception/description").asText(said.toString()));
            case "Runtime.consoleAPICalled" -> {
                if (said.path("type").asText().equals("error")) {
                    complaints.add(said.path("args").toString());
                }
            }
            case "Log.entryAdded" -> {
                if (said.at("/entry/level").asText().equals("error")) {
                    complaints.add(said.at("/entry/text").asText() + " " + said.at("/entry/url").asText());
                }
            }
            default -> { }
        }
    }

    /** Not on the thread that listens, which must go on listening. */
    private void later(String method, Map<String, Object> parameters) {
        CompletableFuture.runAsync(() -> page.send(method, parameters));
    }
}
