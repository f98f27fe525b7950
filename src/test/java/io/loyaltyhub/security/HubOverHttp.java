package io.loyaltyhub.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.loyaltyhub.merchant.ApiKeys;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A hub with stand-in routes behind its real front door, and what it takes to knock. */
@SpringBootTest(classes = StandInHub.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = {
        "hub.operator-password=" + HubOverHttp.PASSWORD, "camel.main.name=loyalty-hub",
        "management.prometheus.metrics.export.enabled=true"})
public abstract class HubOverHttp {

    protected static final String PASSWORD = "uma senha bem guardada";
    private static final EmbeddedPostgres POSTGRES = start();

    protected final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    protected final ObjectMapper json = new ObjectMapper();

    @Autowired
    protected ApiKeys keys;
    @Autowired
    protected JdbcClient jdbc;
    @LocalServerPort
    protected int port;

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder().start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @DynamicPropertySource
    static void surroundings(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", () -> POSTGRES.getJdbcUrl("postgres", "postgres"));
        properties.add("spring.datasource.username", () -> "postgres");
        properties.add("spring.datasource.password", () -> "postgres");
        // No routes but the stand-ins. Said here, where nothing that locates routes can still say otherwise.
        properties.add("camel.main.routes-include-pattern", () -> "false");
    }

    protected UUID aMerchant() {
        UUID id = UUID.randomUUID();
        jdbc.sql("INSERT INTO merchants (id, name, created_at) VALUES (:id, 'Loja', :now)")
                .param("id", id).param("now", OffsetDateTime.now()).update();
        return id;
    }

    protected HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    protected HttpRequest.Builder asOperator(String path) {
        return request(path).header("Authorization", basic("operator", PASSWORD));
    }

    protected HttpRequest.Builder withKey(String path, String key) {
        return request(path).header("Authorization", "Bearer " + key);
    }

    protected static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    protected HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    protected JsonNode bodyOf(HttpResponse<String> response) throws IOException {
        return json.readTree(response.body());
    }

    protected static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
