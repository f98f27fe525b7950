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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The members of a merchant's programme. A person is found by document; without one, by e-mail. A participant known by
 * e-mail alone learns the document the first time one comes with that e-mail; if another participant has that document, the
 * two are one from then on.
 */
@Component
public class Participants {

    /**
     * Held until the page is committed, so that nobody is given up for another while points are posted to them. The merchant is asked
     * for by a subquery, as in the ledger: one that the planner's statistics do not know must not be taken to have nobody, or all it has
     * are read to find a few.
     */
    private static final String FIND = """
            SELECT id, document, email, merged_into
              FROM participants
             WHERE merchant_id = (SELECT ?::uuid) AND (document = ANY (?) OR email = ANY (?))
             ORDER BY registered_at, id
               FOR KEY SHARE
            """;

    private static final String SURVIVORS = """
            SELECT id, merged_into, document FROM participants WHERE merchant_id = (SELECT ?::uuid) AND id = ANY (?) ORDER BY id FOR KEY SHARE
            """;

    private static final String LEARN_DOCUMENT = """
            UPDATE participants
               SET document = ?, name = coalesce(name, ?), phone = coalesce(phone, ?), birth_date = coalesce(birth_date, ?)
             WHERE merchant_id = ? AND id = ? AND document IS NULL
            """;

    private static final String REGISTER = """
            INSERT INTO participants (merchant_id, id, document, email, name, phone, birth_date, source, registered_at, cpf_is_password)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """;

    /** Only a mark: what it costs to hash a password is paid by whoever logs in, not by a page of buyers. */
    private static final String CPF_IS_PASSWORD = """
            SELECT EXISTS (SELECT FROM integrations WHERE merchant_id = ? AND 'integration:' || id = ? AND cpf_as_password)
            """;

    /**
     * No unique index tells that a document with an e-mail and that e-mail alone are one person: two pages that meet
     * them at once would each register their half. Held until the page is committed.
     */
    private static final String ONE_AT_A_TIME = "SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE";

    private final JdbcTemplate jdbc;
    private final Merging merging;
    private final Clock clock;

    public Participants(JdbcTemplate jdbc, Merging merging, Clock clock) {
        this.jdbc = jdbc;
        this.merging = merging;
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
        Map<String, UUID> found = find(merchantId, buyers, null);
        List<Sale.Customer> unknown = without(found, buyers);
        if (unknown.isEmpty()) {
            return found;
        }
        oneAtATime(merchantId);
        found.putAll(find(merchantId, unknown, source));
        List<Sale.Customer> newcomers = without(found, unknown).stream().filter(buyer -> register.get(identity(buyer))).toList();
        if (!newcomers.isEmpty()) {
            register(merchantId, source, newcomers);
            found.putAll(find(merchantId, newcomers, source));
        }
        return found;
    }

    void oneAtATime(UUID merchantId) {
        jdbc.queryForList(ONE_AT_A_TIME, merchantId);
    }

    /** Whether whoever registers this person would register somebody twice. */
    boolean isKnown(UUID merchantId, Sale.Customer person) {
        Sale.Customer byIdentity = person.document() == null ? person : new Sale.Customer(null, null, person.document(), null, null, null);
        return !find(merchantId, List.of(byIdentity), null).isEmpty();
    }

    private static List<Sale.Customer> without(Map<String, UUID> found, List<Sale.Customer> buyers) {
        return buyers.stream().filter(buyer -> !found.containsKey(identity(buyer))).toList();
    }

    /** @param learningFor who lets documents be learnt, and people be one, while the merchant is held; null: nobody does */
    private Map<String, UUID> find(UUID merchantId, Collection<Sale.Customer> buyers, String learningFor) {
        Map<String, Known> byDocument = new HashMap<>();
        Map<String, List<Known>> byEmail = new HashMap<>();
        for (Known one : known(merchantId, buyers)) {
            if (one.document() != null) {
                byDocument.put(one.document(), one);
            }
            if (one.email() != null) {
                byEmail.computeIfAbsent(one.email(), email -> new ArrayList<>()).add(one);
            }
        }
        Map<String, UUID> found = new HashMap<>();
        for (Sale.Customer buyer : buyers) {
            List<Known> sharing = byEmail.getOrDefault(buyer.email(), List.of());
            UUID id = buyer.document() == null ? byEmailAlone(sharing)
                    : byDocument.containsKey(buyer.document()) ? byDocument.get(buyer.document()).person() : null;
            Known nameless = buyer.document() == null ? null : withoutDocument(sharing);
            if (nameless != null && learningFor == null) {
                continue;
            }
            if (nameless != null) {
                if (id != null && !id.equals(nameless.person())) {
                    merging.merge(merchantId, id, nameless.person(), learningFor);
                } else if (id == null && learnDocument(merchantId, nameless.person(), buyer)) {
                    id = nameless.person();
                }
                byEmail.remove(buyer.email());
            }
            if (id != null) {
                found.put(identity(buyer), id);
            }
        }
        return found;
    }

