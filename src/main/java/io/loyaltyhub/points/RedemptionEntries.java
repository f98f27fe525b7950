package io.loyaltyhub.points;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What redemptions do to the ledger: each takes its points once and, where nothing came of it, gives the same points back once.
 * A balance is never overdrawn this way: its row is held from the look at it until the caller's commit.
 */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class RedemptionEntries {

    /** To whoever has the points now, should the member have turned out to be another meanwhile. */
    private static final String GIVE_BACK = """
            INSERT INTO entries (merchant_id, participant_id, kind, points, redemption_id, corrects, description, created_by, created_at)
            SELECT e.merchant_id, coalesce(p.merged_into, p.id), 'refund', -e.points, e.redemption_id, e.id, ?, ?, ?
              FROM entries e
              JOIN participants p ON p.merchant_id = e.merchant_id AND p.id = e.participant_id
             WHERE e.merchant_id = ? AND e.redemption_id = ? AND e.kind = 'redeem'
            ON CONFLICT DO NOTHING
            RETURNING participant_id, points
            """;

    private static final String OWNER = """
            SELECT coalesce(p.merged_into, p.id) FROM entries e JOIN participants p ON p.merchant_id = e.merchant_id AND p.id = e.participant_id
             WHERE e.merchant_id = ? AND e.redemption_id = ? AND e.kind = 'redeem'
            """;

    private final JdbcClient jdbc;
    private final Clock clock;

    public RedemptionEntries(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** The participant's balance, which nobody else changes before the caller's commit; empty where there never was one. */
    public OptionalLong hold(UUID merchantId, UUID participantId) {
        // Participants before balances, as everywhere: whoever merges or forgets somebody holds them first.
        keep(merchantId, participantId);
        return jdbc.sql("SELECT balance FROM balances WHERE merchant_id = ? AND participant_id = ? FOR UPDATE").params(merchantId, participantId)
                .query(Long.class).optional().map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** To be called only after {@link #hold} answered at least as many points. */
    public void take(UUID merchantId, UUID participantId, UUID redemptionId, long points, String description, String by) {
        jdbc.sql("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, redemption_id, description, created_by, created_at)
                VALUES (?, ?, 'redeem', ?, ?, ?, ?, ?)
                """).params(merchantId, participantId, -points, redemptionId, description, by, Timestamp.from(clock.instant())).update();
        add(merchantId, participantId, -points);
    }

    /** Whether there was anything to give back that was not given back before. */
    public boolean giveBack(UUID merchantId, UUID redemptionId, String description, String by) {
        record Refund(UUID participant, long points) {
        }
        holdOwner(merchantId, redemptionId);
        return jdbc.sql(GIVE_BACK).params(description, by, Timestamp.from(clock.instant()), merchantId, redemptionId)
                .query((row, number) -> new Refund(row.getObject(1, UUID.class), row.getLong(2))).optional()
                .map(refund -> add(merchantId, refund.participant(), refund.points()) == 1).orElse(false);
    }

    /** Whoever has the points now is not given up for another before the caller's commit. */
    private void holdOwner(UUID merchantId, UUID redemptionId) {
        Optional<UUID> held = Optional.empty();
        Optional<UUID> owner = owner(merchantId, redemptionId);
        while (owner.isPresent() && !owner.equals(held)) {
            keep(merchantId, owner.get());
            held = owner;
            owner = owner(merchantId, redemptionId);
        }
    }

    private Optional<UUID> owner(UUID merchantId, UUID redemptionId) {
        return jdbc.sql(OWNER).params(merchantId, redemptionId).query(UUID.class).optional();
    }

    private void keep(UUID merchantId, UUID participantId) {
        jdbc.sql("SELECT 1 FROM participants WHERE merchant_id = ? AND id = ? FOR KEY SHARE").params(merchantId, participantId).query(Integer.class).optional();
    }

    private int add(UUID merchantId, UUID participantId, long points) {
        return jdbc.sql("""
                INSERT INTO balances AS b (merchant_id, participant_id, balance) VALUES (?, ?, ?)
                ON CONFLICT (merchant_id, participant_id) DO UPDATE SET balance = b.balance + excluded.balance
                """).params(merchantId, participantId, points).update();
    }
}
