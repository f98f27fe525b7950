package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sales that two sources of a merchant report. An ERP's order is a copy of the shop's if it carries that one's number; it may be
 * one if the buyer's document and the total are the same and they were placed at about the same time.
 */
@Component
public class Copies {

    private static final String BUYER = "encode(sha256(convert_to(%s, 'UTF8')), 'hex')";

    private static final String TRACE = """
            INSERT INTO sale_traces (merchant_id, sale_id, kind, order_id, number, external_number, buyer, total, placed_at)
            SELECT ?, v.sale_id, ?, v.order_id, v.number, v.external_number, %s, v.total::numeric, v.placed_at::timestamptz
              FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                AS v (sale_id, order_id, number, external_number, document, total, placed_at)
            ON CONFLICT (merchant_id, sale_id) DO UPDATE
               SET number = excluded.number, external_number = excluded.external_number, buyer = excluded.buyer, total = excluded.total,
                   placed_at = excluded.placed_at
            """.formatted(BUYER.formatted("v.document"));

    private static final String TRACE_WHAT_IS_ON_RECORD = """
            INSERT INTO sale_traces (merchant_id, sale_id, kind, order_id, number, external_number, buyer, total, placed_at)
            SELECT s.merchant_id, s.id, ?, s.order_id, s.sale ->> 'number', s.sale ->> 'externalNumber', %s,
                   (s.sale #>> '{amounts,total}')::numeric, s.placed_at
              FROM sales s
             WHERE s.merchant_id = ? AND s.integration_id = ? AND s.effect IS NOT NULL
               AND NOT EXISTS (SELECT FROM sale_traces t WHERE t.merchant_id = s.merchant_id AND t.sale_id = s.id)
            ON CONFLICT (merchant_id, sale_id) DO NOTHING
            """.formatted(BUYER.formatted("s.sale #>> '{customer,document}'"));

    /** For each copy that has to do with one of these sales, or had: what it may be a copy of, a row with nothing if with nothing. */
    private static final String PAIRS = """
            WITH touched AS (
                SELECT * FROM sale_traces WHERE merchant_id = (SELECT :merchant::uuid) AND sale_id = ANY (:sales::bigint[])),
            copies AS (
                SELECT sale_id FROM touched WHERE kind = 'erp'
                UNION
                SELECT e.sale_id FROM touched s JOIN sale_traces e ON e.merchant_id = (SELECT :merchant::uuid) AND e.kind = 'erp'
                 WHERE s.kind = 'shop' AND e.external_number = s.number
                UNION
                SELECT e.sale_id FROM touched s JOIN sale_traces e ON e.merchant_id = (SELECT :merchant::uuid) AND e.kind = 'erp'
                 WHERE s.kind = 'shop' AND e.external_number = s.order_id
                UNION
                SELECT e.sale_id FROM touched s JOIN sale_traces e ON e.merchant_id = (SELECT :merchant::uuid) AND e.kind = 'erp'
                 WHERE s.kind = 'shop' AND e.buyer = s.buyer AND e.total = s.total
                UNION
                SELECT id FROM sales WHERE merchant_id = (SELECT :merchant::uuid) AND linked_sale_id = ANY (:sales::bigint[]))
            SELECT e.sale_id AS copy, o.sale_id AS original, o.number = e.external_number AS by_number, o.order_id = e.external_number AS by_id,
                   o.buyer = e.buyer AS same_buyer, o.total = e.total AS same_total
              FROM copies c
              JOIN sale_traces e ON e.merchant_id = (SELECT :merchant::uuid) AND e.sale_id = c.sale_id AND e.kind = 'erp'
              LEFT JOIN LATERAL (
                  SELECT * FROM sale_traces s WHERE s.merchant_id = (SELECT :merchant::uuid) AND s.kind = 'shop' AND s.number = e.external_number
                  UNION
                  SELECT * FROM sale_traces s WHERE s.merchant_id = (SELECT :merchant::uuid) AND s.kind = 'shop' AND s.order_id = e.external_number
                  UNION
                  SELECT * FROM sale_traces s WHERE s.merchant_id = (SELECT :merchant::uuid) AND s.kind = 'shop' AND s.buyer = e.buyer AND s.total = e.total
                     AND (s.placed_at BETWEEN e.placed_at - make_interval(secs => :window) AND e.placed_at + make_interval(secs => :window)) IS NOT FALSE
              ) o ON true
            """;

