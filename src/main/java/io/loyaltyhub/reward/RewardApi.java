package io.loyaltyhub.reward;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What members can redeem points for, and the feeds that most of it comes from. */
@Component("rewardApi")
@Transactional
public class RewardApi {

    private final JdbcClient jdbc;
    private final Shelf shelf;
    private final Integrations integrations;
    private final Audit audit;
    private final Clock clock;

    public RewardApi(JdbcClient jdbc, Shelf shelf, Integrations integrations, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.shelf = shelf;
        this.integrations = integrations;
        this.audit = audit;
        this.clock = clock;
    }

    /** Those that can be had; {@code available=false} shows the others too. Variants of one product are one. */
    public Listing<Map<String, Object>> list(ApiRequest request) {
        int limit = request.limit();
        List<Product> found = shelf.find(new Shelf.Search(request.merchant(), request.query("query"), true, "false".equals(request.query("available")), null,
                Shelf.Order.KNOWN, after(request), limit + 1));
        return Listing.of(found.stream().map(RewardApi::json).toList(), limit, reward -> reward.get("id"));
    }

    private static Shelf.Place after(ApiRequest request) {
        String after = Listing.after(request);
        try {
            return after == null ? null : new Shelf.Place(0, Long.parseLong(after));
        } catch (NumberFormatException e) {
            throw Problem.invalid("cursor", "query.cursor");
        }
    }

    public Map<String, Object> get(ApiRequest request) {
        return find(request.merchant(), request.number("reward"));
    }

    /** A reward of the merchant's own, such as a coupon of a fixed value for so many points. */
    public Map<String, Object> create(ApiRequest request) {
        UUID merchant = request.merchant();
        String sku = request.has("sku") ? request.text("sku") : UUID.randomUUID().toString();
        try {
            Long id = jdbc.sql("""
                    INSERT INTO rewards (merchant_id, sku, title, price, points, image_url, link, available, fingerprint, updated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?) RETURNING id
                    """).params(merchant, sku, request.text("title"), price(request), points(request), request.text("imageUrl"), request.text("link"),
                            !request.has("available") || request.field("available").asBoolean(), Timestamp.from(clock.instant()))
                    .query(Long.class).single();
            audit.record(request, merchant, "reward.create", id, request.body());
            return find(merchant, id);
        } catch (DuplicateKeyException e) {
            throw Problem.conflict("reward.sku-taken", sku);
        }
    }

    /** Only the merchant's own: what comes from a feed is changed in the shop. */
    public Map<String, Object> update(ApiRequest request) {
        UUID merchant = request.merchant();
        long id = own(request);
        Map<String, Object> before = find(merchant, id);
        jdbc.sql("""
                UPDATE rewards SET title = ?, price = ?, points = ?, image_url = ?, link = ?, available = ?, updated_at = ?
                 WHERE merchant_id = ? AND id = ?
                """).params(request.has("title") ? request.text("title") : before.get("title"),
                        request.has("price") ? price(request) : before.get("price"),
                        request.mentions("points") ? points(request) : fixedPoints(merchant, id),
                        request.mentions("imageUrl") ? request.text("imageUrl") : before.get("imageUrl"),
                        request.mentions("link") ? request.text("link") : before.get("link"),
                        request.has("available") ? request.field("available").asBoolean() : before.get("available"),
                        Timestamp.from(clock.instant()), merchant, id).update();
        audit.record(request, merchant, "reward.update", id, request.body());
        return find(merchant, id);
    }

    public void delete(ApiRequest request) {
        long id = own(request);
        jdbc.sql("UPDATE rewards SET removed_at = ? WHERE merchant_id = ? AND id = ?").params(Timestamp.from(clock.instant()), request.merchant(), id).update();
        audit.record(request, request.merchant(), "reward.delete", id, Map.of());
    }

    private long own(ApiRequest request) {
        long id = request.number("reward");
        if (find(request.merchant(), id).get("integrationId") != null) {
            throw Problem.conflict("reward.of-a-feed");
        }
        return id;
    }

    private Long fixedPoints(UUID merchant, long id) {
        return jdbc.sql("SELECT points FROM rewards WHERE merchant_id = ? AND id = ?").params(merchant, id).query((row, number) -> row.getObject(1, Long.class)).single();
    }

