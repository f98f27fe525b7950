package io.loyaltyhub.participant;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.mail.MailConsents;
import io.loyaltyhub.points.Ledger;
import io.loyaltyhub.sale.Document;
import io.loyaltyhub.sale.Sale;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The members of a merchant's programme, their balances and their entries. */
@Component("participantApi")
@Transactional
public class ParticipantApi {

    private static final String SELECT = """
            SELECT p.id, p.name, p.document, p.email, p.phone, p.birth_date, coalesce(b.balance, 0) AS balance, p.registered_at, p.source,
                   c.unsubscribed_at IS NULL AS mail_consent, coalesce(c.bounced_address = p.email, false) AS mail_bounced
              FROM participants p
              LEFT JOIN balances b ON b.merchant_id = p.merchant_id AND b.participant_id = p.id
              LEFT JOIN mail_consents c ON c.merchant_id = p.merchant_id AND c.participant_id = p.id
            """;

    private final JdbcClient jdbc;
    private final Ledger ledger;
    private final MailConsents consents;
    private final Audit audit;
    private final Clock clock;

    public ParticipantApi(JdbcClient jdbc, Ledger ledger, MailConsents consents, Audit audit, Clock clock) {
        this.jdbc = jdbc;
        this.ledger = ledger;
        this.consents = consents;
        this.audit = audit;
        this.clock = clock;
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        int limit = request.limit();
        String document = request.query("document");
        String email = request.query("email");
        return Listing.of(jdbc.sql(SELECT + """
                 WHERE p.merchant_id = :merchant
                   AND (:after::uuid IS NULL OR p.id > :after)
                   AND (:document::text IS NULL OR p.document = :document)
                   AND (:email::text IS NULL OR p.email = :email)
                 ORDER BY p.id LIMIT :limit
                """)
                .param("merchant", request.merchant())
                .param("after", Listing.afterId(request), Types.OTHER)
                .param("document", document == null ? null : Document.digits(document), Types.VARCHAR)
                .param("email", email == null ? null : email.toLowerCase(Locale.ROOT), Types.VARCHAR)
                .param("limit", limit + 1)
                .query((row, number) -> read(row)).list(), limit, participant -> participant.get("id"));
    }

    public Map<String, Object> get(ApiRequest request) {
        return find(request.merchant(), request.id("participant"));
    }