    /** Which of an ERP's orders carry the number of a shop's whose buyer was forgotten. */
    private static final String COPIES_OF_FORGOTTEN_BUYERS = """
            SELECT v.order_id
              FROM unnest(:orders::text[], :externals::text[]) AS v (order_id, external_number)
              JOIN LATERAL (
                  SELECT sale_id FROM sale_traces t WHERE t.merchant_id = (SELECT :merchant::uuid) AND t.kind = 'shop' AND t.number = v.external_number
                  UNION ALL
                  SELECT sale_id FROM sale_traces t WHERE t.merchant_id = (SELECT :merchant::uuid) AND t.kind = 'shop' AND t.order_id = v.external_number
              ) o ON true
              JOIN sales s ON s.merchant_id = (SELECT :merchant::uuid) AND s.id = o.sale_id AND s.customer_erased
            """;

    /** Which of a shop's orders have their number carried by an ERP's whose buyer was forgotten. */
    private static final String ORIGINALS_OF_FORGOTTEN_BUYERS = """
            SELECT v.order_id
              FROM unnest(:orders::text[], :numbers::text[]) AS v (order_id, number)
              JOIN sale_traces t ON t.merchant_id = (SELECT :merchant::uuid) AND t.kind = 'erp' AND t.external_number = ANY (ARRAY[v.number, v.order_id])
              JOIN sales s ON s.merchant_id = (SELECT :merchant::uuid) AND s.id = t.sale_id AND s.customer_erased
            """;

    private static final String IS_TRACED = "SELECT EXISTS (SELECT FROM sale_traces WHERE merchant_id = ?)";

    /** What sales that are not on record may be copies of, among what is traced. */
    private static final String ORIGINALS_TRACED = """
            SELECT sale_id, order_id, number, buyer, total, placed_at FROM sale_traces WHERE merchant_id = (SELECT :merchant::uuid) AND kind = 'shop'
               AND number IN (SELECT external_number FROM copies)
            UNION
            SELECT sale_id, order_id, number, buyer, total, placed_at FROM sale_traces WHERE merchant_id = (SELECT :merchant::uuid) AND kind = 'shop'
               AND order_id IN (SELECT external_number FROM copies)
            UNION
            SELECT sale_id, order_id, number, buyer, total, placed_at FROM sale_traces WHERE merchant_id = (SELECT :merchant::uuid) AND kind = 'shop'
               AND buyer IN (SELECT buyer FROM copies)
            """;

    /** The same of a merchant whose second source was never active: one look at all that its shops sold. */
    private static final String ORIGINALS_ON_RECORD = """
            SELECT id AS sale_id, order_id, sale ->> 'number' AS number, %s AS buyer, (sale #>> '{amounts,total}')::numeric AS total, placed_at
              FROM sales
             WHERE merchant_id = (SELECT :merchant::uuid) AND integration_id = ANY (:shops::uuid[]) AND effect IS NOT NULL
               AND (order_id IN (SELECT external_number FROM copies) OR sale ->> 'number' IN (SELECT external_number FROM copies)
                    OR sale #>> '{customer,document}' IN (SELECT document FROM copies))
            """.formatted(BUYER.formatted("sale #>> '{customer,document}'"));

    private static final String FORESEEN = """
            WITH copies AS (
                SELECT v.id, v.external_number, v.document, %s AS buyer, v.total::numeric AS total, v.placed_at::timestamptz AS placed_at
                  FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[]) AS v (id, external_number, document, total, placed_at)),
            originals AS MATERIALIZED (%s)
            SELECT e.id AS copy, o.sale_id AS original, o.number = e.external_number AS by_number, o.order_id = e.external_number AS by_id,
                   o.buyer = e.buyer AS same_buyer, o.total = e.total AS same_total
              FROM copies e
              JOIN originals o ON o.number = e.external_number OR o.order_id = e.external_number
                OR o.buyer = e.buyer AND o.total = e.total
                   AND (o.placed_at BETWEEN e.placed_at - make_interval(secs => ?) AND e.placed_at + make_interval(secs => ?)) IS NOT FALSE
            """;

    private final JdbcTemplate jdbc;
    private final JdbcClient named;
    private final Duration window;

    /** @param window how far apart two reports of what may be one sale are placed at most */
    public Copies(JdbcTemplate jdbc, @Value("${hub.held-window:PT72H}") Duration window) {
        this.jdbc = jdbc;
        this.named = JdbcClient.create(jdbc);
        this.window = window;
    }

