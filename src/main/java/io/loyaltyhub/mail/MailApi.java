package io.loyaltyhub.mail;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What became of a merchant's mails. What they say is not shown: it may be a member's coupon or password. */
@Component("mailApi")
@Transactional
public class MailApi {

    private static final List<String> STATES = List.of("queued", "sending", "sent", "failed", "bounced", "suppressed");

    private static final String SELECT = "SELECT id, kind, participant_id, address, state, attempts, created_at, next_attempt_at, sent_at, error FROM mails";

    private static final String RETRY = """
            UPDATE mails m SET state = 'queued', attempts = 0, next_attempt_at = now(), queued_at = now(), sent_at = NULL, error = NULL,
                              address = coalesce(p.email, m.address)
              FROM participants p
             WHERE m.merchant_id = ? AND m.id = ? AND m.state NOT IN ('sending', 'sent')
               AND (m.secret IS NOT NULL OR m.kind NOT IN ('coupon-issued', 'password-reset')) AND p.merchant_id = m.merchant_id AND p.id = m.participant_id
               AND NOT\s""" + Outbox.LINK_ENDED;

    private final JdbcClient jdbc;
    private final MailConsents consents;
    private final Audit audit;

    MailApi(JdbcClient jdbc, MailConsents consents, Audit audit) {
        this.jdbc = jdbc;
        this.consents = consents;
        this.audit = audit;
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        int limit = request.limit();
        String state = request.query("state");
        if (state != null && !STATES.contains(state)) {
            throw Problem.invalid("state", "query.one-of", String.join(", ", STATES));
        }
        return Listing.of(jdbc.sql(SELECT + """
                 WHERE merchant_id = :merchant AND id < :before
                   AND (:state::text IS NULL OR state = :state)
                   AND (:participant::uuid IS NULL OR participant_id = :participant)
                 ORDER BY id DESC LIMIT :limit
                """)
                .param("merchant", request.merchant())
                .param("before", Listing.before(request))
                .param("state", state, Types.VARCHAR)
                .param("participant", request.queryId("participant"), Types.OTHER)
                .param("limit", limit + 1)
                .query((row, number) -> read(row)).list(), limit, mail -> mail.get("id"));
    }

    /** Sent anew to the address that the member has now, which is thereby said to take mail again. */
    public Map<String, Object> retry(ApiRequest request) {
        UUID merchant = request.merchant();
        long id = request.number("mail");
        Map<String, Object> mail = find(merchant, id);
        if (jdbc.sql(RETRY).params(merchant, id).update() == 0) {
            throw Problem.conflict(List.of("sending", "sent").contains(mail.get("state")) ? "mail.already-sent"
                    : mail.get("kind").equals("password-reset") ? "mail.link-ended" : "mail.no-longer-whole");
        }
        consents.tryAgain(merchant, (UUID) mail.get("participantId"));
        audit.record(request, merchant, "mail.retry", id, Map.of());
        return find(merchant, id);
    }

    private Map<String, Object> find(UUID merchant, long id) {
        return jdbc.sql(SELECT + " WHERE merchant_id = ? AND id = ?").params(merchant, id)
                .query((row, number) -> read(row)).optional().orElseThrow(Problem::notFound);
    }

    private static Map<String, Object> read(ResultSet row) throws SQLException {
        String state = row.getString("state");
        Map<String, Object> mail = new LinkedHashMap<>();
        mail.put("id", row.getLong("id"));
        mail.put("kind", row.getString("kind"));
        mail.put("participantId", row.getObject("participant_id", UUID.class));
        mail.put("address", row.getString("address"));
        mail.put("state", state);
        mail.put("attempts", row.getInt("attempts"));
        mail.put("createdAt", instant(row.getTimestamp("created_at")));
        mail.put("nextAttemptAt", state.equals("queued") ? instant(row.getTimestamp("next_attempt_at")) : null);
        mail.put("sentAt", instant(row.getTimestamp("sent_at")));
        mail.put("error", row.getString("error"));
        return mail;
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
