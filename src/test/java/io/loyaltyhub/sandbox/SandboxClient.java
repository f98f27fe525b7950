package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The smallest client of the shop: for tests of the sandbox itself, and to ask a shop in another process. */
final class SandboxClient {

    record Reply(int status, HttpResponse<String> response) {

        JsonNode json() {
            try {
                return TrayJson.MAPPER.readTree(response.body());
            } catch (IOException notJson) {
                throw new UncheckedIOException(notJson);
            }
        }

        int errorCode() {
            return json().path("error_code").asInt();
        }
    }

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final SandboxTray shop;
    private String access;
    private String refresh;

    SandboxClient(SandboxTray shop) {
        this.shop = shop;
    }

    SandboxClient authorised() throws IOException, InterruptedException {
        authorise(shop.consumerKey(), shop.consumerSecret(), shop.code());
        return this;
    }

    Reply authorise(String key, String secret, String code) throws IOException, InterruptedException {
        return keep(send("POST", "/auth", "application/x-www-form-urlencoded",
                "consumer_key=" + key + "&consumer_secret=" + secret + "&code=" + code));
    }

    Reply refresh() throws IOException, InterruptedException {
        return refresh(refresh);
    }

    Reply refresh(String token) throws IOException, InterruptedException {
        return keep(send("GET", "/auth?refresh_token=" + token, null, ""));
    }

    Reply keep(Reply reply) {
        if (reply.status == 200) {
            access = reply.json().path("access_token").asText();
            refresh = reply.json().path("refresh_token").asText();
        }
        return reply;
    }

    String access() {
        return access;
    }

    String refreshToken() {
        return refresh;
    }

    /** With the access token; {@code pathAndQuery} starts behind {@code /web_api}, blanks are encoded here. */
    Reply get(String pathAndQuery) throws IOException, InterruptedException {
        return call("GET", pathAndQuery, "");
    }

    Reply call(String method, String pathAndQuery, String json) throws IOException, InterruptedException {
        return send(method, pathAndQuery + (pathAndQuery.contains("?") ? "&" : "?") + "access_token=" + access, "application/json", json);
    }

    /** The ids of all orders, page by page. */
    List<Long> orderIds(String query) throws IOException, InterruptedException {
        List<Long> ids = new ArrayList<>();
        JsonNode paging;
        int page = 0;
        do {
            JsonNode answer = get("/orders?limit=50&page=" + ++page + query).json();
            answer.path("Orders").forEach(row -> ids.add(row.path("Order").path("id").asLong()));
            paging = answer.path("paging");
        } while (page * 50L < paging.path("total").asLong());
        return ids;
    }

    Reply send(String method, String pathAndQuery, String contentType, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(shop.apiAddress() + pathAndQuery.replace(" ", "%20")))
                .timeout(Duration.ofSeconds(2))
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        return send(request.build());
    }

    Reply send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new Reply(response.statusCode(), response);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
