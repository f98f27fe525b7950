package io.loyaltyhub.points;

import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The cut-overs in force. */
@Component
public class SalesPeriods {

    private final JdbcTemplate jdbc;

    public SalesPeriods(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Periods of(UUID merchantId) {
        Map<UUID, Instant> from = new HashMap<>();
        List<Instant> standing = new ArrayList<>();
        jdbc.query("SELECT id, sales_from, deleted_at FROM integrations WHERE merchant_id = ? AND sales_from IS NOT NULL", (ResultSet row) -> {
            Instant cutover = row.getTimestamp("sales_from").toInstant();
            from.put(row.getObject("id", UUID.class), cutover);
            if (row.getTimestamp("deleted_at") == null) {
                standing.add(cutover);
            }
        }, merchantId);
        return new Periods(from, standing);
    }
}
