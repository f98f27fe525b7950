package io.loyaltyhub.coupon;

import io.loyaltyhub.api.Messages;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.integration.OperationApi.Remark;
import io.loyaltyhub.integration.Remarks;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.text.NumberFormat;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Codes of the pool that are soon to be missed, and redemptions that came to nothing: members see it at once, and their merchant should. */
@Component
class CouponRemarks implements Remarks {

    private static final Duration LATELY = Duration.ofDays(7);
    private static final int MOST_VALUES = 5;

    private static final String REWARDS = """
            SELECT count(*) AS rewards, count(*) FILTER (WHERE NOT has_code) AS in_vain, min(price) FILTER (WHERE NOT has_code) AS without
              FROM (SELECT r.price, EXISTS (
                        SELECT FROM coupon_pool p
                         WHERE p.merchant_id = r.merchant_id AND p.integration_id = :integration AND p.value = r.price AND p.redemption_id IS NULL
                           AND (p.expires_on IS NULL OR p.expires_on > current_date)) AS has_code
                      FROM rewards r
                     WHERE r.merchant_id = :merchant AND r.removed_at IS NULL AND r.available
                       AND (r.integration_id = :integration OR :own AND r.integration_id IS NULL)) AS shown
            """;

    private static final String FAILED = """
            SELECT count(*), (array_agg(reason ORDER BY created_at DESC))[1]
              FROM redemptions WHERE merchant_id = ? AND integration_id = ? AND state = 'failed' AND created_at > ?
            """;

    private final JdbcClient jdbc;
    private final CouponPool pool;
    private final Integrations integrations;
    private final Clock clock;

    CouponRemarks(JdbcClient jdbc, CouponPool pool, Integrations integrations, Clock clock) {
        this.jdbc = jdbc;
        this.pool = pool;
        this.integrations = integrations;
        this.clock = clock;
    }

    private record Rewards(long all, long inVain, BigDecimal without) {
    }

    @Override
    public List<Remark> onSetup(Integration integration, Locale locale) {
        List<Remark> remarks = new ArrayList<>();
        if (!pool.serves(integration)) {
            return remarks;
        }
        Rewards rewards = rewards(integration);
        List<CouponPool.Free> free = pool.free(integration.merchantId(), integration.id());
        // An ERP beside a shop, say, which nobody asks for coupons.
        if (rewards.all() == 0 && free.isEmpty() && !"pool".equals(integration.couponSource())) {
            return remarks;
        }
        if (free.stream().allMatch(value -> value.free() == 0)) {
            remarks.add(new Remark("COUPON_POOL_LOW", Messages.text(locale, "readiness.COUPON_POOL_LOW.empty")));
            return remarks;
        }
        List<CouponPool.Free> low = free.stream().filter(CouponPool.Free::isLow).toList();
        if (!low.isEmpty()) {
            String values = low.stream().limit(MOST_VALUES).map(value -> reais(value.value()) + " (" + value.free() + ")").collect(Collectors.joining(", "))
                    + (low.size() > MOST_VALUES ? ", …" : "");
            remarks.add(new Remark("COUPON_POOL_LOW", Messages.text(locale, "readiness.COUPON_POOL_LOW", values)));
        }
        if (rewards.inVain() > 0) {
            remarks.add(new Remark("REWARDS_WITHOUT_CODES", Messages.text(locale, "readiness.REWARDS_WITHOUT_CODES", rewards.inVain(), reais(rewards.without()))));
        }
        return remarks;
    }

    /** Those whose coupons would come from this pool: the merchant's own too, where nobody else makes any. */
    private Rewards rewards(Integration integration) {
        boolean own = integrations.of(integration.merchantId()).stream()
                .noneMatch(other -> other.active() && !other.id().equals(integration.id()) && !pool.serves(other));
        return jdbc.sql(REWARDS).param("merchant", integration.merchantId()).param("integration", integration.id()).param("own", own)
                .query((row, number) -> new Rewards(row.getLong("rewards"), row.getLong("in_vain"), row.getBigDecimal("without"))).single();
    }

    @Override
    public List<Remark> onEvents(Integration integration, Locale locale) {
        List<Remark> remarks = new ArrayList<>();
        jdbc.sql(FAILED).params(integration.merchantId(), integration.id(), Timestamp.from(clock.instant().minus(LATELY))).query(row -> {
            if (row.getLong(1) > 0) {
                remarks.add(new Remark("REDEMPTIONS_FAILED", Messages.text(locale, "health.REDEMPTIONS_FAILED", row.getLong(1), row.getString(2))));
            }
        });
        return remarks;
    }

    private static String reais(BigDecimal value) {
        return NumberFormat.getCurrencyInstance(Messages.PORTUGUESE).format(value).replace('\u00a0', ' ');
    }
}
