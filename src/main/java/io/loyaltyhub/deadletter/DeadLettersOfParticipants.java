package io.loyaltyhub.deadletter;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What platforms sent about a person and nobody could read. It is the person's where a document or an e-mail of theirs stands
 * in it; a name or a telephone may be another's, whose order must not be lost for it, and is only blotted out.
 */
@Component
public class DeadLettersOfParticipants implements ParticipantRecords {

    private static final String THEIRS = " FROM dead_letters WHERE merchant_id = :merchant AND (row ~ :marks OR payload ~ :marks OR reason ~ :marks)";

    private static final String BLOT_OUT = """
            UPDATE dead_letters
               SET row = regexp_replace(row, :marks, :blot, 'g'), payload = regexp_replace(payload, :marks, :blot, 'g'),
                   reason = regexp_replace(reason, :marks, :blot, 'g')
             WHERE merchant_id = :merchant AND (row ~ :marks OR payload ~ :marks OR reason ~ :marks)
            """;

    private final JdbcClient jdbc;

    public DeadLettersOfParticipants(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "deadLetters";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return person.certainMarks() == null ? List.of() : jdbc.sql("""
                SELECT id, integration_id AS "integrationId", order_key AS "orderKey", step, reason, payload, created_at AS "createdAt"
                """ + THEIRS + " ORDER BY id").param("merchant", person.merchantId()).param("marks", person.certainMarks()).query().listOfRows();
    }

    @Override
    public void erase(Person person) {
        if (person.certainMarks() != null) {
            jdbc.sql("DELETE" + THEIRS).param("merchant", person.merchantId()).param("marks", person.certainMarks()).update();
        }
        blotOut(person, person.nameMarks(), "***");
        // Digits, because it may stand where JSON has a number.
        blotOut(person, person.phoneMarks(), "99999999999");
    }

    private void blotOut(Person person, String marks, String blot) {
        if (marks != null) {
            jdbc.sql(BLOT_OUT).param("merchant", person.merchantId()).param("marks", marks).param("blot", blot).update();
        }
    }
}
