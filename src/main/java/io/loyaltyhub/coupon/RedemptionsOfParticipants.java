package io.loyaltyhub.coupon;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What members redeemed. Nothing in it is personal but whose it is. */
@Component
class RedemptionsOfParticipants implements ParticipantRecords {

    private final JdbcTemplate jdbc;

    RedemptionsOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "redemptions";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.queryForList("""
                SELECT id, title, value, points, state, code, created_at AS "createdAt", expires_at AS "expiresAt" FROM redemptions
                 WHERE merchant_id = ? AND participant_id = ANY (?) ORDER BY created_at, id
                """, person.merchantId(), person.ids().toArray(UUID[]::new));
    }

    /** A key that both used stays the other's own: asked for again, it is that one's redemption. */
    @Override
    public void move(UUID merchantId, UUID from, UUID to) {
        jdbc.update("""
                UPDATE redemptions r
                   SET participant_id = ?, idempotency_key = CASE WHEN EXISTS (
                           SELECT FROM redemptions o WHERE o.merchant_id = r.merchant_id AND o.participant_id = ? AND o.idempotency_key = r.idempotency_key)
                       THEN r.idempotency_key || ' ' || r.id ELSE r.idempotency_key END
                 WHERE merchant_id = ? AND participant_id = ?
                """, to, to, merchantId, from);
    }
}
