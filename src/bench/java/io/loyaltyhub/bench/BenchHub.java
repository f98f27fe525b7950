package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.LoyaltyHub;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.support.Coherence;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** The hub as it ships, JMX and metrics included, on a given database and the benchmark's routes. */
final class BenchHub implements AutoCloseable {

    static final String PASSWORD = "operator-of-the-benchmark";

    private final ConfigurableApplicationContext context;
    private final HubClient client;

    private BenchHub(ConfigurableApplicationContext context) {
        this.context = context;
        int port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
        this.client = HubClient.operator(URI.create("http://localhost:" + port), PASSWORD);
    }

    /** @param password of the database, which must not show among the arguments of a process */
    static BenchHub start(String url, String user, String password, Path routes, Path data) {
        System.setProperty("spring.datasource.password", password);
        return new BenchHub(new SpringApplication(LoyaltyHub.class).run(
                "--server.port=0",
                "--spring.datasource.url=" + url,
                "--spring.datasource.username=" + user,
                "--hub.data-dir=" + data,
                "--hub.routes-dir=" + routes,
                "--hub.operator-password=" + PASSWORD,
                "--hub.http.allow-private-addresses=true"));
    }

    /** A merchant of one point per real with an integration that is not active yet. */
    record Programme(UUID merchant, UUID integration) {

        String path() {
            return "merchants/" + merchant + "/integrations/" + integration;
        }
    }

    Programme programme(String shop) {
        return programme(client, shop, "PT1H");
    }

    static Programme programme(HubClient client, String shop, String pollInterval) {
        JsonNode merchant = client.post("merchants", Map.of("name", "Loja de Medição")).expect(201).json();
        String path = "merchants/" + merchant.get("id").asText();
        client.post(path + "/points-rules", Map.of("name", "Um por real", "pointsPerReal", "1", "default", true)).expect(201);
        JsonNode integration = client.post(path + "/integrations", Map.of(
                "platform", "bench",
                "name", "Loja",
                "settings", Map.of("apiAddress", shop, "key", "0123456789abcdef"),
                "pollInterval", pollInterval,
                "importFrom", "2020-01-01T00:00:00-03:00",
                "importSales", true,
                "scoringStatuses", ShopPages.SCORING,
                "reversalStatuses", ShopPages.REVERSAL)).expect(201).json();
        return new Programme(UUID.fromString(merchant.get("id").asText()), UUID.fromString(integration.get("id").asText()));
    }

    HubClient client() {
        return client;
    }

    JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Checks the whole ledger and counts what the merchant's orders came to. */
    Outcome outcome(Programme programme) {
        Coherence.assertLedgerCoherent(jdbc());
        return jdbc().queryForObject("""
                SELECT count(*) FILTER (WHERE decision = 'awarded'), count(*) FILTER (WHERE decision = 'reversed'),
                       count(*) FILTER (WHERE decision = 'ignored'),
                       (SELECT coalesce(sum(points), 0) FROM entries WHERE merchant_id = ?)
                  FROM sales WHERE merchant_id = ?
                """, (row, number) -> new Outcome(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                programme.merchant(), programme.merchant());
    }

    /** One fingerprint of all sales as they are stored: equal for contenders that did the same work. */
    String fingerprint(Programme programme) {
        List<String> one = jdbc().queryForList("""
                SELECT md5(string_agg(md5(concat_ws('/', order_id, updated_at, status_id, sale, decision, points, round, paid_base)), ''
                                      ORDER BY order_id))
                  FROM sales WHERE merchant_id = ?
                """, String.class, programme.merchant());
        return one.get(0);
    }

    @Override
    public void close() {
        context.close();
    }
}
