package io.loyaltyhub.points;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Verification names what somebody wrote past the ledger. Each test falsifies the books and is rolled back. */
class LedgerVerificationTest {

    private static final Buyer ANA = Buyer.number(1);

    private static Books books;
    private Books.Shop shop;

    @BeforeAll
    static void openBooks() {
        books = Books.open();
    }

    @AfterAll
    static void closeBooks() {
        books.close();
    }

    @BeforeEach
    void aShopWithASaleAndAReversedOne() {
        shop = books.newShop();
        shop.post(Version.of("1").by(ANA).earns(), Version.of("2").by(ANA).worth("40.00").earns());
        shop.post(Version.of("2").by(ANA).at(1).reverses());
    }

    @AfterEach
    void theBooksAreAsTheyWere() {
        assertThat(books.verify().ok()).isTrue();
    }

    @Test
    void soundBooksVerifyAndAreCounted() {
        LedgerVerification.Result result = books.verify();

        assertThat(result.ok()).isTrue();
        assertThat(result.mismatches()).isEmpty();
        assertThat(result.entries()).isEqualTo(count("entries"));
        assertThat(result.participants()).isEqualTo(count("participants"));
    }

    @Test
    void aBalanceThatIsNotTheSumOfItsEntriesIsNamed() {
        assertThat(mismatchesAfter("UPDATE balances SET balance = balance + 7 WHERE merchant_id = :merchant"))
                .singleElement().asString().contains("balance of participant " + shop.sale("1").participantId(), "is 107", "add up to 100");
    }

    @Test
    void aBalanceThatIsGoneIsNamed() {
        assertThat(mismatchesAfter("DELETE FROM balances WHERE merchant_id = :merchant"))
                .singleElement().asString().contains("is 0", "add up to 100");
    }

    @Test
    void aBalanceOutOfNothingIsNamed() {
        shop.register(Buyer.number(2));

        assertThat(mismatchesAfter("""
                INSERT INTO balances (merchant_id, participant_id, balance)
                SELECT merchant_id, id, 500 FROM participants WHERE merchant_id = :merchant
                    ON CONFLICT DO NOTHING
                """)).singleElement().asString().contains("is 500", "add up to 0");
    }

    @Test
    void aSaleThatCountsOtherPointsThanItsEntriesIsNamed() {
        assertThat(mismatchesAfter("UPDATE sales SET points = 1 WHERE merchant_id = :merchant AND order_id = '1'"))
                .singleElement().asString().contains("sale ", "counts 1 points", "add up to 100");
    }

    @Test
    void aSaleThatForgotItsRoundIsNamed() {
        assertThat(mismatchesAfter("UPDATE sales SET round = 0 WHERE merchant_id = :merchant AND order_id = '1'"))
                .singleElement().asString().contains("in round 0", "in round 1");
    }

    @Test
    void aReversalThatTakesBackAnotherAmountThanWasGivenIsNamed() {
        assertThat(mismatchesAfter(reversalOfOrder1("-60", "e.participant_id", "e.id"), CACHES_FOLLOW))
                .singleElement().asString().contains("reversal ", "takes back 60", "gave 100");
    }

    @Test
    void aReversalThatCorrectsNothingIsNamed() {
        assertThat(mismatchesAfter(reversalOfOrder1("-100", "e.participant_id", "NULL"), CACHES_FOLLOW))
                .singleElement().asString().contains("takes back 100", "gave 0");
    }

    @Test
    void aReversalAtSomebodyElsesCostIsNamed() {
        shop.register(Buyer.number(2));

        assertThat(mismatchesAfter(reversalOfOrder1("-100",
                "(SELECT p.id FROM participants p WHERE p.merchant_id = e.merchant_id AND p.id <> e.participant_id)", "e.id"), CACHES_FOLLOW))
                .singleElement().asString().contains("reversal ");
    }

