package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.points.Ledger;
import io.loyaltyhub.points.PointsRule;
import io.loyaltyhub.points.PointsRules;
import io.loyaltyhub.points.Posted;
import io.loyaltyhub.points.Source;
import io.loyaltyhub.points.Verdict;
import io.loyaltyhub.sale.Sale;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the hub is held against: a plain loop without Camel and without mappings. It reads the same pages, posts them
 * through the same ledger and writes the same counts and cursor, one transaction a page.
 */
final class LoopContender implements Contender {

    private static final String CLAIM = """
            UPDATE polling SET lease_owner = 'loop', lease_until = now() + interval '1 hour', fencing = fencing + 1
             WHERE merchant_id = ? AND integration_id = ? RETURNING fencing
            """;

    private static final String BEGIN = """
            INSERT INTO polls (merchant_id, integration_id, requested_at, started_at, node, outcome) VALUES (?, ?, now(), now(), 'loop', 'running')
            RETURNING id
            """;

    private static final String VERSIONS = """
            SELECT order_id, version FROM sales WHERE merchant_id = (SELECT ?::uuid) AND integration_id = ? AND order_id = ANY (?)
            """;

    private static final String ADVANCE = """
            UPDATE polling SET since = ?, window_started_at = ?, next_page = ?, lease_until = now() + interval '1 hour'
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = 'loop'
            """;

    private static final String COUNT = """
            UPDATE polls
               SET read = read + ?, duplicate = duplicate + ?, awarded = awarded + ?, reversed = reversed + ?, ignored = ignored + ?,
                   held = held + ?, unregistered = unregistered + ?, dead_lettered = dead_lettered + ?
             WHERE merchant_id = ? AND id = ?
            """;

    private static final String END = "UPDATE polls SET outcome = 'ok', finished_at = now() WHERE merchant_id = ? AND id = ?";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BenchHub hub;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Ledger ledger;

    LoopContender(BenchHub hub) {
        this.hub = hub;
        this.jdbc = hub.jdbc();
        this.transaction = hub.bean(TransactionTemplate.class);
        this.ledger = hub.bean(Ledger.class);
    }

    @Override
    public Duration run(BenchHub.Programme programme, String shop) throws Exception {
        Integration integration = hub.bean(Integrations.class).find(programme.merchant(), programme.integration()).orElseThrow();
        PointsRule rule = hub.bean(PointsRules.class).forIntegration(integration).orElseThrow();
        long began = System.nanoTime();
        Long fencing = jdbc.queryForObject(CLAIM, Long.class, integration.merchantId(), integration.id());
        Long poll = jdbc.queryForObject(BEGIN, Long.class, integration.merchantId(), integration.id());
        new Reading(integration, rule, fencing, poll).read(shop);
        jdbc.update(END, integration.merchantId(), poll);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** One pass over all pages of one integration. */
    private final class Reading {

        private final Integration integration;
        private final UUID merchantId;
        private final PointsRule rule;
        private final long fencing;
        private final long poll;
        private final Set<String> scoring;
        private final Set<String> reversal;
        private final String terms;
        private final Instant startedAt = Instant.now();

        Reading(Integration integration, PointsRule rule, long fencing, long poll) {
            this.integration = integration;
            this.merchantId = integration.merchantId();
            this.rule = rule;
            this.fencing = fencing;
            this.poll = poll;
            this.scoring = new HashSet<>(integration.scoringStatuses());
            this.reversal = new HashSet<>(integration.reversalStatuses());
            this.terms = '#' + integration.terms();
        }

        void read(String shop) throws IOException, InterruptedException {
            boolean more = true;
            for (int number = 1; more; number++) {
                JsonNode page = get(shop + "/orders?limit=" + ShopPages.PAGE_SIZE + "&page=" + number + "&access_token="
                        + integration.settings().get("key"));
                List<Sale> sales = new ArrayList<>(ShopPages.PAGE_SIZE);
                for (JsonNode row : page.get("Orders")) {
                    sales.add(HandWrittenMapping.sale(row.get("Order"), integration.timezone()));
                }
                Map<String, String> seen = versions(sales);
                List<Verdict> verdicts = new ArrayList<>(sales.size());
                for (Sale sale : sales) {
                    String version = sale.version() + terms;
                    if (!version.equals(seen.get(sale.id()))) {
                        verdicts.add(verdict(sale, version));
                    }
                }
                more = page.at("/paging/page").asInt() * page.at("/paging/limit").asInt() < page.at("/paging/total").asInt();
                String next = more ? Integer.toString(number + 1) : null;
                transaction.executeWithoutResult(status -> post(sales.size(), verdicts, next));
            }
        }

        private JsonNode get(String address) throws IOException, InterruptedException {
            HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("the shop answered " + answer.statusCode());
            }
            return Json.mapper().readTree(answer.body());
        }

        private Map<String, String> versions(List<Sale> sales) {
            Map<String, String> versions = new HashMap<>();
            jdbc.query(VERSIONS, (ResultSet row) -> {
                versions.put(row.getString(1), row.getString(2));
            }, merchantId, integration.id(), sales.stream().map(Sale::id).toArray(String[]::new));
            return versions;
        }

        private Verdict verdict(Sale sale, String version) {
            if (scoring.contains(sale.status().id())) {
                return Verdict.earns(sale, version, rule, integration.registerBuyers());
            }
            return reversal.contains(sale.status().id()) ? Verdict.reverses(sale, version)
                    : Verdict.neither(sale, version, "a situação \"" + sale.status().name() + "\" não pontua");
        }

        private void post(int read, List<Verdict> verdicts, String next) {
            Timestamp started = Timestamp.from(startedAt);
            jdbc.update(ADVANCE, started, next == null ? null : started, next, merchantId, integration.id(), fencing);
            List<Posted> posted = ledger.post(new Source(merchantId, integration.id(), "shop", false), verdicts);
            Map<String, Integer> counts = new HashMap<>();
            posted.forEach(one -> counts.merge(one.decision(), 1, Integer::sum));
            jdbc.update(COUNT, read, read - verdicts.size(), counts.getOrDefault("awarded", 0), counts.getOrDefault("reversed", 0),
                    counts.getOrDefault("ignored", 0), 0, counts.getOrDefault("unregistered", 0), 0, merchantId, poll);
        }
    }
}
