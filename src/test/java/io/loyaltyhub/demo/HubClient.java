package io.loyaltyhub.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** The hub's REST API as any client would call it. */
public final class HubClient {

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;
    private final String authorization;

    private HubClient(URI base, String authorization) {
        this.base = base;
        this.authorization = authorization;
    }

    public static HubClient operator(URI base, String password) {
        return new HubClient(base, "Basic " + Base64.getEncoder().encodeToString(("operator:" + password).getBytes(StandardCharsets.UTF_8)));
    }

    public HubClient merchant(String apiKey) {
        return new HubClient(base, "Bearer " + apiKey);
    }

    public HubClient anonymous() {
        return new HubClient(base, null);
    }

    /** @param json the body, or null where there is none */
    public record Answer(int status, JsonNode json, String text, Map<String, java.util.List<String>> headers) {

        public Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("expected HTTP " + wanted + ", got " + status + ": " + text);
            }
            return this;
        }
    }

    public Answer get(String path) {
        return send("GET", path, null);
    }

    public Answer post(String path, Object body) {
        return send("POST", path, body == null ? null : Json.write(body));
    }

    public Answer patch(String path, Object body) {
        return send("PATCH", path, Json.write(body));
    }

    public Answer delete(String path) {
        return send("DELETE", path, null);
    }

    public Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path.startsWith("/") ? path : "/api/v1/" + path)).timeout(Duration.ofSeconds(60))
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i + 1 < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = response.body();
            boolean json = response.headers().firstValue("Content-Type").orElse("").contains("json") && !text.isBlank();
            return new Answer(response.statusCode(), json ? Json.parse(text) : null, text, response.headers().map());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