    @Test
    void anEarnThatIsTakenBackTwiceIsNamed() {
        assertThat(mismatchesAfter("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, integration_id, order_id, round, sale_id, corrects,
                                     description, created_by, created_at)
                SELECT merchant_id, participant_id, 'reversal', points, integration_id, order_id, NULL, sale_id, corrects, 'again', 'test', now()
                  FROM entries WHERE merchant_id = :merchant AND kind = 'reversal'
                """, CACHES_FOLLOW)).singleElement().asString().contains("is reversed 2 times");
    }

    @Test
    void anOrderThatEarnsInTwoRoundsAtOnceIsNamed() {
        assertThat(mismatchesAfter("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, integration_id, order_id, round, sale_id,
                                     description, created_by, created_at)
                SELECT merchant_id, participant_id, 'earn', points, integration_id, order_id, 2, sale_id, 'again', 'test', now()
                  FROM entries WHERE merchant_id = :merchant AND order_id = '1'
                """, CACHES_FOLLOW)).singleElement().asString().contains("order 1 of merchant " + shop.merchant(), "is paid 2 times");
    }

    @Test
    void anEntryThatWasRemovedIsMissedByWhoeverCountsOnIt() {
        List<String> mismatches = mismatchesAfter("ALTER TABLE entries DISABLE TRIGGER entries_append_only",
                "DELETE FROM entries WHERE merchant_id = :merchant AND order_id = '1'");

        assertThat(mismatches).hasSize(2)
                .anySatisfy(mismatch -> assertThat(mismatch).startsWith("balance of participant"))
                .anySatisfy(mismatch -> assertThat(mismatch).startsWith("sale "));
    }

    @Test
    void pointsThatExpireTwiceAreNamed() {
        String expire = """
                INSERT INTO entries (merchant_id, participant_id, kind, points, corrects, description, created_by, created_at)
                SELECT merchant_id, participant_id, 'expire', -60, id, 'forged', 'test', now()
                  FROM entries WHERE merchant_id = :merchant AND order_id = '1'
                """;

        assertThat(mismatchesAfter(expire, expire, CACHES_FOLLOW)).singleElement().asString().contains("gave 100 points, and 120 of them expired");
        assertThat(mismatchesAfter(expire.replace(", id,", ", NULL,"), CACHES_FOLLOW)).singleElement().asString().contains("gave 0 points, and 60 of them");
    }

    @Test
    void pointsThatComeOfATransferAreNamed() {
        assertThat(mismatchesAfter("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, description, created_by, created_at, transfer)
                SELECT merchant_id, participant_id, 'adjust', 5, 'forged', 'test', now(), true FROM entries WHERE merchant_id = :merchant AND order_id = '1'
                """, CACHES_FOLLOW)).singleElement().asString().contains("transfers of merchant " + shop.merchant(), "add up to 5");
    }

    @Test
    void pointsAndSalesThatAParticipantGivenUpForAnotherStillHasAreNamed() {
        shop.register(Buyer.number(2));

        assertThat(mismatchesAfter("""
                UPDATE participants p SET merged_into = (SELECT o.id FROM participants o WHERE o.merchant_id = p.merchant_id AND o.id <> p.id)
                 WHERE merchant_id = :merchant AND EXISTS (SELECT FROM sales s WHERE s.merchant_id = p.merchant_id AND s.participant_id = p.id)
                """)).singleElement().asString().contains("was merged into", "still has 100 points, 2 sales");
    }

    @Test
    void aSaleThatPaysThoughAnotherSourcesCopyDoesIsNamed() {
        assertThat(mismatchesAfter("UPDATE sales SET decision = 'duplicate' WHERE merchant_id = :merchant AND order_id = '1'"))
                .singleElement().asString().contains("is duplicate and counts 100 points");
    }

    @Test
    void severalMismatchesAreAllNamed() {
        assertThat(mismatchesAfter("UPDATE balances SET balance = 0 WHERE merchant_id = :merchant",
                "UPDATE sales SET points = points + 1 WHERE merchant_id = :merchant")).hasSize(3);
    }

    /** A forger who is careful: both caches agree with the false entries. */
    private static final String CACHES_FOLLOW = """
            WITH true_sales AS (
                UPDATE sales s SET (points, round) = (SELECT coalesce(sum(points), 0), coalesce(max(round), 0) FROM entries e
                                                       WHERE e.merchant_id = s.merchant_id AND e.sale_id = s.id)
                 WHERE merchant_id = :merchant)
            INSERT INTO balances (merchant_id, participant_id, balance)
            SELECT merchant_id, participant_id, sum(points) FROM entries WHERE merchant_id = :merchant GROUP BY 1, 2
                ON CONFLICT (merchant_id, participant_id) DO UPDATE SET balance = excluded.balance
            """;

    private static String reversalOfOrder1(String points, String participant, String corrects) {
        return """
                INSERT INTO entries (merchant_id, participant_id, kind, points, integration_id, order_id, round, sale_id, corrects,
                                     description, created_by, created_at)
                SELECT e.merchant_id, %s, 'reversal', %s, e.integration_id, e.order_id, e.round, e.sale_id, %s, 'forged', 'test', now()
                  FROM entries e WHERE e.merchant_id = :merchant AND e.order_id = '1' AND e.kind = 'earn'
                """.formatted(participant, points, corrects);
    }

    private List<String> mismatchesAfter(String... statements) {
        return books.rolledBack(() -> {
            for (String statement : statements) {
                books.jdbc().execute(statement.replace(":merchant", "'" + shop.merchant() + "'"));
            }
            LedgerVerification.Result result = books.verify();
            assertThat(result.ok()).isFalse();
            return result.mismatches();
        });
    }

    private static long count(String table) {
        Long count = books.jdbc().queryForObject("SELECT count(*) FROM " + table, Long.class);
        return count == null ? 0 : count;
    }
}
