package io.loyaltyhub.points;

import io.loyaltyhub.json.Json;
import io.loyaltyhub.participant.Participants;
import io.loyaltyhub.points.SaleState.Facts;
import io.loyaltyhub.points.Verdict.Effect;
import io.loyaltyhub.sale.Sale;
import io.loyaltyhub.sale.SaleReader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/**
 * The ledger's statements: each takes a whole page at once, as arrays.
 *
 * <p>Where they read, the merchant is a subquery, {@code (SELECT ?)}, whose value PostgreSQL's planner does not see. It would look it
 * up in its statistics, and not find a merchant that came after the tables were last analysed: that one would be taken to have no
 * rows, any index that begins with the merchant to be as good as the right one, and each page would read all that the merchant has.
 * Not seeing it, the planner reckons with an average merchant.
 */
@Component
class LedgerTables {

    private static final String STATE = """
            id, integration_id, order_id, participant_id, points, round, paid_base, decided_at, decision, reason, effect, worth, worth_first,
            worth_base, rule_id, rule_version, placed_at, ruling, linked_sale_id""";

    /**
     * Records the sales and locks their rows, in one order everywhere. A version older than the one on record changes
     * nothing; where the newest is only a list row, the buyer and the items are those of a fuller reading.
     */
    private static final String UPSERT_SALES = """
            INSERT INTO sales AS s (merchant_id, integration_id, order_id, version, updated_at, status_id, sale,
                                    decision, participant_id, first_seen_at, posted_at)
            SELECT ?, ?, v.order_id, v.version, v.updated_at, v.status_id, v.sale::jsonb, 'ignored', v.participant_id, ?, ?
              FROM unnest(?::text[], ?::text[], ?::text[]::timestamptz[], ?::text[], ?::text[], ?::uuid[])
                AS v (order_id, version, updated_at, status_id, sale, participant_id)
             ORDER BY v.order_id
            ON CONFLICT (merchant_id, integration_id, order_id) DO UPDATE
               SET (version, updated_at, status_id, sale, posted_at) = (
                       SELECT n.* FROM (
                           SELECT excluded.version, excluded.updated_at, excluded.status_id,
                                  CASE WHEN excluded.sale -> 'items' = '[]' THEN s.sale || (excluded.sale - 'customer' - 'items')
                                       ELSE excluded.sale END,
                                  excluded.posted_at
                            WHERE excluded.updated_at IS NULL OR s.updated_at IS NULL OR excluded.updated_at >= s.updated_at
                           UNION ALL
                           SELECT s.version, s.updated_at, s.status_id,
                                  CASE WHEN s.sale -> 'items' = '[]' AND excluded.sale -> 'items' <> '[]'
                                       THEN excluded.sale || (s.sale - 'customer' - 'items') ELSE s.sale END,
                                  s.posted_at) AS n
                       LIMIT 1),
                   participant_id = coalesce(s.participant_id, excluded.participant_id)
            RETURNING xmax = 0 AS is_new, NULL AS number, customer_erased, %s
            """.formatted(STATE);

    /** Held in the order in which a page locks them, each page those of one integration. */
    private static final String STATES = """
            SELECT false AS is_new, sale ->> 'number' AS number, %s
              FROM sales
             WHERE merchant_id = (SELECT ?::uuid) AND id = ANY (?)
            """.formatted(STATE);

    private static final String HOLD_STATES = STATES + " ORDER BY integration_id, order_id FOR UPDATE";

    private static final String RULINGS = """
            SELECT order_id, ruling FROM sales WHERE merchant_id = (SELECT ?::uuid) AND integration_id = ? AND order_id = ANY (?) AND ruling IS NOT NULL
            """;

    private static final String OF_FORGOTTEN_BUYERS = """
            SELECT order_id FROM sales WHERE merchant_id = (SELECT ?::uuid) AND integration_id = ? AND order_id = ANY (?) AND customer_erased
            """;

    private static final String PLACED_SINCE = """
            SELECT id FROM sales WHERE merchant_id = ? AND placed_at >= ? AND effect IS NOT NULL ORDER BY id
            """;

