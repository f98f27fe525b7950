package io.loyaltyhub.participant;

import io.loyaltyhub.sale.Sale;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The members of a merchant's programme. A person is found by document; without one, by e-mail. A participant known by
 * e-mail alone learns the document the first time one comes with that e-mail.
 */
@Component
public class Participants {

    private static final String FIND = """
            SELECT id, document, email
              FROM participants
             WHERE merchant_id = ? AND (document = ANY (?) OR email = ANY (?))
             ORDER BY registered_at, id
            """;

    private static final String LEARN_DOCUMENT = """
            UPDATE participants
               SET document = ?, name = coalesce(name, ?), phone = coalesce(phone, ?), birth_date = coalesce(birth_date, ?)
             WHERE merchant_id = ? AND id = ? AND document IS NULL
            """;

    private static final String REGISTER = """
            INSERT INTO participants (merchant_id, id, document, email, name, phone, birth_date, source, registered_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """;

    /**
     * No unique index tells that a document with an e-mail and that e-mail alone are one person: two pages that meet
     * them at once would each register their half. Held until the page is committed.
     */
    private static final String ONE_AT_A_TIME = "SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    public Participants(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** By what a buyer is told apart: the document if there is one, else the e-mail; null for a buyer with neither. */
    public static String identity(Sale.Customer buyer) {
        return buyer.document() != null ? buyer.document() : buyer.email();
    }

    /**
     * The participants behind these buyers, by {@link #identity}. Runs within the caller's transaction and asks the
     * database a fixed number of times however many buyers there are.
     *
     * @param buyers each with whether an unknown one is to be registered
     */
    public Map<String, UUID> of(UUID merchantId, String source, Map<Sale.Customer, Boolean> buyers) {
        Map<String, Sale.Customer> wanted = new LinkedHashMap<>();
        Map<String, Boolean> register = new HashMap<>();
        buyers.entrySet().stream()
                .filter(buyer -> identity(buyer.getKey()) != null)
                // In one order everywhere, so that two pages that register the same people cannot wait for each other.
                .sorted(Comparator.comparing(buyer -> identity(buyer.getKey())))
                .forEach(buyer -> {
                    wanted.putIfAbsent(identity(buyer.getKey()), buyer.getKey());
                    register.merge(identity(buyer.getKey()), buyer.getValue(), Boolean::logicalOr);
                });
        // Documents first: the e-mail that comes with one may be all that another order of the same person shows.
        Map<String, UUID> found = new HashMap<>();
        for (boolean document : new boolean[] {true, false}) {
            List<Sale.Customer> alike = wanted.values().stream().filter(buyer -> (buyer.document() != null) == document).toList();
            found.putAll(findOrRegister(merchantId, source, alike, register));
        }
        return found;
    }

    private Map<String, UUID> findOrRegister(UUID merchantId, String source, List<Sale.Customer> buyers, Map<String, Boolean> register) {
        if (buyers.isEmpty()) {
            return Map.of();
        }
        Map<String, UUID> found = find(merchantId, buyers, false);
        List<Sale.Customer> unknown = without(found, buyers);
        if (unknown.isEmpty()) {
            return found;
        }
        jdbc.queryForList(ONE_AT_A_TIME, merchantId);
        found.putAll(find(merchantId, unknown, true));
        List<Sale.Customer> newcomers = without(found, unknown).stream().filter(buyer -> register.get(identity(buyer))).toList();
        if (!newcomers.isEmpty()) {
            register(merchantId, source, newcomers);
            found.putAll(find(merchantId, newcomers, true));
        }
        return found;
    }

    private static List<Sale.Customer> without(Map<String, UUID> found, List<Sale.Customer> buyers) {
        return buyers.stream().filter(buyer -> !found.containsKey(identity(buyer))).toList();
    }

    private Map<String, UUID> find(UUID merchantId, Collection<Sale.Customer> buyers, boolean learning) {
        List<Known> known = jdbc.execute(FIND, (PreparedStatement select) -> {
            Connection connection = select.getConnection();
            select.setObject(1, merchantId);
            select.setArray(2, texts(connection, buyers.stream().map(Sale.Customer::document)));
            select.setArray(3, texts(connection, buyers.stream().map(Sale.Customer::email)));
            List<Known> rows = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Known(row.getObject(1, UUID.class), row.getString(2), row.getString(3)));
                }
            }
            return rows;
        });
        Map<String, UUID> byDocument = new HashMap<>();
        Map<String, List<Known>> byEmail = new HashMap<>();
        for (Known one : known) {
            if (one.document() != null) {
                byDocument.put(one.document(), one.id());
            }
            if (one.email() != null) {
                byEmail.computeIfAbsent(one.email(), email -> new ArrayList<>()).add(one);
            }
        }
        Map<String, UUID> found = new HashMap<>();
        for (Sale.Customer buyer : buyers) {
            UUID id = buyer.document() == null
                    ? byEmailAlone(byEmail.get(buyer.email()))
                    : byDocument.getOrDefault(buyer.document(), null);
            if (id == null && learning && buyer.document() != null && buyer.email() != null) {
                id = withoutDocument(byEmail.get(buyer.email()));
                if (id != null && !learnDocument(merchantId, id, buyer)) {
                    id = null;
                }
                if (id != null) {
                    byEmail.remove(buyer.email());
                }
            }
            if (id != null) {
                found.put(identity(buyer), id);
            }
        }
        return found;
    }

    /** One e-mail shared by several documents belongs to nobody in particular, unless one of them has no document. */
    private static UUID byEmailAlone(List<Known> sharing) {
        if (sharing == null) {
            return null;
        }
        UUID withoutDocument = withoutDocument(sharing);
        return withoutDocument != null ? withoutDocument : sharing.size() == 1 ? sharing.get(0).id() : null;
    }

    private static UUID withoutDocument(List<Known> sharing) {
        return sharing == null ? null : sharing.stream().filter(one -> one.document() == null).map(Known::id).findFirst().orElse(null);
    }

    private boolean learnDocument(UUID merchantId, UUID id, Sale.Customer buyer) {
        return jdbc.update(LEARN_DOCUMENT, buyer.document(), buyer.name(), buyer.phone(),
                buyer.birthDate() == null ? null : Date.valueOf(buyer.birthDate()), merchantId, id) == 1;
    }

    private void register(UUID merchantId, String source, List<Sale.Customer> buyers) {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.batchUpdate(REGISTER, buyers, buyers.size(), (insert, buyer) -> {
            insert.setObject(1, merchantId);
            insert.setObject(2, UUID.randomUUID());
            insert.setString(3, buyer.document());
            insert.setString(4, buyer.email());
            insert.setString(5, buyer.name());
            insert.setString(6, buyer.phone());
            insert.setObject(7, buyer.birthDate());
            insert.setString(8, source);
            insert.setTimestamp(9, now);
        });
    }

    private static Array texts(Connection connection, java.util.stream.Stream<String> values) throws SQLException {
        return connection.createArrayOf("text", values.filter(java.util.Objects::nonNull).distinct().toArray());
    }

    private record Known(UUID id, String document, String email) {
    }
}
