package io.loyaltyhub.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.branch.Branch;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.security.Secrets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The integrations as they are stored; secret settings are sealed here and opened here, and nowhere else. */
@Component
public class Integrations {

    private static final String COLUMNS = """
            merchant_id, id, platform, name, settings, secrets, extract(epoch FROM poll_interval)::bigint AS poll_seconds, timezone,
            import_from, site_url, signup_url, catalog_feed_url, scoring_statuses, reversal_statuses, import_customers,
            import_sales, sales_cutover, register_buyers, cpf_as_password, branch_id, points_rule_id, coupon_validity_days,
            (SELECT b.name FROM branches b WHERE b.merchant_id = integrations.merchant_id AND b.id = integrations.branch_id) AS branch_name,
            coupon_source, reward_skus, active, activated_at, check_ok, sales_from,
            (sales_from IS NOT NULL OR EXISTS (SELECT FROM sale_traces t WHERE t.merchant_id = integrations.merchant_id) OR EXISTS (
                SELECT FROM integrations o
                 WHERE o.merchant_id = integrations.merchant_id AND o.id <> integrations.id
                   AND (o.active AND o.import_sales OR EXISTS (SELECT FROM sales s WHERE s.merchant_id = o.merchant_id AND s.integration_id = o.id)))
            ) AS shares_sales
            """;

    private static final String WRITE = """
            INSERT INTO integrations (merchant_id, id, platform, name, settings, secrets, poll_interval, timezone, import_from,
                site_url, signup_url, catalog_feed_url, scoring_statuses, reversal_statuses, import_customers, import_sales,
                sales_cutover, register_buyers, cpf_as_password, branch_id, points_rule_id, coupon_validity_days, coupon_source, reward_skus,
                created_at, updated_at)
            VALUES (:merchant, :id, :platform, :name, :settings::jsonb, :secrets, make_interval(secs => :pollSeconds), :timezone,
                :importFrom, :siteUrl, :signupUrl, :catalogFeedUrl, :scoring::text[], :reversal::text[], :importCustomers,
                :importSales, :salesCutover, :registerBuyers, :cpfAsPassword, :branch, :rule, :couponValidityDays,
                :couponSource, :rewardSkus::text[], :now, :now)
            ON CONFLICT (merchant_id, id) DO UPDATE SET
                name = excluded.name, settings = excluded.settings, secrets = excluded.secrets,
                poll_interval = excluded.poll_interval, timezone = excluded.timezone, import_from = excluded.import_from,
                site_url = excluded.site_url, signup_url = excluded.signup_url, catalog_feed_url = excluded.catalog_feed_url,
                scoring_statuses = excluded.scoring_statuses, reversal_statuses = excluded.reversal_statuses,
                import_customers = excluded.import_customers, import_sales = excluded.import_sales,
                sales_cutover = excluded.sales_cutover, register_buyers = excluded.register_buyers,
                cpf_as_password = excluded.cpf_as_password, branch_id = excluded.branch_id,
                points_rule_id = excluded.points_rule_id, coupon_validity_days = excluded.coupon_validity_days,
                coupon_source = excluded.coupon_source, reward_skus = excluded.reward_skus, updated_at = excluded.updated_at
            """;

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final Platforms platforms;
    private final HookTokens hooks;
    private final Environment environment;
    private final Clock clock;

    public Integrations(JdbcClient jdbc, Secrets secrets, Platforms platforms, HookTokens hooks, Environment environment, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.platforms = platforms;
        this.hooks = hooks;
        this.environment = environment;
        this.clock = clock;
    }

    public Optional<Integration> find(UUID merchantId, UUID id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM integrations WHERE merchant_id = ? AND id = ? AND deleted_at IS NULL")
                .params(merchantId, id)
                .query((row, number) -> read(row))
                .optional();
    }

