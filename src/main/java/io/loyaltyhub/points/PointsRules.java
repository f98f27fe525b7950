package io.loyaltyhub.points;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The points rules of the merchants. */
@Component
public class PointsRules {

    private static final String COLUMNS = "id, version, name, points_per_real, base, minimum_order, valid_from, valid_to, multipliers, is_default";

    private final JdbcClient jdbc;
    private final Clock clock;

    public PointsRules(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The integration's own rule, else its branch's, else the merchant's default. */
    public Optional<PointsRule> forIntegration(Integration integration) {
        return jdbc.sql("SELECT " + COLUMNS + """
                 FROM points_rules
                 WHERE merchant_id = :merchant AND deleted_at IS NULL
                   AND (id = :rule OR is_default OR id = (SELECT points_rule_id FROM branches WHERE merchant_id = :merchant AND id = :branch))
                 ORDER BY id = :rule DESC NULLS LAST, is_default
                 LIMIT 1
                """)
                .param("merchant", integration.merchantId())
                .param("rule", integration.pointsRuleId(), java.sql.Types.OTHER)
                .param("branch", integration.branchId(), java.sql.Types.OTHER)
                .query((row, number) -> read(row))
                .optional();
    }

    public Optional<PointsRule> find(UUID merchantId, UUID id) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM points_rules WHERE merchant_id = ? AND id = ? AND deleted_at IS NULL")
                .params(merchantId, id).query((row, number) -> read(row)).optional();
    }

    public List<PointsRule> of(UUID merchantId) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM points_rules WHERE merchant_id = ? AND deleted_at IS NULL ORDER BY created_at, id")
                .param(merchantId).query((row, number) -> read(row)).list();
    }

    /** Stores a new rule, or the next version of a known one. A new default takes the place of the old. */
    @Transactional
    public PointsRule write(UUID merchantId, PointsRule rule) {
        if (rule.isDefault()) {
            jdbc.sql("UPDATE points_rules SET is_default = false WHERE merchant_id = ? AND is_default AND id <> ? AND deleted_at IS NULL")
                    .params(merchantId, rule.id()).update();
        }
        jdbc.sql("""
                INSERT INTO points_rules AS r (merchant_id, id, name, points_per_real, base, minimum_order, valid_from, valid_to, multipliers,
                    is_default, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
                ON CONFLICT (merchant_id, id) DO UPDATE SET
                    version = r.version + 1, name = excluded.name, points_per_real = excluded.points_per_real, base = excluded.base,
                    minimum_order = excluded.minimum_order, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
                    multipliers = excluded.multipliers, is_default = excluded.is_default
                """)
                .params(merchantId, rule.id(), rule.name(), rule.pointsPerReal(), rule.base().name().toLowerCase(Locale.ROOT), rule.minimumOrder(),
                        timestamp(rule.validFrom()), timestamp(rule.validTo()), Multiplier.json(rule.multipliers()), rule.isDefault(), Timestamp.from(clock.instant()))
                .update();
        return find(merchantId, rule.id()).orElseThrow();
    }

    /** A rule that earned points stays on record; it only stops applying. */
    public boolean delete(UUID merchantId, UUID id) {
        return jdbc.sql("UPDATE points_rules SET deleted_at = ?, is_default = false WHERE merchant_id = ? AND id = ? AND deleted_at IS NULL")
                .params(Timestamp.from(clock.instant()), merchantId, id).update() == 1;
    }

    private static PointsRule read(ResultSet row) throws SQLException {
        return new PointsRule(
                row.getObject("id", UUID.class),
                row.getInt("version"),
                row.getString("name"),
                row.getBigDecimal("points_per_real").stripTrailingZeros(),
                PointsRule.Base.valueOf(row.getString("base").toUpperCase(Locale.ROOT)),
                row.getBigDecimal("minimum_order"),
                instant(row.getTimestamp("valid_from")),
                instant(row.getTimestamp("valid_to")),
                Multiplier.readAll(Json.parse(row.getString("multipliers"))),
                row.getBoolean("is_default"));
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static Timestamp timestamp(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