    /** Which of these sales are their buyers' first purchases; what is settled together is looked at elsewhere. */
    private static final String FIRST_PURCHASES = """
            SELECT v.id
              FROM unnest(?::bigint[], ?::uuid[], ?::text[]::timestamptz[]) AS v (id, participant_id, placed_at)
             WHERE NOT EXISTS (SELECT FROM sales s
                                WHERE s.merchant_id = (SELECT ?::uuid) AND s.participant_id = v.participant_id AND s.points > 0 AND s.id <> ALL (?)
                                  AND (s.placed_at, s.id) < (v.placed_at, v.id))
            """;

    private static final String INSERT_ENTRIES = """
            INSERT INTO entries (merchant_id, participant_id, kind, points, integration_id, order_id, round, sale_id, corrects,
                                 rule_id, rule_version, description, created_by, created_at)
            SELECT ?, v.participant_id, v.kind, v.points, v.integration_id, v.order_id, v.round, v.sale_id,
                   CASE WHEN v.kind = 'reversal' THEN (
                       SELECT e.id FROM entries e
                        WHERE e.merchant_id = (SELECT ?::uuid) AND e.integration_id = v.integration_id AND e.order_id = v.order_id
                          AND e.kind = 'earn' AND e.round = v.round) END,
                   v.rule_id, v.rule_version, v.description, ?, ?
              FROM unnest(?::uuid[], ?::text[], ?::bigint[], ?::uuid[], ?::text[], ?::int[], ?::bigint[], ?::uuid[], ?::int[], ?::text[])
                WITH ORDINALITY AS v (participant_id, kind, points, integration_id, order_id, round, sale_id, rule_id, rule_version, description, place)
             ORDER BY v.place
            ON CONFLICT (merchant_id, integration_id, order_id, kind, round) DO NOTHING
            RETURNING participant_id, sale_id, points
            """;

    private static final String INSERT_ADJUSTMENT = """
            INSERT INTO entries (merchant_id, participant_id, kind, points, description, created_by, created_at)
            VALUES (?, ?, 'adjust', ?, ?, ?, ?) RETURNING id
            """;

    /** Of awards that were just reversed. */
    private static final String GIVE_BACK_EXPIRED = """
            INSERT INTO entries (merchant_id, participant_id, kind, points, corrects, description, created_by, created_at)
            SELECT x.merchant_id, r.participant_id, 'adjust', -x.points, x.id, 'Estorno de pontos que já tinham expirado', ?, ?
              FROM unnest(?::uuid[], ?::text[], ?::int[]) AS v (integration_id, order_id, round)
              JOIN entries r ON r.merchant_id = (SELECT ?::uuid) AND r.integration_id = v.integration_id AND r.order_id = v.order_id
                              AND r.kind = 'reversal' AND r.round = v.round
              JOIN entries x ON x.merchant_id = r.merchant_id AND x.corrects = r.corrects AND x.kind = 'expire'
             WHERE NOT EXISTS (SELECT FROM entries g WHERE g.merchant_id = x.merchant_id AND g.corrects = x.id)
             ORDER BY x.id
            RETURNING participant_id, points
            """;

    private static final String ADD_TO_BALANCES = """
            INSERT INTO balances AS b (merchant_id, participant_id, balance)
            SELECT ?, v.participant_id, v.points
              FROM unnest(?::uuid[], ?::bigint[]) AS v (participant_id, points)
             ORDER BY v.participant_id
            ON CONFLICT (merchant_id, participant_id) DO UPDATE SET balance = b.balance + excluded.balance
            RETURNING participant_id, balance
            """;

    private static final String UPDATE_SALES = """
            UPDATE sales AS s
               SET participant_id = v.participant_id, points = v.points, round = v.round, paid_base = v.paid_base, decided_at = v.decided_at,
                   decision = v.decision, reason = v.reason, effect = v.effect, worth = v.worth, worth_first = v.worth_first,
                   worth_base = v.worth_base, rule_id = v.rule_id, rule_version = v.rule_version, placed_at = v.placed_at, ruling = v.ruling,
                   linked_sale_id = v.linked_sale_id
              FROM unnest(?::bigint[], ?::uuid[], ?::bigint[], ?::int[], ?::numeric[], ?::text[]::timestamptz[], ?::text[], ?::text[], ?::text[],
                          ?::bigint[], ?::bigint[], ?::numeric[], ?::uuid[], ?::int[], ?::text[]::timestamptz[], ?::text[], ?::bigint[])
                AS v (id, participant_id, points, round, paid_base, decided_at, decision, reason, effect, worth, worth_first, worth_base, rule_id,
                      rule_version, placed_at, ruling, linked_sale_id)
             WHERE s.merchant_id = (SELECT ?::uuid) AND s.id = v.id
            """;

