package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What posting a page makes the database read. The merchant of each test is one that came after the tables were last analysed:
 * to the statistics it has no rows.
 */
class RowsReadTest {

    private static final int ON_RECORD = 2_000;
    private static final int PAGE = 10;
    /** Far more than it takes, and far less than all that the merchant has. */
    private static final long MOST = 50 * PAGE;

    private static Books books;

    @BeforeAll
    static void openBooks() {
        books = Books.open();
        // Whoever comes after the ANALYZE below is to stay unknown for as long as the tests run.
        for (String table : List.of("participants", "sales", "sale_traces", "waiting_sales", "entries", "balances")) {
            books.jdbc().execute("ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
        }
        Books.Shop shop = books.newShop().amongOthers();
        fill(shop);
        fill(shop.erp());
        books.jdbc().execute("ANALYZE");
    }

    @AfterAll
    static void closeBooks() {
        books.close();
    }

    @AfterEach
    void everythingAddsUp() {
        assertLedgerCoherent(books.jdbc());
    }

    @Test
    void aPageOfNewOrdersReadsAsMuchAsItHasNotAsTheMerchantHas() {
        Books.Shop shop = books.newShop();
        fill(shop);

        assertThatLittleIsRead(shop, orders(ON_RECORD, PAGE));
    }

    @Test
    void soDoesAPageOfOrdersThatAreTakenBack() {
        Books.Shop shop = books.newShop();
        fill(shop);

        assertThatLittleIsRead(shop, IntStream.range(0, PAGE).mapToObj(order -> version(order * 7).at(1).reverses()).toList());
    }

    @Test
    void soDoesAPageOfEitherOfTwoSources() {
        Books.Shop shop = books.newShop().amongOthers();
        fill(shop);
        Books.Shop erp = shop.erp();
        fill(erp);

        assertThatLittleIsRead(erp, orders(ON_RECORD, PAGE));
        assertThatLittleIsRead(shop, orders(ON_RECORD, PAGE));
    }

    private static void fill(Books.Shop shop) {
        for (int from = 0; from < ON_RECORD; from += 500) {
            shop.post(orders(from, 500));
        }
    }

    private static List<Verdict> orders(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(RowsReadTest::order).toList();
    }

    private static Verdict order(int number) {
        return version(number).earns();
    }

    private static Version version(int number) {
        return Version.of("n" + number).by(Buyer.number(number % ON_RECORD + 1));
    }

    private static void assertThatLittleIsRead(Books.Shop shop, List<Verdict> page) {
        assertThat(readBy(shop, page))
                .hasEntrySatisfying("sales", rows -> assertThat(rows).isGreaterThanOrEqualTo(PAGE))
                .allSatisfy((table, rows) -> assertThat(rows).as(table).isLessThan(MOST));
    }

    /** Rows fetched by the transaction that posts the page, by table. */
    private static Map<String, Long> readBy(Books.Shop shop, List<Verdict> page) {
        return books.inTransaction(() -> {
            Map<String, Long> before = rowsRead();
            shop.post(page);
            Map<String, Long> rows = rowsRead();
            rows.replaceAll((table, read) -> read - before.get(table));
            return rows;
        });
    }

    /** What this connection read and did not report yet. */
    private static Map<String, Long> rowsRead() {
        Map<String, Long> rows = new TreeMap<>();
        books.jdbc().query("SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables", row -> {
            rows.put(row.getString(1), row.getLong(2));
        });
        return rows;
    }
}
