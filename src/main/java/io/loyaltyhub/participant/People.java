package io.loyaltyhub.participant;

import io.loyaltyhub.audit.Audit;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the law lets a person ask for (LGPD, art. 18): to see all that is kept about them, and to be forgotten. Whoever is
 * forgotten leaves a row with nothing in it, because points that were given and taken stay on the books.
 */
@Component
public class People {

    /** What names a participant, those given up for it included, and what their purchases say. */
    private static final String MARKS = """
            WITH self AS (SELECT id, name, document, email, phone FROM participants WHERE merchant_id = ? AND (id = ? OR merged_into = ?)),
            marks AS (
                SELECT name, document, email, phone FROM self
                UNION
                SELECT sale -> 'customer' ->> 'name', sale -> 'customer' ->> 'document', sale -> 'customer' ->> 'email', sale -> 'customer' ->> 'phone'
                  FROM sales WHERE merchant_id = ? AND participant_id IN (SELECT id FROM self))
            SELECT name, document, phone,
                   CASE WHEN NOT EXISTS (SELECT FROM participants o WHERE o.merchant_id = ? AND o.email = marks.email AND o.id NOT IN (SELECT id FROM self))
                        THEN email END AS email
              FROM marks
            """;

    private static final String FORGET = """
            UPDATE participants
               SET document = NULL, email = NULL, name = NULL, phone = NULL, birth_date = NULL, erased_at = coalesce(erased_at, ?)
             WHERE merchant_id = ? AND id = ANY (?)
            """;

    private final JdbcTemplate jdbc;
    private final List<ParticipantRecords> records;
    private final Audit audit;
    private final Clock clock;

    public People(JdbcTemplate jdbc, List<ParticipantRecords> records, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.records = records;
        this.audit = audit;
        this.clock = clock;
    }

    public Person person(UUID merchantId, UUID participant) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> documents = new LinkedHashSet<>();
        Set<String> emails = new LinkedHashSet<>();
        Set<String> phones = new LinkedHashSet<>();
        jdbc.query(MARKS, (ResultSet row) -> {
            add(names, row.getString("name"));
            add(documents, row.getString("document"));
            add(emails, row.getString("email"));
            add(phones, row.getString("phone"));
        }, merchantId, participant, participant, merchantId, merchantId);
        List<UUID> ids = jdbc.queryForList("SELECT id FROM participants WHERE merchant_id = ? AND (id = ? OR merged_into = ?) ORDER BY id",
                UUID.class, merchantId, participant, participant);
        return new Person(merchantId, ids, names, documents, emails, phones);
    }

    private static void add(Set<String> marks, String mark) {
        if (mark != null && !mark.isBlank()) {
            marks.add(mark.strip());
        }
    }

    @Transactional(readOnly = true)
    public Map<String, Object> export(UUID merchantId, UUID participant) {
        Person person = person(merchantId, participant);
        Map<String, Object> export = new LinkedHashMap<>();
        records.forEach(one -> export.put(one.name(), one.of(person)));
        return export;
    }

    /** The caller holds the merchant: nobody is registered, nor merged, meanwhile. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void erase(UUID merchantId, UUID participant, String by) {
        // Pages that pay this person come to their end first; later ones no longer find them.
        jdbc.queryForList("SELECT id FROM participants WHERE merchant_id = ? AND (id = ? OR merged_into = ?) ORDER BY id FOR UPDATE",
                merchantId, participant, participant);
        Person person = person(merchantId, participant);
        records.forEach(one -> one.erase(person));
        jdbc.update(FORGET, Timestamp.from(clock.instant()), merchantId, person.ids().toArray(UUID[]::new));
        audit.record(merchantId, by, "participant.erase", participant, Map.of());
    }
}
