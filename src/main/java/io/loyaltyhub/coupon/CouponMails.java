package io.loyaltyhub.coupon;

import io.loyaltyhub.mail.Mails;
import java.time.LocalDate;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes to members what came of their redemptions, in the transaction that decides it. */
@Component
class CouponMails {

    private final JdbcClient jdbc;
    private final Mails mails;

    CouponMails(JdbcClient jdbc, Mails mails) {
        this.jdbc = jdbc;
        this.mails = mails;
    }

    void issued(CouponOrder coupon) {
        jdbc.sql("""
                SELECT r.participant_id, r.title, r.code, r.value, r.ends_on, i.site_url
                  FROM redemptions r JOIN integrations i ON i.merchant_id = r.merchant_id AND i.id = r.integration_id
                 WHERE r.merchant_id = ? AND r.id = ?
                """).params(coupon.merchantId(), coupon.id()).query(row -> {
            mails.couponIssued(coupon.merchantId(), row.getObject("participant_id", UUID.class), new Mails.Coupon(coupon.id(), row.getString("title"),
                    row.getString("code"), row.getBigDecimal("value"), row.getObject("ends_on", LocalDate.class), row.getString("site_url")));
        });
    }

    void failed(CouponOrder coupon) {
        jdbc.sql("SELECT participant_id, title, points FROM redemptions WHERE merchant_id = ? AND id = ?").params(coupon.merchantId(), coupon.id()).query(row -> {
            mails.couponFailed(coupon.merchantId(), row.getObject("participant_id", UUID.class), coupon.id(), row.getString("title"), row.getLong("points"));
        });
    }
}
