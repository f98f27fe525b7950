package io.loyaltyhub.participant;

import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Csv;
import io.loyaltyhub.api.Listing;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.mail.MailConsents;
import io.loyaltyhub.points.EntriesOfParticipants;
import io.loyaltyhub.points.Ledger;
import io.loyaltyhub.points.PointsExpiry;
import io.loyaltyhub.sale.Document;
import io.loyaltyhub.sale.Sale;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
                   c.unsubscribed_at IS NULL AS mail_consent, coalesce(c.bounced_address = p.email, false) AS mail_bounced,
                   p.merged_into, p.erased_at
              FROM participants p
              LEFT JOIN balances b ON b.merchant_id = p.merchant_id AND b.participant_id = p.id
              LEFT JOIN mail_consents c ON c.merchant_id = p.merchant_id AND c.participant_id = p.id
            """;

    private final JdbcClient jdbc;
    private final Participants participants;
    private final Merging merging;
    private final People people;
    private final EntriesOfParticipants entries;
    private final PointsExpiry expiry;
    private final Ledger ledger;
    private final MailConsents consents;
    private final Audit audit;

    public ParticipantApi(JdbcClient jdbc, Participants participants, Merging merging, People people, EntriesOfParticipants entries,
                          PointsExpiry expiry, Ledger ledger, MailConsents consents, Audit audit) {
        this.jdbc = jdbc;
        this.participants = participants;
        this.merging = merging;
        this.people = people;
        this.entries = entries;
        this.expiry = expiry;
        this.ledger = ledger;
        this.consents = consents;
        this.audit = audit;
    }

    public Listing<Map<String, Object>> list(ApiRequest request) {
        int limit = request.limit();
        String document = request.query("document");
        String email = request.query("email");
        return Listing.of(jdbc.sql(SELECT + """
                 WHERE p.merchant_id = :merchant AND p.merged_into IS NULL AND p.erased_at IS NULL
                   AND (:after::uuid IS NULL OR p.id > :after)
                   AND (:document::text IS NULL OR p.id IN (SELECT coalesce(o.merged_into, o.id) FROM participants o
                                                             WHERE o.merchant_id = :merchant AND o.document = :document))
                   AND (:email::text IS NULL OR p.id IN (SELECT coalesce(o.merged_into, o.id) FROM participants o
                                                          WHERE o.merchant_id = :merchant AND o.email = :email))
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

    /** Somebody known by that e-mail alone is who this is, and learns the document; anybody else known is refused. */
    public Map<String, Object> create(ApiRequest request) {
        UUID merchant = request.merchant();
        participants.oneAtATime(merchant);
        Sale.Customer person = new Sale.Customer(null, request.text("name"), document(request), email(request), phone(request), birthDate(request));
        if (participants.isKnown(merchant, person)) {
            throw Problem.conflict("participant.exists");
        }
        UUID id = participants.of(merchant, request.caller().name(), Map.of(person, true)).get(Participants.identity(person));
        takeConsent(request, merchant, id);
        audit.record(request, merchant, "participant.create", id, Map.of());
        return claimed(request, merchant, id);
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
        participants.oneAtATime(merchant);
        Map<String, Object> before = findPresent(merchant, id);
        requireNotErased(before);
        String document = request.mentions("document") ? document(request) : (String) before.get("document");
        String email = request.mentions("email") ? email(request) : (String) before.get("email");
        if (document == null && email == null) {
            throw Problem.invalid("email", "participant.no-identity");
        }
        if (document != null && before.get("document") == null) {
            whoElseHas(merchant, id, document).ifPresent(other -> merging.merge(merchant, id, other, request.caller().name()));
        }
        try {
            // What those given up for this one still are known by is free for it to take.
            jdbc.sql("""
                    UPDATE participants SET document = nullif(document, :document), email = nullif(email, :email)
                     WHERE merchant_id = :merchant AND merged_into = :id AND (document = :document OR email = :email)
                    """)
                    .param("document", document, Types.VARCHAR).param("email", email, Types.VARCHAR).param("merchant", merchant).param("id", id).update();
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

    private Optional<UUID> whoElseHas(UUID merchant, UUID id, String document) {
        return jdbc.sql("SELECT coalesce(merged_into, id) FROM participants WHERE merchant_id = ? AND document = ?").params(merchant, document)
                .query(UUID.class).optional().filter(other -> !other.equals(id));
    }

    /** The one in the path goes on; said again, nothing more happens. */
    public Map<String, Object> merge(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID id = request.id("participant");
        find(merchant, id);
        participants.oneAtATime(merchant);
        requireNotErased(findPresent(merchant, id));
        UUID from = UUID.fromString(request.text("from"));
        Map<String, Object> other = from.equals(id) ? Map.of() : lookUp(merchant, from).orElse(Map.of());
        if (other.isEmpty()) {
            throw Problem.invalid("from", "participant.not-another");
        }
        if (!id.equals(other.get("mergedInto"))) {
            requirePresent(other);
            requireNotErased(other);
            merging.merge(merchant, id, from, request.caller().name());
        }
        return find(merchant, id);
    }

    /** A page, or as a file all of them. */
    public Object entries(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID participant = request.id("participant");
        boolean csv = request.wantsCsv();
        find(merchant, participant);
        if (csv) {
            List<Map<String, Object>> all = entries.page(merchant, participant, Long.MAX_VALUE, Integer.MAX_VALUE);
            return new Csv("entries-" + participant, EntriesOfParticipants.COLUMNS, all.stream().map(EntriesOfParticipants::cells).toList());
        }
        int limit = request.limit();
        return Listing.of(entries.page(merchant, participant, Listing.before(request), limit + 1), limit, entry -> entry.get("id"));
    }

    /** All that is kept about the person, for whoever asks for it in the person's name. */
    public Map<String, Object> export(ApiRequest request) {
        Map<String, Object> export = new LinkedHashMap<>();
        export.put("participant", find(request.merchant(), request.id("participant")));
        export.putAll(people.export(request.merchant(), request.id("participant")));
        return export;
    }

    /** Nothing personal is left of them; entries and balance are the books' and stay. */
    public void erase(ApiRequest request) {
        UUID merchant = request.merchant();
        participants.oneAtATime(merchant);
        Map<String, Object> participant = find(merchant, request.id("participant"));
        requirePresent(participant);
        people.erase(merchant, request.id("participant"), request.caller().name());
    }

    public List<PointsExpiry.Expiring> expiring(ApiRequest request) {
        UUID participant = (UUID) find(request.merchant(), request.id("participant")).get("id");
        return expiry.expiring(request.merchant(), participant);
    }

    public Map<String, Object> adjust(ApiRequest request) {
        UUID merchant = request.merchant();
        UUID participant = request.id("participant");
        findPresent(merchant, participant);
        // An entry is for ever, and would outlast the person's wish to be forgotten.
        if (people.person(merchant, participant).isNamedIn(request.text("reason"))) {
            throw Problem.invalid("reason", "participant.reason-names-somebody");
        }
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
        return lookUp(merchant, id).orElseThrow(Problem::notFound);
    }

    /** One that was not given up for another, and will not be until this is committed. */
    private Map<String, Object> findPresent(UUID merchant, UUID id) {
        jdbc.sql("SELECT 1 FROM participants WHERE merchant_id = ? AND id = ? FOR KEY SHARE").params(merchant, id).query(Integer.class).optional();
        Map<String, Object> participant = find(merchant, id);
        requirePresent(participant);
        return participant;
    }

    private static void requirePresent(Map<String, Object> participant) {
        if (participant.get("mergedInto") != null) {
            throw Problem.conflict("participant.merged", participant.get("mergedInto"));
        }
    }

    private static void requireNotErased(Map<String, Object> participant) {
        if (participant.get("erasedAt") != null) {
            throw Problem.conflict("participant.erased");
        }
    }

    private Optional<Map<String, Object>> lookUp(UUID merchant, UUID id) {
        return jdbc.sql(SELECT + " WHERE p.merchant_id = ? AND p.id = ?").params(merchant, id).query((row, number) -> read(row)).optional();
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
        participant.put("mergedInto", row.getObject("merged_into", UUID.class));
        participant.put("erasedAt", row.getTimestamp("erased_at") == null ? null : row.getTimestamp("erased_at").toInstant());
        return participant;
    }
}
