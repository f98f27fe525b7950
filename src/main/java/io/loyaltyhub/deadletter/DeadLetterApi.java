package io.loyaltyhub.deadletter;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Orders that could not be read or posted. A replay puts them at the head of the integration's next poll, which begins
 * at once: they take the same way as any order, so that what is replayed twice is still paid once.
 */
@Component("deadLetterApi")
@Transactional
public class DeadLetterApi {

    private final JdbcClient jdbc;
    private final Audit audit;

    public DeadLetterApi(JdbcClient jdbc, Audit audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        int limit = request.limit();
        return Listing.of(jdbc.sql("""
                SELECT id, integration_id, order_key, step, reason, payload, attempts, created_at, last_attempt_at, replay_requested_at
                  FROM dead_letters
                 WHERE merchant_id = :merchant AND id < :before AND (:integration::uuid IS NULL OR integration_id = :integration)
                 ORDER BY id DESC LIMIT :limit
                """)
                .param("merchant", request.merchant())
                .param("before", Listing.before(request))
                .param("integration", request.queryId("integration"), Types.OTHER)
                .param("limit", limit + 1)
                .query((row, number) -> {
                    Map<String, Object> letter = new LinkedHashMap<>();
                    letter.put("id", row.getLong("id"));
                    letter.put("integrationId", row.getObject("integration_id", UUID.class));
                    letter.put("orderKey", row.getString("order_key"));
                    letter.put("step", row.getString("step"));
                    letter.put("reason", row.getString("reason"));
                    letter.put("payload", row.getString("payload"));
                    letter.put("attempts", row.getInt("attempts"));
                    letter.put("createdAt", instant(row.getTimestamp("created_at")));
                    letter.put("lastAttemptAt", instant(row.getTimestamp("last_attempt_at")));
                    letter.put("replayRequestedAt", instant(row.getTimestamp("replay_requested_at")));
                    return letter;
                }).list(), limit, letter -> letter.get("id"));
    }

    public Map<String, Object> replay(ApiRequest request) {
        int queued = request(request.merchant(), null, request.number("deadLetter"));
        if (queued == 0) {
            throw Problem.notFound();
        }
        audit.record(request, request.merchant(), "dead-letter.replay", request.number("deadLetter"), Map.of());
        return Map.of("queued", queued);
    }

    public Map<String, Object> replayOfMerchant(ApiRequest request) {
        UUID integration = request.has("integrationId") ? UUID.fromString(request.text("integrationId")) : null;
        int queued = request(request.merchant(), integration, null);
        audit.record(request, request.merchant(), "dead-letter.replay-all", integration == null ? "all" : integration, Map.of("queued", queued));
        return Map.of("queued", queued);
    }

    public Map<String, Object> replayAll(ApiRequest request) {
        request.caller().requireOperator();
        return Map.of("queued", request(null, null, null));
    }

    /** Gone for good, payload and all; the platform may of course give the order again. */
    public void discard(ApiRequest request) {
        int deleted = jdbc.sql("DELETE FROM dead_letters WHERE merchant_id = ? AND id = ?").params(request.merchant(), request.number("deadLetter")).update();
        if (deleted == 0) {
            throw Problem.notFound();
        }
        audit.record(request, request.merchant(), "dead-letter.discard", request.number("deadLetter"), Map.of());
    }

    private int request(UUID merchant, UUID integration, Long id) {
        // A page that is being posted holds its integration's polling row and goes on to the dead letters: the same order here.
        Integer queued = jdbc.sql("""
                WITH wanted AS MATERIALIZED (
                    SELECT merchant_id, id, integration_id FROM dead_letters
                     WHERE (:merchant::uuid IS NULL OR merchant_id = :merchant)
                       AND (:integration::uuid IS NULL OR integration_id = :integration)
                       AND (:id::bigint IS NULL OR id = :id)),
                held AS MATERIALIZED (
                    SELECT p.merchant_id, p.integration_id FROM polling p
                     WHERE (p.merchant_id, p.integration_id) IN (SELECT merchant_id, integration_id FROM wanted)
                     ORDER BY p.merchant_id, p.integration_id
                       FOR UPDATE),
                due AS (
                    UPDATE polling p SET next_poll_at = now()
                      FROM held
                     WHERE p.merchant_id = held.merchant_id AND p.integration_id = held.integration_id
                    RETURNING p.merchant_id, p.integration_id),
                customers AS (
                    UPDATE customer_imports c SET next_import_at = now()
                      FROM held
                     WHERE c.merchant_id = held.merchant_id AND c.integration_id = held.integration_id
                       AND EXISTS (SELECT FROM wanted JOIN dead_letters d ON d.merchant_id = wanted.merchant_id AND d.id = wanted.id
                                    WHERE d.integration_id = c.integration_id AND d.step = 'customer')),
                marked AS (
                    UPDATE dead_letters d SET replay_requested_at = now()
                      FROM wanted w
                      JOIN due ON due.merchant_id = w.merchant_id AND due.integration_id = w.integration_id
                     WHERE d.merchant_id = w.merchant_id AND d.id = w.id
                    RETURNING d.id)
                SELECT count(*) FROM marked
                """)
                .param("merchant", merchant, Types.OTHER)
                .param("integration", integration, Types.OTHER)
                .param("id", id, Types.BIGINT)
                .query(Integer.class).single();
        return queued == null ? 0 : queued;
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