    private List<Known> known(UUID merchantId, Collection<Sale.Customer> buyers) {
        List<Known> known = jdbc.execute(FIND, (PreparedStatement select) -> {
            Connection connection = select.getConnection();
            select.setObject(1, merchantId);
            select.setArray(2, texts(connection, buyers.stream().map(Sale.Customer::document)));
            select.setArray(3, texts(connection, buyers.stream().map(Sale.Customer::email)));
            List<Known> rows = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    UUID id = row.getObject(1, UUID.class);
                    UUID mergedInto = row.getObject(4, UUID.class);
                    rows.add(new Known(id, row.getString(2), row.getString(3), mergedInto == null ? id : mergedInto,
                            mergedInto == null && row.getString(2) == null));
                }
            }
            return rows;
        });
        return known.stream().allMatch(Known::isLive) ? known : survivors(merchantId, known);
    }

    /** Holds those that the ones given up lead to, and goes on from those that were given up themselves a moment ago. */
    private List<Known> survivors(UUID merchantId, List<Known> known) {
        Map<UUID, UUID> leads = new HashMap<>();
        Set<UUID> nameless = new HashSet<>();
        jdbc.query(SURVIVORS, (ResultSet row) -> {
            UUID mergedInto = row.getObject(2, UUID.class);
            leads.put(row.getObject(1, UUID.class), mergedInto == null ? row.getObject(1, UUID.class) : mergedInto);
            if (mergedInto == null && row.getString(3) == null) {
                nameless.add(row.getObject(1, UUID.class));
            }
        }, merchantId, known.stream().map(Known::person).distinct().toArray(UUID[]::new));
        List<Known> led = known.stream().map(one -> new Known(one.id(), one.document(), one.email(), leads.get(one.person()),
                nameless.contains(one.person()))).toList();
        return led.equals(known) ? known : survivors(merchantId, led);
    }

    /** One e-mail shared by several people belongs to nobody in particular, unless one of them is known by nothing else. */
    private static UUID byEmailAlone(List<Known> sharing) {
        List<UUID> people = sharing.stream().filter(one -> one.document() == null).map(Known::person).distinct().toList();
        if (people.isEmpty()) {
            people = sharing.stream().map(Known::person).distinct().toList();
        }
        return people.size() == 1 ? people.get(0) : null;
    }

    private static Known withoutDocument(List<Known> sharing) {
        return sharing.stream().filter(one -> one.document() == null && one.isNameless()).findFirst().orElse(null);
    }

    private boolean learnDocument(UUID merchantId, UUID id, Sale.Customer buyer) {
        return jdbc.update(LEARN_DOCUMENT, buyer.document(), buyer.name(), buyer.phone(),
                buyer.birthDate() == null ? null : Date.valueOf(buyer.birthDate()), merchantId, id) == 1;
    }

    private void register(UUID merchantId, String source, List<Sale.Customer> buyers) {
        Timestamp now = Timestamp.from(clock.instant());
        Boolean cpfIsPassword = jdbc.queryForObject(CPF_IS_PASSWORD, Boolean.class, merchantId, source);
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
            insert.setObject(10, cpfIsPassword);
        });
    }

    private static Array texts(Connection connection, java.util.stream.Stream<String> values) throws SQLException {
        return connection.createArrayOf("text", values.filter(java.util.Objects::nonNull).distinct().toArray());
    }

    /**
     * @param person     the participant itself, or the one it was given up for
     * @param isNameless whether nobody knows that one's document
     */
    private record Known(UUID id, String document, String email, UUID person, boolean isNameless) {

        boolean isLive() {
            return person.equals(id);
        }
    }
}
