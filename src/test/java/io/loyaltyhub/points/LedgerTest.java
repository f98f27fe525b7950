package io.loyaltyhub.points;

import static io.loyaltyhub.points.Version.rule;
import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.loyaltyhub.points.Books.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;

/** The invariants of the ledger, one by one, in the order in which it names them. */
class LedgerTest {

    private static final Buyer ANA = Buyer.number(1);
    private static final Buyer BIA = Buyer.number(2);

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
    void newShop() {
        shop = books.newShop();
    }

    @AfterEach
    void everythingAddsUp() {
        assertLedgerCoherent(books.jdbc());
    }

    // 1. caches are sums

    @Test
    void aBalanceIsTheSumOfItsEntries() {
        shop.post(Version.of("1").by(ANA).earns(), Version.of("2").by(ANA).worth("50.90").earns(), Version.of("3").by(BIA).worth("7.00").earns());
        shop.post(Version.of("1").by(ANA).at(5).reverses());

        assertThat(shop.balance(ANA)).isEqualTo(50);
        assertThat(shop.balance(BIA)).isEqualTo(7);
    }

    @Test
    void aSalesPointsAreTheSumOfItsEntries() {
        shop.post(Version.of("1").earns());
        shop.post(Version.of("1").worth("60.00").at(1).earns());

        assertThat(shop.movements("1")).containsExactly(100L, -100L, 60L);
        assertThat(shop.sale("1").points()).isEqualTo(60);
    }

    @Test
    void whatIsReportedAsPostedIsWhatMovedAndWhereItLed() {
        shop.post(Version.of("1").earns());

        Posted posted = shop.postOne(Version.of("1").worth("60.00").at(1).earns());

        assertThat(posted.decision()).isEqualTo("awarded");
        assertThat(posted.points()).isEqualTo(-40);
        assertThat(posted.balance()).isEqualTo(60);
    }

    @Test
    void aReversalMayLeaveABalanceBelowZeroAndSaysSo() {
        shop.post(Version.of("1").earns());
        shop.adjust(shop.sale("1").participantId(), -30, "resgate fora do sistema", "operator");

        Posted posted = shop.postOne(Version.of("1").at(1).reverses());

        assertThat(posted.balance()).isEqualTo(-30);
        assertThat(shop.sale("1").reason()).contains("-30");
    }

    // 2. once a round

    @Test
    void anOrderPostedAgainIsNotPaidAgain() {
        Verdict verdict = Version.of("1").earns();
        shop.post(verdict);

        Posted again = shop.postOne(verdict);

        assertThat(again.points()).isZero();
        assertThat(again.decision()).isEqualTo("awarded");
        assertThat(shop.movements("1")).containsExactly(100L);
    }

    @Test
    void anOrderThatStandsInAPageSeveralTimesIsPaidOnce() {
        Verdict verdict = Version.of("1").earns();

        shop.post(verdict, Version.of("2").worth("5.00").earns(), verdict, verdict);

        assertThat(shop.movements("1")).containsExactly(100L);
        assertThat(shop.totalOfBalances()).isEqualTo(105);
    }

    @Test
    void anOrderCancelledAfterItScoredGivesItsPointsBack() {
        shop.post(Version.of("1").earns());

        Posted posted = shop.postOne(Version.of("1").at(1).reverses());

        assertThat(posted.decision()).isEqualTo("reversed");
        assertThat(posted.points()).isEqualTo(-100);
        assertThat(shop.totalOfBalances()).isZero();
    }

    @Test
    void anOrderCancelledTwiceGivesItsPointsBackOnce() {
        shop.post(Version.of("1").earns());
        shop.post(Version.of("1").at(1).reverses());

        shop.post(Version.of("1").at(2).reverses());

        assertThat(shop.movements("1")).containsExactly(100L, -100L);
        assertThat(shop.sale("1").decision()).isEqualTo("reversed");
    }

    @Test
    void anOrderRevivedAfterItsCancellationEarnsInANewRound() {
        shop.post(Version.of("1").earns());
        shop.post(Version.of("1").at(1).reverses());

        shop.post(Version.of("1").at(2).earns());

        assertThat(shop.entries("1")).extracting(Entry::kind, Entry::round)
                .containsExactly(tuple("earn", 1),
                        tuple("reversal", 1),
                        tuple("earn", 2));
        assertThat(shop.sale("1").round()).isEqualTo(2);
    }

