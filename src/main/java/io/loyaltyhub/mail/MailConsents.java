package io.loyaltyhub.mail;

import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Who wants the programme's mails, and which addresses take none. */
@Component
@Transactional
public class MailConsents {

    /** What somebody says by a mail of before a merge, is said by who they became. */
    private static final String CONSENT = """
            INSERT INTO mail_consents AS c (merchant_id, participant_id, unsubscribed_at)
            SELECT merchant_id, coalesce(merged_into, id), CASE WHEN ? THEN NULL ELSE now() END FROM participants WHERE merchant_id = ? AND id = ? FOR KEY SHARE
            ON CONFLICT (merchant_id, participant_id) DO UPDATE
               SET unsubscribed_at = CASE WHEN excluded.unsubscribed_at IS NULL THEN NULL ELSE coalesce(c.unsubscribed_at, excluded.unsubscribed_at) END
            """;

    /** For whoever shares the address. */
    private static final String BOUNCED = """
            INSERT INTO mail_consents (merchant_id, participant_id, bounced_address)
            SELECT merchant_id, id, email FROM participants WHERE merchant_id = ? AND email = ? ORDER BY id
            ON CONFLICT (merchant_id, participant_id) DO UPDATE SET bounced_address = excluded.bounced_address
            """;

    private final JdbcTemplate jdbc;

    public MailConsents(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public void set(UUID merchant, UUID participant, boolean wanted) {
        jdbc.update(CONSENT, wanted, merchant, participant);
    }

    /** The address takes no mail: nothing more goes there until the member has another. */
    void bounced(UUID merchant, String address) {
        jdbc.update(BOUNCED, merchant, address);
    }

    /** Somebody says that the address takes mail again. */
    void tryAgain(UUID merchant, UUID participant) {
        jdbc.update("UPDATE mail_consents SET bounced_address = NULL WHERE merchant_id = ? AND participant_id = ?", merchant, participant);
    }
}
