package io.loyaltyhub.coupon;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.points.Posted;
import io.loyaltyhub.poll.AfterPosting;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** A coupon of ours that comes in with an order is used. */
@Component
class UsedCoupons implements AfterPosting {

    private static final String USED = """
            UPDATE redemptions SET used_at = ?
             WHERE merchant_id = ? AND integration_id = ? AND code = ANY (?) AND state = 'issued' AND used_at IS NULL
            """;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    UsedCoupons(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public void posted(Integration integration, List<Posted> posted) {
        // Some shops keep codes in lower case; ours have none of it.
        Object[] codes = posted.stream().map(one -> one.sale().coupon()).filter(Objects::nonNull)
                .flatMap(code -> Stream.of(code, code.toUpperCase(Locale.ROOT))).distinct().toArray();
        if (codes.length == 0) {
            return;
        }
        jdbc.execute(USED, (PreparedStatement update) -> {
            update.setTimestamp(1, Timestamp.from(clock.instant()));
            update.setObject(2, integration.merchantId());
            update.setObject(3, integration.id());
            update.setArray(4, update.getConnection().createArrayOf("text", codes));
            return update.executeUpdate();
        });
    }
}