    /** In the order they were created. */
    public List<Integration> of(UUID merchantId) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM integrations WHERE merchant_id = ? AND deleted_at IS NULL ORDER BY created_at, id")
                .param(merchantId)
                .query((row, number) -> read(row))
                .list();
    }

    /** Stores a new integration, or all of a known one but its platform, its activation and its check. */
    public void write(Integration integration) {
        ObjectNode open = integration.settings().open();
        jdbc.sql(WRITE)
                .param("merchant", integration.merchantId())
                .param("id", integration.id())
                .param("platform", integration.platform())
                .param("name", integration.name())
                .param("settings", Json.write(open))
                .param("secrets", secrets.seal(integration.id(), Json.write(integration.settings().secret())))
                .param("pollSeconds", integration.pollInterval().toSeconds())
                .param("timezone", integration.timezone().getId())
                .param("importFrom", timestamp(integration.importFrom()))
                .param("siteUrl", integration.siteUrl())
                .param("signupUrl", integration.signupUrl())
                .param("catalogFeedUrl", integration.catalogFeedUrl())
                .param("scoring", array(integration.scoringStatuses()))
                .param("reversal", array(integration.reversalStatuses()))
                .param("importCustomers", integration.importCustomers())
                .param("importSales", integration.importSales())
                .param("salesCutover", timestamp(integration.salesCutover()))
                .param("registerBuyers", integration.registerBuyers())
                .param("cpfAsPassword", integration.cpfAsPassword())
                .param("branch", integration.branchId())
                .param("rule", integration.pointsRuleId())
                .param("couponValidityDays", integration.couponValidityDays())
                .param("couponSource", integration.couponSource(), Types.VARCHAR)
                .param("rewardSkus", array(integration.rewardSkus()))
                .param("now", Timestamp.from(clock.instant()))
                .update();
        // Looked for first: to insert what is there waits for whoever has it claimed, who may be waiting for the integration.
        for (String work : List.of("polling (merchant_id, integration_id, platform) SELECT i.merchant_id, i.id, i.platform",
                "catalogs (merchant_id, integration_id) SELECT i.merchant_id, i.id",
                "customer_imports (merchant_id, integration_id, platform) SELECT i.merchant_id, i.id, i.platform")) {
            jdbc.sql("""
                    INSERT INTO %s FROM integrations i
                     WHERE i.merchant_id = ? AND i.id = ?
                       AND NOT EXISTS (SELECT FROM %s w WHERE w.merchant_id = i.merchant_id AND w.integration_id = i.id)
                    ON CONFLICT (merchant_id, integration_id) DO NOTHING
                    """.formatted(work, work.substring(0, work.indexOf(' ')))).params(integration.merchantId(), integration.id()).update();
        }
    }

    /** As the API shows it. */
    public Map<String, Object> described(Integration integration) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", integration.id());
        json.put("platform", integration.platform());
        json.put("name", integration.name());
        json.put("settings", integration.settings().masked());
        json.put("pollInterval", integration.pollInterval());
        json.put("timezone", integration.timezone().equals(ZoneOffset.UTC) ? "+00:00" : integration.timezone().getId());
        json.put("importFrom", integration.importFrom());
        json.put("siteUrl", integration.siteUrl());
        json.put("signupUrl", integration.signupUrl());
        json.put("catalogFeedUrl", integration.catalogFeedUrl());
        json.put("scoringStatuses", integration.scoringStatuses());
        json.put("reversalStatuses", integration.reversalStatuses());
        json.put("importCustomers", integration.importCustomers());
        json.put("importSales", integration.importSales());
        json.put("salesCutover", integration.salesCutover());
        json.put("registerBuyers", integration.registerBuyers());
        json.put("cpfAsPassword", integration.cpfAsPassword());
        json.put("branchId", integration.branchId());
        json.put("pointsRuleId", integration.pointsRuleId());
        json.put("couponValidityDays", integration.couponValidityDays());
        json.put("couponSource", integration.couponSource());
        json.put("rewardSkus", integration.rewardSkus());
        json.put("webhookUrl", platforms.find(integration.platform()).filter(platform -> platform.can("webhooks")).map(platform -> hooks.address(integration)).orElse(null));
        json.put("active", integration.active());
        json.put("activatedAt", integration.activatedAt());
        json.putAll(jdbc.sql("""
                SELECT checked_at, check_ok, created_at, updated_at FROM integrations WHERE merchant_id = ? AND id = ?
                """).params(integration.merchantId(), integration.id()).query((row, number) -> {
            Map<String, Object> times = new LinkedHashMap<>();
            times.put("checkedAt", instant(row, "checked_at"));
            times.put("checkOk", row.getObject("check_ok", Boolean.class));
            times.put("createdAt", instant(row, "created_at"));
            times.put("updatedAt", instant(row, "updated_at"));
            return times;
        }).single());
        return json;
    }

    /**
     * Keeps pages of this integration from being posted until the caller's transaction ends. To come before any other lock:
     * a page takes this one first, then the merchant's, and whoever does it the other way round waits for it for ever.
     */
    void hold(UUID merchantId, UUID id) {
        jdbc.sql("SELECT 1 FROM polling WHERE merchant_id = ? AND integration_id = ? FOR UPDATE").params(merchantId, id).query(Integer.class).optional();
    }

    /** The same for all integrations of the merchant. */
    void holdAll(UUID merchantId) {
        jdbc.sql("SELECT 1 FROM polling WHERE merchant_id = ? ORDER BY integration_id FOR UPDATE").param(merchantId).query(Integer.class).list();
    }

    /** Takes the claim away from whoever is polling: what it still posts is refused. */
    public void interrupt(Integration integration) {
        interruptPoll(integration.merchantId(), integration.id());
        interrupt("customer_imports", integration.merchantId(), integration.id());
    }

    void interruptPoll(UUID merchantId, UUID id) {
        interrupt("polling", merchantId, id);
    }

    private void interrupt(String table, UUID merchantId, UUID id) {
        jdbc.sql("UPDATE " + table + " SET fencing = fencing + 1, lease_owner = NULL, lease_until = NULL WHERE merchant_id = ? AND integration_id = ?")
                .params(merchantId, id).update();
    }

    /** The customers too, whatever postponed them. */
    void importCustomersAtOnce(Integration integration) {
        jdbc.sql("UPDATE customer_imports SET next_import_at = now() WHERE merchant_id = ? AND integration_id = ?")
                .params(integration.merchantId(), integration.id()).update();
    }

    /** Its feed too, though it be as it was. A reading that is under way begins again: it goes by what no longer holds. */
    void readFeedAnew(Integration integration) {
        interrupt("catalogs", integration.merchantId(), integration.id());
        jdbc.sql("UPDATE catalogs SET etag = NULL, last_modified = NULL, next_run_at = now() WHERE merchant_id = ? AND integration_id = ?")
                .params(integration.merchantId(), integration.id()).update();
        jdbc.sql("UPDATE catalog_runs SET outcome = 'queued', started_at = NULL WHERE merchant_id = ? AND integration_id = ? AND outcome = 'running'")
                .params(integration.merchantId(), integration.id()).update();
    }

    /** Due now, whatever postponed it. */
    public void pollAtOnce(Integration integration) {
        jdbc.sql("UPDATE polling SET next_poll_at = now() WHERE merchant_id = ? AND integration_id = ?")
                .params(integration.merchantId(), integration.id()).update();
    }

    /** Settings as a merchant gives them, told apart into open and secret by the platform's schema. */
    public Settings settings(Platform platform, ObjectNode given) {
        ObjectNode open = given.deepCopy();
        ObjectNode secret = Json.mapper().createObjectNode();
        for (String name : platform.secretSettings()) {
            JsonNode value = open.remove(name);
            if (value != null && !value.isNull()) {
                secret.set(name, value);
            }
        }
        return new Settings(open, secret, hubSettings(platform));
    }

    private Map<String, String> hubSettings(Platform platform) {
        Map<String, String> values = new HashMap<>();
        platform.hubSettings().forEach((setting, variable) -> {
            String value = environment.getProperty(variable);
            if (value != null && !value.isBlank()) {
                values.put(setting, value);
            }
        });
        return values;
    }

    Integration read(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        String platform = row.getString("platform");
        ObjectNode open = (ObjectNode) Json.parse(row.getString("settings"));
        ObjectNode secret = (ObjectNode) Json.parse(secrets.open(id, row.getBytes("secrets")));
        Map<String, String> hub = platforms.find(platform).map(this::hubSettings).orElse(Map.of());
        UUID branchId = row.getObject("branch_id", UUID.class);
        return new Integration(
                row.getObject("merchant_id", UUID.class),
                id,
                platform,
                row.getString("name"),
                new Settings(open, secret, hub),
                Duration.ofSeconds(row.getLong("poll_seconds")),
                ZoneOffset.of(row.getString("timezone")),
                instant(row, "import_from"),
                row.getString("site_url"),
                row.getString("signup_url"),
                row.getString("catalog_feed_url"),
                list(row.getArray("scoring_statuses")),
                list(row.getArray("reversal_statuses")),
                row.getBoolean("import_customers"),
                row.getBoolean("import_sales"),
                instant(row, "sales_cutover"),
                row.getBoolean("register_buyers"),
                row.getBoolean("cpf_as_password"),
                branchId == null ? null : new Branch(branchId, row.getString("branch_name")),
                row.getObject("points_rule_id", UUID.class),
                row.getInt("coupon_validity_days"),
                row.getString("coupon_source"),
                list(row.getArray("reward_skus")),
                row.getBoolean("active"),
                instant(row, "activated_at"),
                row.getObject("check_ok", Boolean.class),
                instant(row, "sales_from"),
                row.getBoolean("shares_sales"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    private static Timestamp timestamp(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static List<String> list(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static String array(List<String> values) {
        StringBuilder literal = new StringBuilder("{");
        for (String value : values) {
            literal.append(literal.length() > 1 ? "," : "").append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
        return literal.append('}').toString();
    }
}