    @Test
    void theSameOrderNumberOfTwoShopsOfAMerchantIsTwoOrders() {
        Books.Shop other = shop.anotherOfTheSameMerchant();

        shop.post(Version.of("1").by(ANA).earns());
        other.post(Version.of("1").by(ANA).earns());

        assertThat(shop.participants()).hasSize(1);
        assertThat(shop.balance(ANA)).isEqualTo(200);
    }

    @Test
    void theDatabaseItselfRefusesASecondEarnOfARound() {
        shop.post(Version.of("1").earns());

        assertThatThrownBy(() -> books.jdbc().update("""
                INSERT INTO entries (merchant_id, participant_id, kind, points, integration_id, order_id, round, description, created_by, created_at)
                SELECT merchant_id, participant_id, kind, points, integration_id, order_id, round, 'again', 'test', now()
                  FROM entries WHERE merchant_id = ?
                """, shop.merchant())).isInstanceOf(DuplicateKeyException.class);
    }

    // 3. a reversal takes back what was given

    @Test
    void aReversalTakesBackWhatWasRecordedWhateverTodaysRuleSays() {
        shop.post(Version.of("1").earns(rule("2")));

        shop.post(Version.of("1").at(1).earns(rule("5")), Version.of("2").worth("1.00").earns(rule("5")));
        shop.post(Version.of("1").at(2).reverses());

        assertThat(shop.movements("1")).containsExactly(200L, -200L);
    }

    @Test
    void aReversalPointsAtTheEntryItCorrects() {
        shop.post(Version.of("1").earns(), Version.of("2").earns());
        shop.post(Version.of("1").worth("80.00").at(1).earns());
        shop.post(Version.of("1").at(2).reverses());

        List<Entry> entries = shop.entries("1");
        assertThat(entries).extracting(Entry::kind).containsExactly("earn", "reversal", "earn", "reversal");
        assertThat(entries.get(1).corrects()).isEqualTo(entries.get(0).id());
        assertThat(entries.get(3).corrects()).isEqualTo(entries.get(2).id());
        assertThat(entries).filteredOn(entry -> entry.kind().equals("earn")).extracting(Entry::corrects).containsOnlyNulls();
    }

    @Test
    void aReversalGoesToWhoeverEarnedEvenIfTheOrderNamesSomebodyElseSince() {
        shop.post(Version.of("1").by(ANA).earns());
        shop.post(Version.of("2").by(BIA).earns());

        shop.post(Version.of("1").by(BIA).at(1).reverses());

        assertThat(shop.balance(ANA)).isZero();
        assertThat(shop.balance(BIA)).isEqualTo(100);
    }

    // 4. the newest version that counts

    @Test
    void anOlderVersionThatArrivesLaterChangesNothing() {
        shop.post(Version.of("1").at(10).reverses());

        Posted posted = shop.postOne(Version.of("1").at(5).earns());

        assertThat(posted.points()).isZero();
        assertThat(shop.entries("1")).isEmpty();
        assertThat(shop.sale("1").decision()).isEqualTo("reversed");
        assertThat(shop.sale("1").statusId()).isEqualTo("9");
    }

    @Test
    void anOlderCancellationThatArrivesLaterDoesNotTakeBackWhatWasEarnedSince() {
        shop.post(Version.of("1").at(10).earns());

        shop.post(Version.of("1").at(5).reverses());

        assertThat(shop.movements("1")).containsExactly(100L);
        assertThat(shop.sale("1").decision()).isEqualTo("awarded");
    }

    @Test
    void anOlderAmountThatArrivesLaterDoesNotCount() {
        shop.post(Version.of("1").worth("80.00").at(10).earns());

        shop.post(Version.of("1").worth("100.00").at(5).earns());

        assertThat(shop.movements("1")).containsExactly(80L);
    }

    @Test
    void anOrderThatMovesToAStatusThatSaysNothingKeepsItsPoints() {
        shop.post(Version.of("1").earns());

        Posted posted = shop.postOne(Version.of("1").at(1).neither());

        assertThat(posted.decision()).isEqualTo("awarded");
        assertThat(shop.movements("1")).containsExactly(100L);
        assertThat(shop.sale("1").statusId()).isEqualTo("3");
    }

