package io.loyaltyhub.points;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sale.Sale;
import io.loyaltyhub.sale.SaleReader;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The merchants' points rules. */
@Component("pointsRuleApi")
@Transactional
public class PointsRuleApi {

    private static final int PREVIEWED = 50;
    private static final Set<String> NOT_COUNTED = Set.of("duplicate", "held", "ignored");
    /** A comma in the wrong place, more likely than a campaign. */
    private static final BigDecimal MOST_TOGETHER = BigDecimal.valueOf(50);

    private static final String LAST_EARNING = """
            SELECT s.id, s.integration_id, s.sale, s.points, s.decision, s.reason,
                   NOT EXISTS (SELECT FROM sales o
                                WHERE o.merchant_id = s.merchant_id AND o.participant_id = s.participant_id AND o.points > 0
                                  AND (o.placed_at, o.id) < (s.placed_at, s.id)) AS is_first
              FROM sales s
             WHERE s.merchant_id = ? AND s.effect = 'earns'
             ORDER BY s.id DESC
             LIMIT ?
            """;

    private final PointsRules rules;
    private final JdbcClient jdbc;
    private final Audit audit;

    public PointsRuleApi(PointsRules rules, JdbcClient jdbc, Audit audit) {
        this.rules = rules;
        this.jdbc = jdbc;
        this.audit = audit;
    }

    public Map<String, Object> create(ApiRequest request) {
        UUID merchant = request.merchant();
        oneAtATime(merchant);
        // The first rule is the default: a merchant with one rule means that one.
        boolean isDefault = request.has("default") ? request.field("default").asBoolean() : rules.of(merchant).isEmpty();
        return write(request, merchant, blank(isDefault), "points-rule.create");
    }

    private static PointsRule blank(boolean isDefault) {
        return new PointsRule(UUID.randomUUID(), 1, null, BigDecimal.ONE, PointsRule.Base.GOODS, BigDecimal.ZERO, null, null, List.of(), isDefault);
    }

    /** What a rule that is not stored would pay for the last orders that earn, beside what they have paid. */
    public List<Map<String, Object>> preview(ApiRequest request) {
        PointsRule rule = changed(request, blank(false));
        return jdbc.sql(LAST_EARNING).params(request.merchant(), PREVIEWED).query((row, number) -> {
            Sale sale = SaleReader.read(Json.parse(row.getString("sale")));
            PointsRule.Score score = rule.score(sale);
            Map<String, Object> previewed = new LinkedHashMap<>();
            previewed.put("saleId", row.getLong("id"));
            previewed.put("integrationId", row.getObject("integration_id", UUID.class));
            previewed.put("sale", sale);
            // No rule pays for what another source counts, or may.
            boolean counts = !NOT_COUNTED.contains(row.getString("decision"));
            previewed.put("decision", row.getString("decision"));
            previewed.put("points", !counts ? 0 : row.getBoolean("is_first") ? score.pointsIfFirst() : score.points());
            previewed.put("recordedPoints", row.getLong("points"));
            previewed.put("reason", counts ? score.reason() : row.getString("reason"));
            return previewed;
        }).list();
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        return Listing.page(request, rules.of(request.merchant()).stream().map(PointsRuleApi::described).toList(), rule -> rule.get("id"));
    }

    public Map<String, Object> get(ApiRequest request) {
        return described(find(request));
    }

    public Map<String, Object> update(ApiRequest request) {
        oneAtATime(request.merchant());
        return write(request, request.merchant(), find(request), "points-rule.update");
    }

    /** Two rules that become the default together would each not see the other. */
    private void oneAtATime(UUID merchant) {
        jdbc.sql("SELECT id FROM merchants WHERE id = ? FOR UPDATE").param(merchant).query(UUID.class).optional().orElseThrow(Problem::notFound);
    }

