package io.loyaltyhub.coupon;

import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.points.RedemptionEntries;
import io.loyaltyhub.poll.LeaseLost;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The redemptions whose coupons are owed, and each step of one on the way to its coupon: committed before the next is taken. */
@Component
@Transactional
public class CouponOutbox {

    private static final String CLAIM = """
            WITH due AS (
                SELECT merchant_id, id FROM redemptions
                 WHERE state = 'pending' AND next_attempt_at <= now() AND (lease_until IS NULL OR lease_until < now())
                 ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED)
            UPDATE redemptions r
               SET lease_until = now() + make_interval(secs => ?), fencing = r.fencing + 1, attempts = r.attempts + 1
              FROM due
             WHERE r.merchant_id = due.merchant_id AND r.id = due.id
            RETURNING r.*, (
                SELECT s.sale -> 'customer' ->> 'id' FROM sales s
                 WHERE s.merchant_id = r.merchant_id AND s.participant_id = r.participant_id AND s.integration_id = r.integration_id
                   AND s.sale -> 'customer' ->> 'id' IS NOT NULL
                 ORDER BY s.id DESC LIMIT 1) AS customer_id
            """;

    private static final String HELD = " WHERE merchant_id = ? AND id = ? AND fencing = ? AND state = 'pending'";

    private static final String TAKE_FROM_POOL = """
            UPDATE coupon_pool SET redemption_id = ?
             WHERE merchant_id = ? AND id = (
                SELECT id FROM coupon_pool p
                 WHERE merchant_id = ? AND integration_id = ? AND value = ? AND redemption_id IS NULL AND (expires_on IS NULL OR expires_on > ?)
                   AND NOT EXISTS (SELECT FROM redemptions r WHERE r.merchant_id = p.merchant_id AND r.integration_id = p.integration_id AND r.code = p.code)
                 ORDER BY expires_on NULLS LAST, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING code, expires_on
            """;

    /** That a coupon was not used is known only where the shop's orders name their coupons and are read, and were up to then. */
    private static final String EXPIRED = """
            SELECT r.merchant_id, r.participant_id, r.id
              FROM redemptions r
              JOIN merchants m ON m.id = r.merchant_id
              JOIN integrations i ON i.merchant_id = r.merchant_id AND i.id = r.integration_id
              JOIN polling p ON p.merchant_id = r.merchant_id AND p.integration_id = r.integration_id
             WHERE r.state = 'issued' AND r.used_at IS NULL AND r.returned_at IS NULL AND r.expires_at < ? AND m.return_expired_coupons
               AND i.import_sales AND i.import_from <= r.created_at AND p.since > r.expires_at + make_interval(secs => ?)
               AND i.platform = ANY (?)
             ORDER BY r.merchant_id, r.participant_id LIMIT 500
            """;

    /** An order with the coupon may come in some days late. */
    private static final Duration ORDERS_COME_LATE = Duration.ofDays(7);
    private static final String BY = "coupons";

    private final JdbcClient jdbc;
    private final RedemptionEntries entries;
    private final CouponMails mails;
    private final Platforms platforms;
    private final Clock clock;
    private final Duration lease;

    CouponOutbox(JdbcClient jdbc, RedemptionEntries entries, CouponMails mails, Platforms platforms, Clock clock,
                 @Value("${hub.coupon.lease:PT90S}") Duration lease) {
        this.jdbc = jdbc;
        this.entries = entries;
        this.mails = mails;
        this.platforms = platforms;
        this.clock = clock;
        this.lease = lease;
    }

    List<CouponOrder> claim(int most) {
        return jdbc.sql(CLAIM).params(most, lease.toMillis() / 1000.0).query((row, number) -> read(row)).list();
    }

