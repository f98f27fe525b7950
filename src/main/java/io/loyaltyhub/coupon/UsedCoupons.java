package io.loyaltyhub.coupon;

import io.loyaltyhub.points.AfterPosting;
import io.loyaltyhub.points.Posted;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** A coupon of ours that comes in with an order is used; an order may have several. */
@Component
class UsedCoupons implements AfterPosting {

    private static final String USED = """
            UPDATE redemptions SET used_at = ?
             WHERE merchant_id = (SELECT ?::uuid) AND (integration_id, upper(code)) IN (SELECT * FROM unnest(?::uuid[], ?::text[]))
               AND state = 'issued' AND used_at IS NULL
            """;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    UsedCoupons(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public void posted(UUID merchantId, List<Posted> posted) {
        List<Object> shops = new ArrayList<>();
        List<Object> codes = new ArrayList<>();
        for (Posted one : posted.stream().filter(sale -> sale.sale().coupon() != null).toList()) {
            for (String code : one.sale().coupon().split(",")) {
                shops.add(one.integrationId());
                // Some shops keep codes in lower case, and a merchant's own may be in any.
                codes.add(code.strip().toUpperCase(Locale.ROOT));
            }
        }
        if (codes.isEmpty()) {
            return;
        }
        jdbc.execute(USED, (PreparedStatement update) -> {
            update.setTimestamp(1, Timestamp.from(clock.instant()));
            update.setObject(2, merchantId);
            update.setArray(3, update.getConnection().createArrayOf("uuid", shops.toArray()));
            update.setArray(4, update.getConnection().createArrayOf("text", codes.toArray()));
            return update.executeUpdate();
        });
    }
}
