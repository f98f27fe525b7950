package io.loyaltyhub.sale;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The sales on record, as far as they are somebody's: paid to them, or not paid to anybody and naming them. */
@Component
public class SalesOfParticipants implements ParticipantRecords {

    private static final String THEIRS = """
             WHERE merchant_id = ? AND (participant_id = ANY (?)
                   OR participant_id IS NULL AND (sale -> 'customer' ->> 'document' = ANY (?)
                       OR sale -> 'customer' ->> 'document' IS NULL AND sale -> 'customer' ->> 'email' = ANY (?)))
            """;

    private final JdbcTemplate jdbc;

    public SalesOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "sales";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.query(SaleApi.SELECT + THEIRS + " ORDER BY id", (row, number) -> SaleApi.read(row), keys(person));
    }

    @Override
    public void move(UUID merchantId, UUID from, UUID to) {
        jdbc.update("UPDATE sales SET participant_id = ? WHERE merchant_id = ? AND participant_id = ?", to, merchantId, from);
    }

    /** A trigger takes the buyer out, now and whenever the platform names the buyer again. */
    @Override
    public void erase(Person person) {
        jdbc.update("UPDATE sales SET customer_erased = true" + THEIRS, keys(person));
    }

    private static Object[] keys(Person person) {
        return new Object[] {person.merchantId(), person.ids().toArray(UUID[]::new), person.documents().toArray(String[]::new),
            person.emails().toArray(String[]::new)};
    }
}
