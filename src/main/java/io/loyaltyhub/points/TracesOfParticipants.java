package io.loyaltyhub.points;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** By what a person's sales wait for them, or are known again in another source. */
@Component
class TracesOfParticipants implements ParticipantRecords {

    private final JdbcTemplate jdbc;

    TracesOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "waitingSales";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.queryForList("SELECT sale_id AS \"saleId\", since FROM waiting_sales WHERE merchant_id = ? AND (document = ANY (?) OR document IS NULL AND email = ANY (?))",
                person.merchantId(), person.documents().toArray(String[]::new), person.emails().toArray(String[]::new));
    }

    @Override
    public void erase(Person person) {
        jdbc.update("DELETE FROM waiting_sales WHERE merchant_id = ? AND (document = ANY (?) OR document IS NULL AND email = ANY (?))",
                person.merchantId(), person.documents().toArray(String[]::new), person.emails().toArray(String[]::new));
        // By the hash too: a sale that nobody was paid for names the person all the same.
        jdbc.update("""
                UPDATE sale_traces SET buyer = NULL
                 WHERE merchant_id = ? AND buyer IN (SELECT encode(sha256(convert_to(document, 'UTF8')), 'hex') FROM unnest(?::text[]) AS document)
                """, person.merchantId(), person.documents().toArray(String[]::new));
        jdbc.update("""
                UPDATE sale_traces t SET buyer = NULL
                  FROM sales s
                 WHERE s.merchant_id = t.merchant_id AND s.id = t.sale_id AND t.merchant_id = ? AND s.participant_id = ANY (?) AND t.buyer IS NOT NULL
                """, person.merchantId(), person.ids().toArray(UUID[]::new));
    }
}
