package io.loyaltyhub.audit;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.json.Json;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who changed what, and when. Secrets appear as fingerprints only; the callers see to that. */
@Component("audit")
public class Audit {

    private final JdbcClient jdbc;
    private final Clock clock;

    public Audit(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    public void record(ApiRequest request, UUID merchantId, String action, Object subject, Object detail) {
        record(merchantId, request.caller().name(), action, subject, detail);
    }

    /** For what the hub does by itself. */
    public void record(UUID merchantId, String actor, String action, Object subject, Object detail) {
        jdbc.sql("INSERT INTO audit (merchant_id, at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?::jsonb)")
                .params(merchantId, Timestamp.from(clock.instant()), actor, action, subject.toString(), Json.write(detail))
                .update();
    }

    /** GET /audit */
    public Listing<Map<String, Object>> list(ApiRequest request) {
        request.caller().requireOperator();
        int limit = request.limit();
        List<Map<String, Object>> rows = jdbc.sql("""
                SELECT id, merchant_id, at, actor, action, subject, detail FROM audit
                 WHERE (:merchant::uuid IS NULL OR merchant_id = :merchant) AND id < :before
                 ORDER BY id DESC LIMIT :limit
                """)
                .param("merchant", request.queryId("merchant"), java.sql.Types.OTHER)
                .param("before", Listing.before(request))
                .param("limit", limit + 1)
                .query((row, number) -> {
                    Map<String, Object> record = new LinkedHashMap<>();
                    record.put("id", row.getLong("id"));
                    record.put("merchantId", row.getObject("merchant_id", UUID.class));
                    record.put("at", row.getTimestamp("at").toInstant());
                    record.put("actor", row.getString("actor"));
                    record.put("action", row.getString("action"));
                    record.put("subject", row.getString("subject"));
                    record.put("detail", Json.parse(row.getString("detail")));
                    return record;
                }).list();
        return Listing.of(rows, limit, row -> row.get("id"));
    }
}
