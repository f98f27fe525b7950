package io.loyaltyhub.participant;

import io.loyaltyhub.audit.Audit;
import io.loyaltyhub.points.BalanceTransfer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes one of two participants that are one person. The one that is given up keeps its entries, which are for ever, and
 * stays as an empty row that leads to the other: its balance moves by a pair of entries, its sales and whatever else it has
 * become the other's, so that what is taken back of its orders later is taken back from the other.
 */
@Component
public class Merging {

    /** Nobody posts anything to either until this is committed: each entry holds its participant. One order everywhere. */
    private static final String HOLD = "SELECT id FROM participants WHERE merchant_id = ? AND id IN (?, ?) ORDER BY id FOR UPDATE";

    /** An e-mail that leads to somebody already, through another record given up before, need not do so twice. */
    private static final String KEEP_ONLY_WHAT_DIFFERS = """
            UPDATE participants AS f
               SET document = CASE WHEN s.document <> f.document THEN f.document END,
                   email = CASE WHEN s.email <> f.email AND NOT EXISTS (
                       SELECT FROM participants o WHERE o.merchant_id = f.merchant_id AND o.id <> f.id AND o.email = f.email AND o.document IS NULL)
                       THEN f.email END,
                   name = NULL, phone = NULL, birth_date = NULL, merged_into = s.id
              FROM participants s
             WHERE f.merchant_id = ? AND f.id = ? AND s.merchant_id = f.merchant_id AND s.id = ?
            """;

    private static final String TAKE_WHAT_IS_MISSING = """
            UPDATE participants
               SET document = coalesce(document, ?), email = coalesce(email, ?), name = coalesce(name, ?), phone = coalesce(phone, ?),
                   birth_date = coalesce(birth_date, ?), registered_at = least(registered_at, ?)
             WHERE merchant_id = ? AND id = ?
            """;

    private final JdbcTemplate jdbc;
    private final BalanceTransfer balances;
    private final List<ParticipantRecords> records;
    private final Audit audit;

    public Merging(JdbcTemplate jdbc, BalanceTransfer balances, List<ParticipantRecords> records, Audit audit) {
        this.jdbc = jdbc;
        this.balances = balances;
        this.records = records;
        this.audit = audit;
    }

    /**
     * The caller holds the merchant, as whoever registers somebody does.
     *
     * @param by who says, or found out, that they are one
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void merge(UUID merchantId, UUID survivor, UUID from, String by) {
        jdbc.queryForList(HOLD, merchantId, survivor, from);
        Map<String, Object> given = jdbc.queryForMap(
                "SELECT document, email, name, phone, birth_date, registered_at FROM participants WHERE merchant_id = ? AND id = ?", merchantId, from);
        jdbc.update(KEEP_ONLY_WHAT_DIFFERS, merchantId, from, survivor);
        jdbc.update(TAKE_WHAT_IS_MISSING, given.get("document"), given.get("email"), given.get("name"), given.get("phone"), given.get("birth_date"),
                given.get("registered_at"), merchantId, survivor);
        jdbc.update("UPDATE participants SET merged_into = ? WHERE merchant_id = ? AND merged_into = ?", survivor, merchantId, from);
        records.forEach(one -> one.move(merchantId, from, survivor));
        long moved = balances.move(merchantId, from, survivor, by);
        audit.record(merchantId, by, "participant.merge", survivor, Map.of("from", from, "points", moved));
    }
}
