package io.loyaltyhub.points;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What participants see of the ledger. */
@Component
public class EntriesOfParticipants implements ParticipantRecords {

    /** Reads as many rows of one index as it answers, however long the statement is. */
    public static final String PAGE = """
            SELECT id, kind, points, sale_id, integration_id, order_id, corrects, created_by, created_at, description FROM entries
             WHERE merchant_id = ? AND participant_id = ? AND id < ? ORDER BY id DESC LIMIT ?
            """;

    /** As the API names them, in the order in which {@link #cells} has them. */
    public static final List<String> COLUMNS =
            List.of("id", "createdAt", "kind", "points", "description", "orderId", "saleId", "integrationId", "corrects", "createdBy");

    private final JdbcTemplate jdbc;

    public EntriesOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The newest first, of those before {@code before}. */
    public List<Map<String, Object>> page(UUID merchantId, UUID participant, long before, int limit) {
        return jdbc.query(PAGE, (row, number) -> read(row), merchantId, participant, before, limit);
    }

    @Override
    public String name() {
        return "entries";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return person.ids().stream().flatMap(id -> page(person.merchantId(), id, Long.MAX_VALUE, Integer.MAX_VALUE).stream()).toList();
    }

    public static List<Object> cells(Map<String, Object> entry) {
        return Arrays.asList(COLUMNS.stream().map(entry::get).toArray());
    }

    private static Map<String, Object> read(ResultSet row) throws SQLException {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", row.getLong("id"));
        entry.put("kind", row.getString("kind"));
        entry.put("points", row.getLong("points"));
        entry.put("saleId", row.getObject("sale_id", Long.class));
        entry.put("integrationId", row.getObject("integration_id", UUID.class));
        entry.put("orderId", row.getString("order_id"));
        entry.put("corrects", row.getObject("corrects", Long.class));
        entry.put("createdBy", row.getString("created_by"));
        entry.put("createdAt", row.getTimestamp("created_at").toInstant());
        entry.put("description", row.getString("description"));
        return entry;
    }
}
