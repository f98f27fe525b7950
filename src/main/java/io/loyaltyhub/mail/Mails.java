package io.loyaltyhub.mail;

import io.loyaltyhub.json.Json;
import io.loyaltyhub.security.Secrets;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Puts mails into the outbox, within the caller's transaction: the mail is there if and only if what it tells of is. What is
 * queued twice is one mail; a member without an address gets none.
 */
@Component
public class Mails {

    private static final String QUEUE = """
            INSERT INTO mails (merchant_id, kind, participant_id, address, data, secret, dedup_key, urgency)
            SELECT p.merchant_id, ?, p.id, p.email, ?::jsonb, ?, ?, ?
              FROM participants p
             WHERE p.merchant_id = ? AND p.id = ? AND p.email IS NOT NULL
            ON CONFLICT (merchant_id, dedup_key) DO NOTHING
            """;

    private final JdbcTemplate jdbc;
    private final Secrets secrets;

    public Mails(JdbcTemplate jdbc, Secrets secrets) {
        this.jdbc = jdbc;
        this.secrets = secrets;
    }

    /**
     * A coupon made for a member.
     *
     * @param redemption what it was redeemed by: one mail for each
     * @param reward     what the member redeemed; null: an amount
     * @param lastDay    on which it can be used
     * @param shopUrl    where to use it; null: the merchant's site
     */
    public record Coupon(Object redemption, String reward, String code, BigDecimal value, LocalDate lastDay, String shopUrl) {
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void couponIssued(UUID merchant, UUID participant, Coupon coupon) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("reward", coupon.reward());
        data.put("value", coupon.value());
        data.put("lastDay", coupon.lastDay());
        data.put("shopUrl", coupon.shopUrl());
        queue(merchant, participant, MailKind.COUPON_ISSUED, coupon.redemption(), data, Map.of("code", coupon.code()));
    }

    /** The shop made no coupon, and the points are back. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void couponFailed(UUID merchant, UUID participant, Object redemption, String reward, long points) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("reward", reward);
        data.put("points", points);
        queue(merchant, participant, MailKind.COUPON_FAILED, redemption, data, Map.of());
    }

    /** @param on the last day on which the first of these points can be used */
    @Transactional(propagation = Propagation.MANDATORY)
    public void pointsExpiring(UUID merchant, UUID participant, long points, LocalDate on) {
        queue(merchant, participant, MailKind.POINTS_EXPIRING, participant + ":" + on, Map.of("points", points, "on", on), Map.of());
    }

    /** @param link to where the member chooses a new password; each is mailed once */
    @Transactional(propagation = Propagation.MANDATORY)
    public void passwordReset(UUID merchant, UUID participant, String link) {
        queue(merchant, participant, MailKind.PASSWORD_RESET, participant + ":" + secrets.fingerprint(link), Map.of(), Map.of("link", link));
    }

    private void queue(UUID merchant, UUID participant, MailKind kind, Object occasion, Map<String, Object> data, Map<String, Object> secret) {
        jdbc.update(QUEUE, kind.code(), Json.write(data), secret.isEmpty() ? null : secrets.seal(merchant, Json.write(secret)),
                kind.code() + ":" + occasion, kind.isAsked() ? 0 : 1, merchant, participant);
    }
}