    /** From here on the shop may have the coupon, whatever becomes of this node. */
    CouponOrder asking(CouponOrder coupon) {
        mustHold(jdbc.sql("UPDATE redemptions SET asked_at = coalesce(asked_at, now()), lease_until = now() + make_interval(secs => ?)" + HELD)
                .params(lease.toMillis() / 1000.0, coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
        return coupon.askedNow();
    }

    /** Some shops have to be read through for a code, which takes its time. */
    void hold(CouponOrder coupon) {
        mustHold(jdbc.sql("UPDATE redemptions SET lease_until = now() + make_interval(secs => ?)" + HELD)
                .params(lease.toMillis() / 1000.0, coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
    }

    CouponOrder made(CouponOrder coupon, String couponId) {
        mustHold(jdbc.sql("UPDATE redemptions SET coupon_id = ?, lease_until = now() + make_interval(secs => ?)" + HELD)
                .params(couponId, lease.toMillis() / 1000.0, coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
        return coupon.madeAs(couponId);
    }

    CouponOrder unmade(CouponOrder coupon) {
        mustHold(jdbc.sql("UPDATE redemptions SET coupon_id = NULL, asked_at = NULL" + HELD).params(coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
        return coupon.unmade();
    }

    /** The shop was thought to have it, and may have it no longer. */
    void doubt(CouponOrder coupon) {
        mustHold(jdbc.sql("UPDATE redemptions SET coupon_id = NULL" + HELD).params(coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
    }

    void issue(CouponOrder coupon) {
        mustHold(jdbc.sql("UPDATE redemptions SET state = 'issued', issued_at = ?, reason = NULL, lease_until = NULL" + HELD)
                .params(Timestamp.from(clock.instant()), coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
        mails.issued(coupon);
    }

    /** One free code of the pool of just this value becomes the coupon, or the points come back. */
    boolean issueFromPool(CouponOrder coupon, String nothingLeft) {
        record Code(String code, LocalDate expiresOn) {
        }
        Optional<Code> taken = jdbc.sql(TAKE_FROM_POOL)
                .params(coupon.id(), coupon.merchantId(), coupon.merchantId(), coupon.integrationId(), coupon.value(), Date.valueOf(coupon.startsOn()))
                .query((row, number) -> new Code(row.getString(1), row.getObject(2, LocalDate.class))).optional();
        if (taken.isEmpty()) {
            fail(coupon, nothingLeft);
            return false;
        }
        // The zone is in the expiry that the redemption began with.
        mustHold(jdbc.sql("""
                UPDATE redemptions SET state = 'issued', issued_at = ?, reason = NULL, lease_until = NULL, code = ?,
                       expires_at = expires_at + make_interval(days => least(coalesce(?::date, ends_on), ends_on) - ends_on),
                       ends_on = least(coalesce(?::date, ends_on), ends_on)
                """ + HELD).params(Timestamp.from(clock.instant()), taken.get().code(), date(taken.get().expiresOn()), date(taken.get().expiresOn()),
                        coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
        mails.issued(coupon);
        return true;
    }

    /** Nothing came of it, and nothing will: the points go back to the member. */
    void fail(CouponOrder coupon, String reason) {
        // Participants before redemptions, as everywhere.
        entries.giveBack(coupon.merchantId(), coupon.id(), "Devolução: o cupom não pôde ser emitido", BY);
        mustHold(jdbc.sql("UPDATE redemptions SET state = 'failed', reason = ?, lease_until = NULL" + HELD)
                .params(reason, coupon.merchantId(), coupon.id(), coupon.fencing()).update(), coupon);
        mails.failed(coupon);
    }

    void postpone(CouponOrder coupon, Duration delay, String reason) {
        jdbc.sql("UPDATE redemptions SET reason = ?, lease_until = NULL, next_attempt_at = now() + make_interval(secs => ?)" + HELD)
                .params(reason, delay.toMillis() / 1000.0, coupon.merchantId(), coupon.id(), coupon.fencing()).update();
    }

    /** @return how many expired without being used and gave their points back */
    public int returnExpired() {
        record Expired(UUID merchantId, UUID participantId, UUID id) {
        }
        Instant now = clock.instant();
        String[] telling = platforms.all().stream().filter(Platform::tellsOfUsedCoupons).map(Platform::name).toArray(String[]::new);
        List<Expired> expired = jdbc.sql(EXPIRED).params(Timestamp.from(now.minus(ORDERS_COME_LATE)), (double) ORDERS_COME_LATE.toSeconds(), telling)
                .query((row, number) -> new Expired(row.getObject(1, UUID.class), row.getObject(2, UUID.class), row.getObject(3, UUID.class))).list();
        // Balances in one order and before redemptions, as where orders are posted, which may say meanwhile that a coupon was used.
        expired.forEach(one -> entries.hold(one.merchantId(), one.participantId()));
        int returned = 0;
        for (Expired one : expired) {
            if (jdbc.sql("UPDATE redemptions SET returned_at = ? WHERE merchant_id = ? AND id = ? AND used_at IS NULL AND returned_at IS NULL")
                    .params(Timestamp.from(now), one.merchantId(), one.id()).update() == 1) {
                entries.giveBack(one.merchantId(), one.id(), "Devolução: cupom vencido sem uso", BY);
                returned++;
            }
        }
        return returned;
    }

    private static void mustHold(int rows, CouponOrder coupon) {
        if (rows == 0) {
            throw new LeaseLost(coupon.toString());
        }
    }

    private static Date date(LocalDate day) {
        return day == null ? null : Date.valueOf(day);
    }

    private static CouponOrder read(ResultSet row) throws SQLException {
        return new CouponOrder(row.getObject("merchant_id", UUID.class), row.getObject("id", UUID.class), row.getObject("integration_id", UUID.class),
                row.getString("code"), row.getBigDecimal("value"), row.getObject("starts_on", LocalDate.class), row.getObject("ends_on", LocalDate.class),
                row.getTimestamp("asked_at") != null, row.getString("coupon_id"), row.getString("customer_id"), row.getBoolean("from_pool"),
                row.getInt("attempts"), row.getTimestamp("created_at").toInstant(), row.getLong("fencing"));
    }
}
