package io.loyaltyhub.coupon;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.platform.Platforms;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Codes that merchants made in their shops' panels, each good for one member. */
@Component
public class CouponPool {

    /** Fewer free codes of a value than this, and the merchant is told. */
    public static final int LOW_WATER = 10;

    /** A code that a member has, made by the shop itself, is known too. */
    private static final String ADD = """
            INSERT INTO coupon_pool (merchant_id, integration_id, code, value, expires_on, added_at)
            SELECT i.merchant_id, i.id, v.code, v.value, v.expires_on, ?
              FROM integrations i, unnest(?::text[], ?::numeric[], ?::date[]) AS v (code, value, expires_on)
             WHERE i.merchant_id = ? AND i.id = ?
               AND NOT EXISTS (SELECT FROM redemptions r WHERE r.merchant_id = i.merchant_id AND r.integration_id = i.id AND r.code = v.code)
            ON CONFLICT (merchant_id, integration_id, code) DO NOTHING
            """;

    private static final String FREE = """
            SELECT value, count(*) FILTER (WHERE redemption_id IS NULL AND (expires_on IS NULL OR expires_on > current_date)) AS free
              FROM coupon_pool WHERE merchant_id = ? AND integration_id = ?
             GROUP BY value ORDER BY value
            """;

    private final JdbcTemplate jdbc;
    private final Platforms platforms;
    private final Clock clock;

    CouponPool(JdbcTemplate jdbc, Platforms platforms, Clock clock) {
        this.jdbc = jdbc;
        this.platforms = platforms;
        this.clock = clock;
    }

    /** @param expiresOn the last day; null where the code never ends */
    record Code(String code, BigDecimal value, LocalDate expiresOn) {
    }

    /** How many codes of one value nobody has yet. */
    public record Free(BigDecimal value, long free) {

        boolean isLow() {
            return free < LOW_WATER;
        }
    }

    /** Whether this integration's coupons come from the pool: the merchant wants it, or the platform can make none for it. */
    public boolean serves(Integration integration) {
        return "pool".equals(integration.couponSource()) || !platforms.get(integration.platform()).can("coupons", integration.settings());
    }

    /** @return how many were not there before */
    int add(Integration integration, List<Code> codes) {
        Integer added = jdbc.execute(ADD, (PreparedStatement insert) -> {
            Connection connection = insert.getConnection();
            insert.setTimestamp(1, Timestamp.from(clock.instant()));
            insert.setArray(2, column(connection, "text", codes.stream().map(Code::code).toArray()));
            insert.setArray(3, column(connection, "numeric", codes.stream().map(Code::value).toArray()));
            insert.setArray(4, column(connection, "date", codes.stream().map(Code::expiresOn).toArray()));
            insert.setObject(5, integration.merchantId());
            insert.setObject(6, integration.id());
            return insert.executeUpdate();
        });
        return added == null ? 0 : added;
    }

    private static java.sql.Array column(Connection connection, String type, Object[] values) throws SQLException {
        return connection.createArrayOf(type, values);
    }

    /** By value; values of which none is left included. */
    public List<Free> free(UUID merchantId, UUID integrationId) {
        return jdbc.query(FREE, (row, number) -> new Free(row.getBigDecimal(1), row.getLong(2)), merchantId, integrationId);
    }
}