    /** The lock under which people are registered, too: whoever takes several locks of a merchant takes this one first. */
    private static final String ONE_AT_A_TIME = "SELECT id FROM merchants WHERE id = ? FOR NO KEY UPDATE";

    private final JdbcTemplate jdbc;

    LedgerTables(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** An entry that really was inserted; one that was there already is not among them. */
    record Inserted(UUID participantId, Long saleId, long points) {
    }

    /** Until the transaction ends, no other that may pay several of the merchant's sales for one another. */
    void oneAtATime(UUID merchantId) {
        jdbc.queryForList(ONE_AT_A_TIME, merchantId);
    }

    Set<String> ordersOfForgottenBuyers(Source source, Collection<String> orders) {
        return Set.copyOf(jdbc.queryForList(OF_FORGOTTEN_BUYERS, String.class, source.merchantId(), source.integrationId(), orders.toArray(String[]::new)));
    }

    /** @throws ConcurrencyFailureException where a buyer asked to be forgotten while the page was being posted: it is to be posted again */
    List<SaleState> upsertSales(Source source, List<Verdict> verdicts, Map<String, UUID> buyers, Instant now) {
        Set<String> named = verdicts.stream().map(Verdict::sale).filter(sale -> Participants.identity(sale.customer()) != null).map(Sale::id)
                .collect(Collectors.toSet());
        return query(UPSERT_SALES, upsert -> {
            Columns<Verdict> columns = new Columns<>(upsert.getConnection(), verdicts);
            upsert.setObject(1, source.merchantId());
            upsert.setObject(2, source.integrationId());
            upsert.setTimestamp(3, Timestamp.from(now));
            upsert.setTimestamp(4, Timestamp.from(now));
            upsert.setArray(5, columns.of("text", verdict -> verdict.sale().id()));
            upsert.setArray(6, columns.of("text", Verdict::version));
            upsert.setArray(7, columns.of("text", verdict -> verdict.sale().updatedAt()));
            upsert.setArray(8, columns.of("text", verdict -> verdict.sale().status().id()));
            upsert.setArray(9, columns.of("text", verdict -> Json.write(verdict.sale())));
            upsert.setArray(10, columns.of("uuid", verdict -> buyers.get(
                    Participants.identity(verdict.sale().customer()))));
        }, row -> {
            if (row.getBoolean("customer_erased") && named.contains(row.getString("order_id"))) {
                throw new ConcurrencyFailureException("the buyer of order " + row.getString("order_id") + " was forgotten meanwhile");
            }
            return state(row);
        });
    }

    /** The merchant's word on these orders, where there is one. */
    Map<String, Ruling> rulings(Source source, Collection<String> orders) {
        Map<String, Ruling> rulings = new HashMap<>();
        jdbc.query(RULINGS, (RowCallbackHandler) row -> rulings.put(row.getString(1), ruling(row)), source.merchantId(), source.integrationId(),
                orders.toArray(String[]::new));
        return rulings;
    }

    private static Ruling ruling(ResultSet row) throws SQLException {
        return row.getString("ruling") == null ? null : Ruling.valueOf(row.getString("ruling").toUpperCase(Locale.ROOT));
    }

    /** Sales on record, locked. */
    List<SaleState> states(UUID merchantId, Collection<Long> ids) {
        return states(HOLD_STATES, merchantId, ids);
    }

    /** Sales on record as they are just now. */
    List<SaleState> statesUnheld(UUID merchantId, Collection<Long> ids) {
        return states(STATES, merchantId, ids);
    }

    private List<SaleState> states(String sql, UUID merchantId, Collection<Long> ids) {
        return ids.isEmpty() ? List.of() : query(sql, select -> {
            select.setObject(1, merchantId);
            select.setArray(2, select.getConnection().createArrayOf("bigint", ids.toArray()));
        }, LedgerTables::state);
    }

    /** As they are on record, by id. */
    Map<Long, Sale> sales(UUID merchantId, Collection<Long> ids) {
        Map<Long, Sale> sales = new HashMap<>();
        if (!ids.isEmpty()) {
            jdbc.query("SELECT id, sale FROM sales WHERE merchant_id = ? AND id = ANY (?)", (RowCallbackHandler) row ->
                    sales.put(row.getLong(1), SaleReader.read(Json.parse(row.getString(2)))), merchantId, ids.toArray(Long[]::new));
        }
        return sales;
    }

    List<Long> placedSince(UUID merchantId, Instant since) {
        return jdbc.queryForList(PLACED_SINCE, Long.class, merchantId, Timestamp.from(since));
    }

    /** @param together what is settled together with them */
    Set<Long> firstPurchases(UUID merchantId, List<SaleState> sales, Collection<Long> together) {
        return Set.copyOf(query(FIRST_PURCHASES, select -> {
            Columns<SaleState> columns = new Columns<>(select.getConnection(), sales);
            select.setArray(1, columns.of("bigint", SaleState::id));
            select.setArray(2, columns.of("uuid", SaleState::participantId));
            select.setArray(3, columns.of("text", sale -> sale.facts().placedAt()));
            select.setObject(4, merchantId);
            select.setArray(5, select.getConnection().createArrayOf("bigint", together.toArray()));
        }, row -> row.getLong(1)));
    }

    private static SaleState state(ResultSet row) throws SQLException {
        Facts facts = new Facts(
                row.getString("effect") == null ? Effect.NEITHER : Effect.valueOf(row.getString("effect").toUpperCase(Locale.ROOT)),
                row.getLong("worth"),
                row.getLong("worth_first"),
                row.getBigDecimal("worth_base"),
                row.getObject("rule_id", UUID.class),
                row.getObject("rule_version", Integer.class),
                true,
                null,
                row.getObject("decided_at", OffsetDateTime.class),
                row.getObject("placed_at", OffsetDateTime.class));
        return new SaleState(
                row.getLong("id"),
                row.getObject("integration_id", UUID.class),
                row.getString("order_id"),
                row.getString("number"),
                row.getBoolean("is_new"),
                row.getObject("participant_id", UUID.class),
                facts,
                row.getLong("points"),
                row.getInt("round"),
                row.getBigDecimal("paid_base"),
                row.getString("decision"),
                row.getString("reason"),
                ruling(row),
                row.getObject("linked_sale_id", Long.class));
    }

    List<Inserted> insertEntries(UUID merchantId, List<Move> moves, String by, Instant now) {
        if (moves.isEmpty()) {
            return List.of();
        }
        return query(INSERT_ENTRIES, insert -> {
            Columns<Move> columns = new Columns<>(insert.getConnection(), moves);
            insert.setObject(1, merchantId);
            insert.setObject(2, merchantId);
            insert.setString(3, by);
            insert.setTimestamp(4, Timestamp.from(now));
            insert.setArray(5, columns.of("uuid", move -> move.sale().participantId()));
            insert.setArray(6, columns.of("text", Move::kind));
            insert.setArray(7, columns.of("bigint", Move::points));
            insert.setArray(8, columns.of("uuid", move -> move.sale().integrationId()));
            insert.setArray(9, columns.of("text", move -> move.sale().orderId()));
            insert.setArray(10, columns.of("int", Move::round));
            insert.setArray(11, columns.of("bigint", move -> move.sale().id()));
            insert.setArray(12, columns.of("uuid", Move::ruleId));
            insert.setArray(13, columns.of("int", Move::ruleVersion));
            insert.setArray(14, columns.of("text", Move::description));
        }, row -> new Inserted(row.getObject(1, UUID.class), row.getLong(2), row.getLong(3)));
    }

    /**
     * What had expired of awards that were reversed in full: else it would be taken twice. To come once the balances are held,
     * so that nothing expires meanwhile.
     */
    List<Inserted> giveBackExpired(UUID merchantId, List<Move> moves, String by, Instant now) {
        List<Move> reversals = moves.stream().filter(move -> move.kind().equals("reversal")).toList();
        if (reversals.isEmpty()) {
            return List.of();
        }
        return query(GIVE_BACK_EXPIRED, insert -> {
            Columns<Move> columns = new Columns<>(insert.getConnection(), reversals);
            insert.setString(1, by);
            insert.setTimestamp(2, Timestamp.from(now));
            insert.setArray(3, columns.of("uuid", move -> move.sale().integrationId()));
            insert.setArray(4, columns.of("text", move -> move.sale().orderId()));
            insert.setArray(5, columns.of("int", Move::round));
            insert.setObject(6, merchantId);
        }, row -> new Inserted(row.getObject(1, UUID.class), null, row.getLong(2)));
    }

    /** The new entry's id. */
    long insertAdjustment(UUID merchantId, UUID participantId, long points, String reason, String by, Instant now) {
        Long id = jdbc.queryForObject(INSERT_ADJUSTMENT, Long.class, merchantId, participantId, points, reason, by, Timestamp.from(now));
        return id == null ? 0 : id;
    }

    /** Balances after the given entries, by participant. */
    Map<UUID, Long> addToBalances(UUID merchantId, List<Inserted> inserted) {
        if (inserted.isEmpty()) {
            return Map.of();
        }
        Map<UUID, Long> sums = new TreeMap<>();
        inserted.forEach(entry -> sums.merge(entry.participantId(), entry.points(), Long::sum));
        List<Map.Entry<UUID, Long>> rows = List.copyOf(sums.entrySet());
        Map<UUID, Long> balances = new HashMap<>();
        query(ADD_TO_BALANCES, insert -> {
            Columns<Map.Entry<UUID, Long>> columns = new Columns<>(insert.getConnection(), rows);
            insert.setObject(1, merchantId);
            insert.setArray(2, columns.of("uuid", Map.Entry::getKey));
            insert.setArray(3, columns.of("bigint", Map.Entry::getValue));
        }, row -> balances.put(row.getObject(1, UUID.class), row.getLong(2)));
        return balances;
    }

    void updateSales(UUID merchantId, Collection<SaleState> after) {
        List<SaleState> states = List.copyOf(after);
        jdbc.execute(UPDATE_SALES, (PreparedStatement update) -> {
            Columns<SaleState> columns = new Columns<>(update.getConnection(), states);
            update.setArray(1, columns.of("bigint", SaleState::id));
            update.setArray(2, columns.of("uuid", SaleState::participantId));
            update.setArray(3, columns.of("bigint", SaleState::points));
            update.setArray(4, columns.of("int", SaleState::round));
            update.setArray(5, columns.of("numeric", SaleState::paidBase));
            update.setArray(6, columns.of("text", sale -> sale.facts().decidedAt()));
            update.setArray(7, columns.of("text", SaleState::decision));
            update.setArray(8, columns.of("text", SaleState::reason));
            update.setArray(9, columns.of("text", sale -> sale.facts().effect() == Effect.NEITHER ? null : lower(sale.facts().effect())));
            update.setArray(10, columns.of("bigint", sale -> sale.facts().worth()));
            update.setArray(11, columns.of("bigint", sale -> sale.facts().worthFirst()));
            update.setArray(12, columns.of("numeric", sale -> sale.facts().base()));
            update.setArray(13, columns.of("uuid", sale -> sale.facts().ruleId()));
            update.setArray(14, columns.of("int", sale -> sale.facts().ruleVersion()));
            update.setArray(15, columns.of("text", sale -> sale.facts().placedAt()));
            update.setArray(16, columns.of("text", sale -> lower(sale.ruling())));
            update.setArray(17, columns.of("bigint", SaleState::linkedSaleId));
            update.setObject(18, merchantId);
            return update.executeUpdate();
        });
    }

    private static String lower(Enum<?> value) {
        return value == null ? null : value.name().toLowerCase(Locale.ROOT);
    }

    private <T> List<T> query(String sql, Binder binder, RowReader<T> reader) {
        return jdbc.execute(sql, (PreparedStatement statement) -> {
            binder.bind(statement);
            List<T> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            }
            return rows;
        });
    }

    private interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Turns rows into the column arrays that {@code unnest} puts side by side again. */
    private record Columns<T>(Connection connection, List<T> rows) {

        Array of(String type, Function<T, ?> column) throws SQLException {
            Object[] values = new Object[rows.size()];
            for (int i = 0; i < values.length; i++) {
                Object value = column.apply(rows.get(i));
                values[i] = value instanceof BigDecimal || !type.equals("text") ? value : Objects.toString(value, null);
            }
            return connection.createArrayOf(type, values);
        }
    }
}
