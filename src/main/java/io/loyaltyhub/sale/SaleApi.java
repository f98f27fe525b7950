package io.loyaltyhub.sale;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The sales on record and what became of each. */
@Component("saleApi")
public class SaleApi {

    private static final List<String> DECISIONS = List.of("awarded", "reversed", "ignored", "duplicate", "held", "unregistered");

    static final String SELECT = """
            SELECT id, integration_id, sale, decision, points, reason, linked_sale_id, participant_id, first_seen_at, posted_at FROM sales
            """;

    private final JdbcClient jdbc;

    public SaleApi(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        int limit = request.limit();
        String decision = request.query("decision");
        if (decision != null && !DECISIONS.contains(decision)) {
            throw Problem.invalid("decision", "query.one-of", String.join(", ", DECISIONS));
        }
        return Listing.of(jdbc.sql(SELECT + """
                 WHERE merchant_id = :merchant AND id < :before
                   AND (:integration::uuid IS NULL OR integration_id = :integration)
                   AND (:order::text IS NULL OR order_id = :order)
                   AND (:decision::text IS NULL OR decision = :decision)
                 ORDER BY id DESC LIMIT :limit
                """)
                .param("merchant", request.merchant())
                .param("before", Listing.before(request))
                .param("integration", request.queryId("integration"), Types.OTHER)
                .param("order", request.query("orderId"), Types.VARCHAR)
                .param("decision", decision, Types.VARCHAR)
                .param("limit", limit + 1)
                .query((row, number) -> read(row)).list(), limit, sale -> sale.get("id"));
    }

    public Map<String, Object> get(ApiRequest request) {
        return jdbc.sql(SELECT + " WHERE merchant_id = ? AND id = ?").params(request.merchant(), request.number("sale"))
                .query((row, number) -> read(row)).optional().orElseThrow(Problem::notFound);
    }

    static Map<String, Object> read(ResultSet row) throws SQLException {
        Map<String, Object> sale = new LinkedHashMap<>();
        sale.put("id", row.getLong("id"));
        sale.put("integrationId", row.getObject("integration_id", UUID.class));
        sale.put("sale", Json.parse(row.getString("sale")));
        sale.put("decision", row.getString("decision"));
        sale.put("points", row.getLong("points"));
        sale.put("reason", row.getString("reason"));
        sale.put("linkedSaleId", row.getObject("linked_sale_id", Long.class));
        sale.put("participantId", row.getObject("participant_id", UUID.class));
        sale.put("firstSeenAt", row.getTimestamp("first_seen_at").toInstant());
        sale.put("postedAt", row.getTimestamp("posted_at").toInstant());
        return sale;
    }
}