    @Test
    void anOlderVersionThatEarnsCountsIfTheNewerOneSaidNothing() {
        shop.post(Version.of("1").at(10).neither());

        shop.post(Version.of("1").at(5).earns());

        assertThat(shop.movements("1")).containsExactly(100L);
        assertThat(shop.sale("1").statusId()).isEqualTo("3");
    }

    @Test
    void ofSeveralVersionsInOnePageTheNewestThatCountsDecides() {
        shop.post(Version.of("1").at(3).reverses(), Version.of("1").at(1).earns(), Version.of("1").at(2).neither(),
                Version.of("2").at(1).earns(), Version.of("2").worth("30.00").at(4).earns());

        assertThat(shop.entries("1")).isEmpty();
        assertThat(shop.movements("2")).containsExactly(30L);
    }

    @Test
    void aVersionThatSaysNothingDoesNotHideOneOfTheSamePageThatEarns() {
        List<Posted> posted = shop.post(Version.of("1").at(1).earns(), Version.of("1").at(2).neither());

        assertThat(posted).extracting(Posted::decision, Posted::points).containsExactly(tuple("awarded", 100L));
        assertThat(shop.movements("1")).containsExactly(100L);
        assertThat(shop.sale("1").statusId()).isEqualTo("3");
    }

    @Test
    void ofVersionsOfTheSameInstantTheOneThatArrivesLastCounts() {
        shop.post(Version.of("1").at(1).earns());
        shop.post(Version.of("1").at(1).reverses());
        assertThat(shop.sale("1").points()).isZero();

        shop.post(Version.of("2").at(1).reverses());
        shop.post(Version.of("2").at(1).earns());
        assertThat(shop.sale("2").points()).isEqualTo(100);

        shop.post(Version.of("3").at(1).reverses(), Version.of("3").at(1).earns());
        assertThat(shop.sale("3").points()).isEqualTo(100);
    }

    @Test
    void withoutTimesTheVersionThatArrivesLastCounts() {
        shop.post(Version.of("1").atNoTime().earns());
        shop.post(Version.of("1").atNoTime().reverses());
        shop.post(Version.of("1").atNoTime().worth("70.00").earns());

        assertThat(shop.movements("1")).containsExactly(100L, -100L, 70L);
    }

    @Test
    void anOrderCancelledBeforeItScoredIsRecordedWithoutAnEntry() {
        Posted posted = shop.postOne(Version.of("1").reverses());

        assertThat(posted.decision()).isEqualTo("reversed");
        assertThat(posted.reason()).isNotBlank();
        assertThat(shop.entries()).isEmpty();
    }

    // 5. edited orders

    @Test
    void anOrderWhoseAmountChangedIsReversedAndEarnsAgain() {
        shop.post(Version.of("1").earns());

        shop.post(Version.of("1").worth("130.00").at(1).earns());

        assertThat(shop.movements("1")).containsExactly(100L, -100L, 130L);
        assertThat(shop.totalOfBalances()).isEqualTo(130);
    }

    @Test
    void aChangedRuleAloneTouchesNothingThatWasEarned() {
        shop.post(Version.of("1").earns(rule("1")));

        shop.post(Version.of("1").at(1).earns(rule("3")));

        assertThat(shop.movements("1")).containsExactly(100L);
    }

    @Test
    void aChangedRuleCountsOnceTheAmountChangesToo() {
        shop.post(Version.of("1").earns(rule("1")));

        shop.post(Version.of("1").worth("50.00").at(1).earns(rule("3")));

        assertThat(shop.sale("1").points()).isEqualTo(150);
    }

    @Test
    void anOrderEditedDownToNothingGivesAllBackAndMayEarnAgain() {
        shop.post(Version.of("1").earns());
        shop.post(Version.of("1").worth("0.99").at(1).earns());
        assertThat(shop.sale("1").points()).isZero();

        shop.post(Version.of("1").worth("20.00").at(2).earns());

        assertThat(shop.movements("1")).containsExactly(100L, -100L, 20L);
        assertThat(shop.sale("1").round()).isEqualTo(2);
    }

    @Test
    void anOrderTooSmallForAPointIsRecordedWithTheReason() {
        Posted posted = shop.postOne(Version.of("1").worth("0.99").earns());

        assertThat(posted.decision()).isEqualTo("awarded");
        assertThat(posted.points()).isZero();
        assertThat(posted.reason()).isNotBlank();
        assertThat(shop.entries()).isEmpty();
    }

    // refunds

