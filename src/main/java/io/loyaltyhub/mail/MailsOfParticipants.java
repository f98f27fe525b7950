package io.loyaltyhub.mail;

import io.loyaltyhub.participant.ParticipantRecords;
import io.loyaltyhub.participant.Person;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What a person was written, and whether that is wanted. */
@Component
class MailsOfParticipants implements ParticipantRecords {

    private final JdbcTemplate jdbc;

    MailsOfParticipants(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public String name() {
        return "mails";
    }

    @Override
    public List<Map<String, Object>> of(Person person) {
        return jdbc.queryForList("""
                SELECT kind, address, state, created_at AS "createdAt", sent_at AS "sentAt" FROM mails
                 WHERE merchant_id = ? AND participant_id = ANY (?) ORDER BY created_at, id
                """, person.merchantId(), person.ids().toArray(UUID[]::new));
    }

    /** Who said no by either name wants no mail; an address that took none takes none under the other. */
    @Override
    public void move(UUID merchantId, UUID from, UUID to) {
        jdbc.update("UPDATE mails SET participant_id = ? WHERE merchant_id = ? AND participant_id = ?", to, merchantId, from);
        jdbc.update("""
                INSERT INTO mail_consents AS c (merchant_id, participant_id, unsubscribed_at, bounced_address)
                SELECT merchant_id, ?, unsubscribed_at, bounced_address FROM mail_consents WHERE merchant_id = ? AND participant_id = ?
                ON CONFLICT (merchant_id, participant_id) DO UPDATE
                   SET unsubscribed_at = least(c.unsubscribed_at, excluded.unsubscribed_at),
                       bounced_address = coalesce(c.bounced_address, excluded.bounced_address)
                """, to, merchantId, from);
        jdbc.update("DELETE FROM mail_consents WHERE merchant_id = ? AND participant_id = ?", merchantId, from);
    }

    @Override
    public void erase(Person person) {
        for (String table : List.of("mails", "mail_consents")) {
            jdbc.update("DELETE FROM " + table + " WHERE merchant_id = ? AND participant_id = ANY (?)", person.merchantId(), person.ids().toArray(UUID[]::new));
        }
    }
}