    public void delete(ApiRequest request) {
        PointsRule rule = find(request);
        List<String> users = jdbc.sql("""
                SELECT name FROM integrations WHERE merchant_id = :merchant AND points_rule_id = :rule AND deleted_at IS NULL
                UNION ALL
                SELECT name FROM branches WHERE merchant_id = :merchant AND points_rule_id = :rule
                """).param("merchant", request.merchant()).param("rule", rule.id()).query(String.class).list();
        if (!users.isEmpty()) {
            throw Problem.conflict("points-rule.in-use", String.join(", ", users));
        }
        rules.delete(request.merchant(), rule.id());
        audit.record(request, request.merchant(), "points-rule.delete", rule.id(), Map.of());
    }

    private Map<String, Object> write(ApiRequest request, UUID merchant, PointsRule before, String action) {
        PointsRule after = rules.write(merchant, changed(request, before));
        audit.record(request, merchant, action, after.id(), request.body());
        return described(after);
    }

    private static PointsRule changed(ApiRequest request, PointsRule before) {
        Instant validFrom = request.mentions("validFrom") ? request.instant("validFrom") : before.validFrom();
        Instant validTo = request.mentions("validTo") ? request.instant("validTo") : before.validTo();
        if (validFrom != null && validTo != null && !validTo.isAfter(validFrom)) {
            throw Problem.invalid("validTo", "points-rule.ends-before-it-begins");
        }
        return new PointsRule(
                before.id(),
                before.version(),
                request.has("name") ? request.text("name") : before.name(),
                request.has("pointsPerReal") ? new BigDecimal(request.text("pointsPerReal")) : before.pointsPerReal(),
                request.has("base") ? PointsRule.Base.valueOf(request.text("base").toUpperCase(Locale.ROOT)) : before.base(),
                request.mentions("minimumOrder") ? minimumOrder(request) : before.minimumOrder(),
                validFrom,
                validTo,
                request.has("multipliers") ? multipliers(request) : before.multipliers(),
                request.has("default") ? request.field("default").asBoolean() : before.isDefault());
    }

    private static List<Multiplier> multipliers(ApiRequest request) {
        List<Multiplier> multipliers;
        try {
            multipliers = Multiplier.readAll(request.field("multipliers"));
        } catch (DateTimeException e) {
            throw Problem.invalid("multipliers", "body.not-a-time");
        }
        if (multipliers.stream().anyMatch(one -> one.from() != null && one.to() != null && !one.to().isAfter(one.from()))) {
            throw Problem.invalid("multipliers", "points-rule.multiplier-ends-before-it-begins");
        }
        BigDecimal together = multipliers.stream().map(Multiplier::factor).map(BigDecimal.ONE::max).reduce(BigDecimal.ONE, BigDecimal::multiply);
        if (together.compareTo(MOST_TOGETHER) > 0) {
            throw Problem.invalid("multipliers", "points-rule.multipliers-too-large", MOST_TOGETHER);
        }
        return multipliers;
    }

    /** Null clears it, as it does the dates. */
    private static BigDecimal minimumOrder(ApiRequest request) {
        return request.has("minimumOrder") ? request.field("minimumOrder").decimalValue() : BigDecimal.ZERO;
    }

    private PointsRule find(ApiRequest request) {
        return rules.find(request.merchant(), request.id("rule")).orElseThrow(Problem::notFound);
    }

    private static Map<String, Object> described(PointsRule rule) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", rule.id());
        json.put("version", rule.version());
        json.put("name", rule.name());
        json.put("pointsPerReal", rule.pointsPerReal().toPlainString());
        json.put("base", rule.base().name().toLowerCase(Locale.ROOT));
        json.put("minimumOrder", rule.minimumOrder());
        json.put("validFrom", rule.validFrom());
        json.put("validTo", rule.validTo());
        json.put("multipliers", rule.multipliers().stream().map(Multiplier::described).toList());
        json.put("default", rule.isDefault());
        return json;
    }
}
