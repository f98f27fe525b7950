package io.loyaltyhub.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * A page in the Chromium of this machine, without a window, spoken to by the browser's own debugging protocol: no driver
 * has to fit its version. It logs in where it is asked to, as a person would.
 */
final class Chromium implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Path profile;
    private final String user;
    private final String password;
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    private Chromium(Process process, Path profile, URI page, HttpClient http, String user, String password) {
        this.process = process;
        this.profile = profile;
        this.user = user;
        this.password = password;
        this.socket = http.newWebSocketBuilder().buildAsync(page, new Ear()).join();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            ask(domain + ".enable", Map.of());
        }
        ask("Fetch.enable", Map.of("handleAuthRequests", true));
        ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
        size(1600, 1000);
    }

    /** Where the browser is; empty where this machine has none. */
    static Optional<Path> installed() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    static Chromium start(String user, String password) throws IOException, InterruptedException {
        Path profile = Files.createTempDirectory("chromium");
        Process process = new ProcessBuilder(installed().orElseThrow().toString(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
                "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--lang=en-US", "--user-data-dir=" + profile, "--remote-debugging-port=0", "about:blank")
                .redirectErrorStream(true).redirectOutput(profile.resolve("output").toFile()).start();
        Path port = profile.resolve("DevToolsActivePort");
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!Files.exists(port) || Files.readAllLines(port).isEmpty()) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.destroyForcibly();
                throw new IllegalStateException("Chromium did not start: " + Files.readString(profile.resolve("output")));
            }
            Thread.sleep(50);
        }
        HttpClient http = HttpClient.newHttpClient();
        URI tabs = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
        JsonNode tab = Json.parse(http.send(HttpRequest.newBuilder(tabs).build(), HttpResponse.BodyHandlers.ofString()).body()).get(0);
        return new Chromium(process, profile, URI.create(tab.get("webSocketDebuggerUrl").asText()), http, user, password);
    }

    void open(URI address) {
        ask("Page.navigate", Map.of("url", address.toString()));
    }

    void size(int width, int height) {
        ask("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What an expression of JavaScript comes to in the page. */
    JsonNode evaluate(String expression) {
        return ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true)).path("result").path("value");
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
        Files.write(file, Base64.getDecoder().decode(ask("Page.captureScreenshot", Map.of("format", "png")).get("data").asText()));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            FileSystemUtils.deleteRecursively(profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode ask(String method, Map<String, Object> parameters) {
        JsonNode answer = send(method, parameters).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        if (answer.has("error")) {
            throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
    }

    private CompletableFuture<JsonNode> send(String method, Map<String, Object> parameters) {
        ObjectNode request = Json.mapper().createObjectNode().put("id", number.incrementAndGet()).put("method", method);
        request.set("params", Json.mapper().valueToTree(parameters));
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(request.get("id").asInt(), answer);
        synchronized (this) {
            socket.sendText(request.toString(), true).join();
        }
        return answer;
    }

    private void heard(JsonNode message) {
        if (message.has("id")) {
            CompletableFuture<JsonNode> waiting = answers.remove(message.get("id").asInt());
            if (waiting != null) {
                waiting.complete(message);
            }
            return;
        }
        JsonNode said = message.path("params");
        switch (message.path("method").asText()) {
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
        CompletableFuture.runAsync(() -> send(method, parameters));
    }

    private final class Ear implements WebSocket.Listener {

        private final StringBuilder heard = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            heard.append(data);
            if (last) {
                JsonNode message = Json.parse(heard.toString());
                heard.setLength(0);
                heard(message);
            }
            webSocket.request(1);
            return null;
        }
    }
}
