package io.loyaltyhub.customer;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Under which keys a person was imported from shops. */
@Component
class ImportsOfParticipants implements ParticipantRecords {

    private final JdbcTemplate jdbc;

    ImportsOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "imports";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.queryForList("""
                SELECT integration_id AS "integrationId", customer_id AS "customerId" FROM imported_customers
                 WHERE merchant_id = ? AND participant_id = ANY (?) ORDER BY integration_id, customer_id
                """, person.merchantId(), person.ids().toArray(UUID[]::new));
    }

    @Override
    public void move(UUID merchantId, UUID from, UUID to) {
        jdbc.update("UPDATE imported_customers SET participant_id = ? WHERE merchant_id = ? AND participant_id = ?", to, merchantId, from);
    }

    /** The key stays, so that the shop's unchanged row does not bring the person back; unless the key itself is personal. */
    @Override
    public void erase(Person person) {
        jdbc.update("DELETE FROM imported_customers WHERE merchant_id = ? AND participant_id = ANY (?) AND lower(customer_id) = ANY (?)", person.merchantId(),
                person.ids().toArray(UUID[]::new), Stream.concat(person.documents().stream(), person.emails().stream()).toArray(String[]::new));
        jdbc.update("UPDATE imported_customers SET participant_id = NULL WHERE merchant_id = ? AND participant_id = ANY (?)",
                person.merchantId(), person.ids().toArray(UUID[]::new));
    }
}