    @Test
    void aPartlyRefundedOrderIsReversedAndEarnsWhatTheRestIsWorthRoundedDown() {
        shop.post(Version.of("1").earns(rule("1.5")));

        Posted posted = shop.postOne(Version.of("1").refunded("33.34").at(1).earns(rule("1.5")));

        assertThat(posted.points()).isEqualTo(-51);
        assertThat(shop.movements("1")).containsExactly(150L, -150L, 99L);
        assertThat(shop.sale("1").paidBase()).isEqualByComparingTo("66.66");
    }

    @Test
    void aFurtherRefundCountsFromTheWholeOrderAgainAndTheSameRefundToldTwiceCountsOnce() {
        shop.post(Version.of("1").earns());
        shop.post(Version.of("1").refunded("10.50").at(1).earns());
        shop.post(Version.of("1").refunded("10.50").at(2).earns());

        shop.post(Version.of("1").refunded("60.50").at(3).earns());

        assertThat(shop.movements("1")).containsExactly(100L, -100L, 89L, -89L, 39L);
    }

    @Test
    void anOrderRefundedInFullGivesAllBackAndARefundThatIsTakenBackEarnsAgain() {
        shop.post(Version.of("1").earns());
        shop.post(Version.of("1").refunded("100.00").at(1).earns());
        assertThat(shop.totalOfBalances()).isZero();

        shop.post(Version.of("1").at(2).earns());

        assertThat(shop.movements("1")).containsExactly(100L, -100L, 100L);
    }

    @Test
    void aRefundOfAnEarlierRuleIsReckonedByTodaysAndTheReversalByWhatWasRecorded() {
        shop.post(Version.of("1").earns(rule("2")));

        shop.post(Version.of("1").refunded("50.00").at(1).earns(rule("1")));

        assertThat(shop.movements("1")).containsExactly(200L, -200L, 50L);
    }

    // pages

    @Test
    void aPageOfManyOrdersIsPostedWhole() {
        List<Verdict> page = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            page.add(Version.of("order-" + i).by(Buyer.number(i % 40)).worth(i + ".99").earns());
        }

        List<Posted> posted = shop.post(page);

        assertThat(posted).hasSize(250);
        assertThat(shop.participants()).hasSize(40);
        assertThat(shop.entries()).hasSize(249); // 0.99 is worth no point
        assertThat(shop.totalOfBalances()).isEqualTo(250 * 249 / 2);
    }

    @Test
    void anEmptyPageIsNothing() {
        assertThat(shop.post()).isEmpty();
    }

    // entries stay

    @Test
    void entriesCannotBeChanged() {
        shop.post(Version.of("1").earns());

        assertRefused("UPDATE entries SET points = points + 1 WHERE merchant_id = '" + shop.merchant() + "'");
        assertRefused("DELETE FROM entries WHERE merchant_id = '" + shop.merchant() + "'");
        assertRefused("TRUNCATE entries");
        assertRefused("TRUNCATE merchants CASCADE");
        assertThat(shop.movements("1")).containsExactly(100L);
    }

    private static void assertRefused(String sql) {
        assertThatThrownBy(() -> books.jdbc().execute(sql)).isInstanceOf(DataAccessException.class).hasMessageContaining("append-only");
    }

    // by hand

    @Test
    void anAdjustmentGivesOrTakesAndSaysWhyAndByWhom() {
        UUID ana = shop.register(ANA);

        Ledger.Adjusted given = shop.adjust(ana, 40, "brinde de aniversário", "maria");
        Ledger.Adjusted taken = shop.adjust(ana, -15, "lançado por engano", "joão");

        assertThat(given.balance()).isEqualTo(40);
        assertThat(taken.balance()).isEqualTo(25);
        assertThat(taken.entryId()).isGreaterThan(given.entryId());
        assertThat(shop.balance(ANA)).isEqualTo(25);
        assertThat(shop.entries()).extracting(Entry::kind, Entry::points, Entry::by, Entry::description).containsExactly(
                tuple("adjust", 40L, "maria", "brinde de aniversário"),
                tuple("adjust", -15L, "joão", "lançado por engano"));
    }

    @Test
    void anAdjustmentForSomebodyOfAnotherMerchantIsRefused() {
        UUID stranger = books.newShop().register(ANA);

        assertThatThrownBy(() -> shop.adjust(stranger, 40, "engano", "maria")).isInstanceOf(DataAccessException.class);
        assertThat(shop.entries()).isEmpty();
    }
}
