package io.loyaltyhub.poll;

import io.loyaltyhub.integration.Integration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The statuses by which an integration's orders have gone: what a shop has of its own stands in no documentation, and not
 * every platform has a call to ask. Sales tell where an order stands; some platforms' orders bring their history along.
 */
@Component
class StatusesSeen {

    /** A name that was changed at the shop is the newer one. */
    private static final String REMEMBER = """
            INSERT INTO order_statuses AS o (merchant_id, integration_id, status_id, name)
            SELECT ?, ?, s.id, s.name FROM unnest(?::text[], ?::text[]) AS s (id, name) ORDER BY s.id
            ON CONFLICT (merchant_id, integration_id, status_id) DO UPDATE SET name = excluded.name WHERE o.name <> excluded.name
            """;

    private static final String SEEN = """
            SELECT status_id, coalesce(max(told), max(name), status_id) FROM (
                (SELECT status_id, NULL AS told, sale -> 'status' ->> 'name' AS name FROM sales
                  WHERE merchant_id = ? AND integration_id = ? AND status_id IS NOT NULL ORDER BY id DESC LIMIT 5000)
                 UNION ALL
                SELECT status_id, name, NULL FROM order_statuses WHERE merchant_id = ? AND integration_id = ?) AS seen
             GROUP BY status_id ORDER BY status_id LIMIT 200
            """;

    private final JdbcTemplate jdbc;

    StatusesSeen(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** @param statuses names by id */
    @Transactional(propagation = Propagation.MANDATORY)
    public void remember(Integration integration, Map<String, String> statuses) {
        if (!statuses.isEmpty()) {
            jdbc.update(REMEMBER, integration.merchantId(), integration.id(), statuses.keySet().toArray(String[]::new),
                    statuses.values().toArray(String[]::new));
        }
    }

    /** Names by id. */
    Map<String, String> of(Integration integration) {
        Map<String, String> seen = new LinkedHashMap<>();
        jdbc.query(SEEN, row -> {
            seen.put(row.getString(1), row.getString(2));
        }, integration.merchantId(), integration.id(), integration.merchantId(), integration.id());
        return seen;
    }
}
