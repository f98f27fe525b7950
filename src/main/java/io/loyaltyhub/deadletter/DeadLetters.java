package io.loyaltyhub.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Orders that could not be read or posted, one row per order however often it fails. A row goes away when the order is
 * posted after all, by a replay or because the platform gave it again.
 */
@Component
public class DeadLetters {

    /** The step of a customer that could not be imported; all other steps are an order's. */
    public static final String CUSTOMERS = "customer";
    /** What goes before a customer's key, which an order could have too. */
    public static final String CUSTOMER_PREFIX = "customer:";

    private static final int MOST_REPLAYED_AT_ONCE = 100;

    private static final String RECORD = """
            INSERT INTO dead_letters AS d (merchant_id, integration_id, order_key, step, reason, row, payload, created_at, last_attempt_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (merchant_id, integration_id, order_key) DO UPDATE
               SET step = excluded.step, reason = excluded.reason, row = excluded.row, payload = excluded.payload,
                   attempts = d.attempts + 1, last_attempt_at = excluded.last_attempt_at, replay_requested_at = NULL
            """;

    private static final String RESOLVE = """
            DELETE FROM dead_letters WHERE merchant_id = ? AND integration_id = ? AND order_key = ANY (?)
            """;

    private static final String TO_REPLAY = """
            SELECT row FROM dead_letters
             WHERE merchant_id = ? AND integration_id = ? AND replay_requested_at IS NOT NULL AND (step = 'customer') = ?
             ORDER BY replay_requested_at, id
             LIMIT ?
            """;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    public DeadLetters(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void record(UUID merchantId, UUID integrationId, Collection<DeadLetter> deadLetters) {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.batchUpdate(RECORD, deadLetters, 100, (insert, deadLetter) -> {
            insert.setObject(1, merchantId);
            insert.setObject(2, integrationId);
            insert.setString(3, deadLetter.orderKey());
            insert.setString(4, deadLetter.step());
            insert.setString(5, deadLetter.reason());
            insert.setString(6, deadLetter.row());
            insert.setString(7, deadLetter.payload());
            insert.setTimestamp(8, now);
            insert.setTimestamp(9, now);
        });
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public void resolve(UUID merchantId, UUID integrationId, Collection<String> orderKeys) {
        if (!orderKeys.isEmpty()) {
            jdbc.update(RESOLVE, merchantId, integrationId, orderKeys.toArray(String[]::new));
        }
    }

    /** Rows of orders, or of customers, whose replay was asked for, oldest first. */
    public List<JsonNode> toReplay(UUID merchantId, UUID integrationId, boolean customers) {
        return jdbc.queryForList(TO_REPLAY, String.class, merchantId, integrationId, customers, MOST_REPLAYED_AT_ONCE).stream().map(Json::parse).toList();
    }
}
