package io.loyaltyhub.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A connection by the browser's own debugging protocol, to the browser or to one of its pages. */
final class DevTools implements AutoCloseable {

    private final WebSocket socket;
    private final Duration patience;
    private final BiConsumer<String, JsonNode> listener;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();

    /** @param listener hears of events, by name and with what belongs to them; must not wait */
    DevTools(HttpClient http, URI address, Duration patience, BiConsumer<String, JsonNode> listener) {
        this.patience = patience;
        this.listener = listener;
        this.socket = http.newWebSocketBuilder().buildAsync(address, new Ear()).join();
    }

    JsonNode ask(String method, Map<String, Object> parameters) {
        JsonNode answer = send(method, parameters).orTimeout(patience.toSeconds(), TimeUnit.SECONDS).join();
        if (answer.has("error")) {
            throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
    }

    CompletableFuture<JsonNode> send(String method, Map<String, Object> parameters) {
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
        if (!message.has("id")) {
            listener.accept(message.path("method").asText(), message.path("params"));
            return;
        }
        CompletableFuture<JsonNode> waiting = answers.remove(message.get("id").asInt());
        if (waiting != null) {
            waiting.complete(message);
        }
    }

    @Override
    public void close() {
        socket.abort();
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