    /**
     * A copy and what it may be a copy of.
     *
     * @param original  null: nothing any more
     * @param sameBuyer null where one of them names no document
     */
    record Pair(long copy, Long original, boolean byNumber, boolean byId, Boolean sameBuyer, boolean sameTotal) {

        boolean isNumbered() {
            return byNumber || byId;
        }

        /** The number alone may be another channel's: where buyer and total both differ, it proves nothing. */
        boolean isCertain() {
            return isNumbered() && (!Boolean.FALSE.equals(sameBuyer) || sameTotal);
        }

        /** The lower, the more it speaks for the pair. */
        int doubt() {
            return (Boolean.TRUE.equals(sameBuyer) ? 0 : 4) + (sameTotal ? 0 : 2) + (byNumber ? 0 : 1);
        }
    }

    void trace(Source source, Map<Long, Sale> sales) {
        if (sales.isEmpty()) {
            return;
        }
        List<Sale> rows = List.copyOf(sales.values());
        jdbc.update(TRACE, source.merchantId(), source.kind(), sales.keySet().toArray(Long[]::new),
                texts(rows, Sale::id), texts(rows, Sale::number), texts(rows, Sale::externalNumber), texts(rows, sale -> sale.customer().document()),
                texts(rows, sale -> sale.amounts().total()), texts(rows, Sale::placedAt));
    }

    private static String[] texts(List<Sale> sales, Function<Sale, ?> column) {
        return sales.stream().map(column).map(value -> Objects.toString(value, null)).toArray(String[]::new);
    }

    /** For sales that were recorded while their source was the merchant's only one. */
    public void traceWhatIsOnRecord(UUID merchantId, UUID integrationId, String kind) {
        jdbc.update(TRACE_WHAT_IS_ON_RECORD, kind, merchantId, integrationId);
    }

    /** Orders that are, by their numbers, other reports of sales whose buyers were forgotten: to be read as if they named nobody. */
    Set<String> ofForgottenBuyers(Source source, Collection<Sale> sales) {
        List<Sale> rows = List.copyOf(sales);
        return named.sql(source.kind().equals("erp") ? COPIES_OF_FORGOTTEN_BUYERS : ORIGINALS_OF_FORGOTTEN_BUYERS)
                .param("merchant", source.merchantId())
                .param("orders", texts(rows, Sale::id))
                .param("numbers", texts(rows, Sale::number))
                .param("externals", texts(rows, Sale::externalNumber))
                .query(String.class)
                .set();
    }

    List<Pair> pairs(UUID merchantId, Collection<Long> sales) {
        return named.sql(PAIRS)
                .param("merchant", merchantId)
                .param("sales", "{" + String.join(",", sales.stream().map(String::valueOf).toList()) + "}")
                .param("window", window.toSeconds())
                .query((row, number) -> pair(row))
                .list();
    }

    private static Pair pair(ResultSet row) throws SQLException {
        return new Pair(row.getLong("copy"), row.getObject("original", Long.class), row.getBoolean("by_number"), row.getBoolean("by_id"),
                row.getObject("same_buyer", Boolean.class), row.getBoolean("same_total"));
    }

    /**
     * What an ERP's sales would be copies of if they were posted; nothing of it is written.
     *
     * @param shops the merchant's integrations that are shops
     */
    List<Pair> foreseen(UUID merchantId, Collection<UUID> shops, Map<Long, Sale> sales) {
        boolean traced = Boolean.TRUE.equals(jdbc.queryForObject(IS_TRACED, Boolean.class, merchantId));
        String sql = FORESEEN.formatted(BUYER.formatted("v.document"), traced ? ORIGINALS_TRACED : ORIGINALS_ON_RECORD)
                .replace(":merchant", "?").replace(":shops", "?");
        List<Sale> rows = List.copyOf(sales.values());
        List<Object> parameters = new ArrayList<>(List.of(sales.keySet().toArray(Long[]::new), texts(rows, Sale::externalNumber),
                texts(rows, sale -> sale.customer().document()), texts(rows, sale -> sale.amounts().total()), texts(rows, Sale::placedAt)));
        parameters.addAll(traced ? List.of(merchantId, merchantId, merchantId) : List.of(merchantId, shops.toArray(UUID[]::new)));
        parameters.addAll(List.of(window.toSeconds(), window.toSeconds()));
        return jdbc.query(sql, (row, number) -> pair(row), parameters.toArray());
    }
}
