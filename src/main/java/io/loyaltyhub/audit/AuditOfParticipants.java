package io.loyaltyhub.audit;

import io.loyaltyhub.json.Json;
import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What was done to a person's record. It names nobody, and stays. */
@Component
class AuditOfParticipants implements ParticipantRecords {

    private final JdbcTemplate jdbc;

    AuditOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.query("SELECT at, actor, action, detail FROM audit WHERE merchant_id = ? AND subject = ANY (?) ORDER BY id", (row, number) -> {
            Map<String, Object> record = new LinkedHashMap<>();
            record.put("at", row.getTimestamp("at").toInstant());
            record.put("actor", row.getString("actor"));
            record.put("action", row.getString("action"));
            record.put("detail", Json.parse(row.getString("detail")));
            return record;
        }, person.merchantId(), person.ids().stream().map(Object::toString).toArray(String[]::new));
    }
}