    public Map<String, Object> create(ApiRequest request) {
        UUID merchant = request.merchant();
        oneAtATime(merchant);
        UUID id = UUID.randomUUID();
        try {
            jdbc.sql("""
                    INSERT INTO participants (merchant_id, id, document, email, name, phone, birth_date, source, registered_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
                    .params(merchant, id, document(request), email(request), request.text("name"), phone(request), birthDate(request),
                            request.caller().name(), Timestamp.from(clock.instant()))
                    .update();
        } catch (DuplicateKeyException e) {
            throw Problem.conflict("participant.exists");
        }
        takeConsent(request, merchant, id);
        audit.record(request, merchant, "participant.create", id, Map.of());
        return claimed(request, merchant, id);
    }

    /** As pages do where they register people: whoever comes by two ways at once is one person, and no way waits for the other. */
    private void oneAtATime(UUID merchant) {
        jdbc.sql("SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE").param(merchant).query(UUID.class).optional().orElseThrow(Problem::notFound);
    }

    /** With what waited for this person paid. */
    private Map<String, Object> claimed(ApiRequest request, UUID merchant, UUID id) {
        Map<String, Object> person = find(merchant, id);
        ledger.claim(merchant, request.caller().name(), List.of(
                new Sale.Customer(null, null, (String) person.get("document"), (String) person.get("email"), null, null)));
        return find(merchant, id);
    }

    public Map<String, Object> update(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID id = request.id("participant");
        oneAtATime(merchant);
        Map<String, Object> before = find(merchant, id);
        String document = request.mentions("document") ? document(request) : (String) before.get("document");
        String email = request.mentions("email") ? email(request) : (String) before.get("email");
        if (document == null && email == null) {
            throw Problem.invalid("email", "participant.no-identity");
        }
        try {
            jdbc.sql("UPDATE participants SET document = ?, email = ?, name = ?, phone = ?, birth_date = ? WHERE merchant_id = ? AND id = ?")
                    .params(document, email,
                            request.mentions("name") ? request.text("name") : before.get("name"),
                            request.mentions("phone") ? phone(request) : before.get("phone"),
                            request.mentions("birthDate") ? birthDate(request) : before.get("birthDate"),
                            merchant, id)
                    .update();
        } catch (DuplicateKeyException e) {
            throw Problem.conflict("participant.exists");
        }
        takeConsent(request, merchant, id);
        audit.record(request, merchant, "participant.update", id, Map.of());
        return claimed(request, merchant, id);
    }

    private void takeConsent(ApiRequest request, UUID merchant, UUID participant) {
        if (request.has("mailConsent")) {
            consents.set(merchant, participant, request.field("mailConsent").asBoolean());
        }
    }

    public Listing<Map<String, Object>> entries(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID participant = request.id("participant");
        find(merchant, participant);
        int limit = request.limit();
        return Listing.of(jdbc.sql("""
                SELECT id, kind, points, sale_id, integration_id, order_id, corrects, created_by, created_at, description FROM entries
                 WHERE merchant_id = ? AND participant_id = ? AND id < ? ORDER BY id DESC LIMIT ?
                """)
                .params(merchant, participant, Listing.before(request), limit + 1)
                .query((row, number) -> {
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
                }).list(), limit, entry -> entry.get("id"));
    }

    public Map<String, Object> adjust(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID participant = request.id("participant");
        find(merchant, participant);
        Ledger.Adjusted adjusted = ledger.adjust(merchant, participant, request.field("points").asLong(), request.text("reason"), request.caller().name());
        audit.record(request, merchant, "participant.adjust", participant, request.body());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", adjusted.entryId());
        answer.put("kind", "adjust");
        answer.put("points", request.field("points").asLong());
        answer.put("saleId", null);
        answer.put("createdAt", adjusted.at());
        answer.put("description", request.text("reason"));
        answer.put("balance", adjusted.balance());
        return answer;
    }

    private static String document(ApiRequest request) {
        if (!request.has("document")) {
            return null;
        }
        String document = Document.valid(request.text("document"));
        if (document == null) {
            throw Problem.invalid("document", "participant.document-invalid");
        }
        return document;
    }

    private static String email(ApiRequest request) {
        return request.has("email") ? request.text("email").toLowerCase(Locale.ROOT) : null;
    }

    private static String phone(ApiRequest request) {
        String digits = Document.digits(request.text("phone"));
        return digits.isEmpty() ? null : digits;
    }

    private static LocalDate birthDate(ApiRequest request) {
        return request.has("birthDate") ? LocalDate.parse(request.text("birthDate")) : null;
    }

    private Map<String, Object> find(UUID merchant, UUID id) {
        return jdbc.sql(SELECT + " WHERE p.merchant_id = ? AND p.id = ?").params(merchant, id)
                .query((row, number) -> read(row)).optional().orElseThrow(Problem::notFound);
    }

    private static Map<String, Object> read(ResultSet row) throws SQLException {
        Map<String, Object> participant = new LinkedHashMap<>();
        participant.put("id", row.getObject("id", UUID.class));
        participant.put("name", row.getString("name"));
        participant.put("document", row.getString("document"));
        participant.put("email", row.getString("email"));
        participant.put("phone", row.getString("phone"));
        participant.put("birthDate", row.getObject("birth_date", LocalDate.class));
        participant.put("balance", row.getLong("balance"));
        participant.put("registeredAt", row.getTimestamp("registered_at").toInstant());
        participant.put("source", row.getString("source"));
        participant.put("mailConsent", row.getBoolean("mail_consent"));
        participant.put("mailBounced", row.getBoolean("mail_bounced"));
        return participant;
    }
}