    private static BigDecimal price(ApiRequest request) {
        return request.field("price").decimalValue().setScale(2, RoundingMode.HALF_UP);
    }

    private static Long points(ApiRequest request) {
        return request.has("points") ? request.field("points").asLong() : null;
    }

    private Map<String, Object> find(UUID merchant, long id) {
        return json(shelf.find(merchant, id).orElseThrow(Problem::notFound));
    }

    private static Map<String, Object> json(Product product) {
        Map<String, Object> json = json(product.face());
        json.put("title", product.title());
        List<Map<String, Object>> variants = new ArrayList<>();
        List<String> names = product.names();
        for (Reward variant : product.variants()) {
            Map<String, Object> one = json(variant);
            one.put("name", names.get(variants.size()));
            variants.add(one);
        }
        json.put("variants", variants);
        return json;
    }

    private static Map<String, Object> json(Reward reward) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", reward.id());
        json.put("integrationId", reward.integrationId());
        json.put("sku", reward.sku());
        json.put("title", reward.fullTitle());
        json.put("price", reward.price());
        json.put("points", reward.points());
        json.put("imageUrl", reward.imageUrl());
        json.put("link", reward.link());
        json.put("groupId", reward.groupId());
        json.put("available", reward.available());
        return json;
    }

    // --- feeds

    /** Reads the feed soon, whether or not the integration is active: a merchant wants to see it before. */
    public Map<String, Object> refresh(ApiRequest request) {
        Integration integration = integration(request);
        if (integration.catalogFeedUrl() == null) {
            throw Problem.conflict("catalog.no-feed");
        }
        jdbc.sql("SELECT 1 FROM catalogs WHERE merchant_id = ? AND integration_id = ? FOR UPDATE").params(integration.merchantId(), integration.id())
                .query(Integer.class).optional();
        Long queued = jdbc.sql("SELECT min(id) FROM catalog_runs WHERE merchant_id = ? AND integration_id = ? AND outcome = 'queued'")
                .params(integration.merchantId(), integration.id()).query(Long.class).optional().orElse(null);
        if (queued == null) {
            queued = jdbc.sql("INSERT INTO catalog_runs (merchant_id, integration_id, requested_at, outcome) VALUES (?, ?, ?, 'queued') RETURNING id")
                    .params(integration.merchantId(), integration.id(), Timestamp.from(clock.instant())).query(Long.class).single();
        }
        jdbc.sql("UPDATE catalogs SET next_run_at = now() WHERE merchant_id = ? AND integration_id = ?").params(integration.merchantId(), integration.id()).update();
        return Map.of("runId", queued);
    }

    /** The last run that ended or is under way. */
    public Map<String, Object> catalog(ApiRequest request) {
        Integration integration = integration(request);
        return jdbc.sql("""
                SELECT * FROM catalog_runs WHERE merchant_id = ? AND integration_id = ? ORDER BY outcome = 'queued', id DESC LIMIT 1
                """).params(integration.merchantId(), integration.id()).query((row, number) -> run(row)).optional().orElseThrow(Problem::notFound);
    }

    private static Map<String, Object> run(ResultSet row) throws SQLException {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("id", row.getLong("id"));
        run.put("outcome", row.getString("outcome"));
        run.put("startedAt", instant(row.getTimestamp("started_at")));
        run.put("finishedAt", instant(row.getTimestamp("finished_at")));
        for (String count : List.of("read", "created", "updated", "unchanged", "removed")) {
            run.put(count, row.getInt(count));
        }
        List<Map<String, Object>> rejected = new ArrayList<>();
        Json.parse(row.getString("rejected")).fields().forEachRemaining(reason ->
                rejected.add(Map.of("reason", reason.getKey(), "count", reason.getValue().asInt())));
        run.put("rejected", rejected);
        Array unknown = row.getArray("unknown_skus");
        run.put("unknownSkus", List.of((String[]) unknown.getArray()));
        run.put("warning", row.getString("warning"));
        run.put("error", row.getString("error"));
        return run;
    }

    private Integration integration(ApiRequest request) {
        return integrations.find(request.merchant(), request.id("integration")).orElseThrow(Problem::notFound);
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
