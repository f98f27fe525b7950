package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shop and an ERP that report the same sales, whichever is read first. */
class TwoSourcesTest {

    private static final Buyer ANA = Buyer.number(1);
    private static final Buyer BIA = Buyer.number(2);

    private static Books books;
    private Books.Shop shop;
    private Books.Shop erp;

    @BeforeAll
    static void openBooks() {
        books = Books.open();
    }

    @AfterAll
    static void closeBooks() {
        books.close();
    }

    @BeforeEach
    void newSources() {
        shop = books.newShop().amongOthers();
        erp = shop.erp();
    }

    @AfterEach
    void everythingAddsUp() {
        assertLedgerCoherent(books.jdbc());
    }

    // by number

    @Test
    void anErpsOrderWithTheShopsNumberIsLinkedAndPaysNothingMore() {
        shop.post(Version.of("80412").earns());

        Posted posted = erp.postOne(Version.of("e1").ofShopOrder("80412").worth("110.00").earns());

        assertThat(posted.decision()).isEqualTo("duplicate");
        assertThat(posted.reason()).contains("80412");
        assertThat(erp.sale("e1").linkedSaleId()).isEqualTo(shop.sale("80412").id());
        assertThat(shop.totalOfBalances()).isEqualTo(100);
        assertThat(erp.entries("e1")).isEmpty();
    }

    @Test
    void theShopsCopyIsTheOneThatPaysEvenIfItArrivesLast() {
        erp.post(Version.of("e1").ofShopOrder("80412").worth("110.00").earns());
        assertThat(shop.totalOfBalances()).isEqualTo(110);

        Posted posted = shop.postOne(Version.of("80412").earns());

        assertThat(posted.decision()).isEqualTo("awarded");
        assertThat(posted.points()).isEqualTo(100);
        assertThat(erp.movements("e1")).containsExactly(110L, -110L);
        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
        assertThat(erp.sale("e1").linkedSaleId()).isEqualTo(shop.sale("80412").id());
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void whatIsTakenBackFromACopyIsToldOfOnceWhateverBringsItAbout() {
        erp.post(Version.of("e1").ofShopOrder("80412").worth("110.00").earns());
        assertThat(shop.told()).containsExactly("e1 +110");

        shop.post(Version.of("80412").earns());
        assertThat(shop.told()).containsExactlyInAnyOrder("80412 +100", "e1 -110");

        erp.post(Version.of("e2").worth("100.00").earns());
        assertThat(erp.sale("e2").decision()).isEqualTo("held");
        assertThat(shop.told()).isEmpty();
        shop.rule(erp.sale("e2").id(), Ruling.RELEASED, "maria");
        assertThat(shop.told()).containsExactly("e2 +100");

        erp.countsFrom(0);
        books.inTransaction(() -> {
            shop.ledger().settleAgain(shop.merchant(), Version.DAY.toInstant(), "maria");
            return null;
        });
        assertThat(shop.told()).as("the ERP counts instead of the shop").contains("80412 -100");
    }

    @Test
    void aSaleSplitIntoSeveralErpOrdersIsPaidOnce() {
        erp.post(Version.of("e1").ofShopOrder("80412").worth("60.00").earns(), Version.of("e2").ofShopOrder("80412").worth("40.00").earns());

        shop.post(Version.of("80412").earns());

        assertThat(shop.totalOfBalances()).isEqualTo(100);
        assertThat(List.of(erp.sale("e1").decision(), erp.sale("e2").decision())).containsOnly("duplicate");
    }

    @Test
    void theNumberMayComeWithALaterVersion() {
        shop.post(Version.of("80412").worth("99.00").earns());
        erp.post(Version.of("e1").earns());
        assertThat(shop.totalOfBalances()).isEqualTo(199);

        erp.post(Version.of("e1").ofShopOrder("80412").at(1).earns());

        assertThat(erp.movements("e1")).containsExactly(100L, -100L);
        assertThat(shop.totalOfBalances()).isEqualTo(99);
    }

    @Test
    void aShopOrderThatSaysNothingYetLeavesTheErpsWordStanding() {
        shop.post(Version.of("80412").neither());
        erp.post(Version.of("e1").ofShopOrder("80412").earns());
        assertThat(erp.sale("e1").decision()).isEqualTo("awarded");

        shop.post(Version.of("80412").at(1).earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void theShopsCancellationTakesThePointsBackAndTheErpsCopyDoesNotPayInItsPlace() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").ofShopOrder("80412").earns());

        shop.post(Version.of("80412").at(1).reverses());
        erp.post(Version.of("e1").ofShopOrder("80412").at(2).earns());

        assertThat(shop.totalOfBalances()).isZero();
        assertThat(erp.entries("e1")).isEmpty();
    }

    @Test
    void aCancellationInTheShopThatNeverEarnedThereTakesBackWhatTheErpEarned() {
        erp.post(Version.of("e1").ofShopOrder("80412").earns());

        shop.post(Version.of("80412").reverses());

        assertThat(shop.totalOfBalances()).isZero();
        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
    }

    @Test
    void aCopyThatPaysNothingTakesNothingBackWhenItIsCancelled() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").ofShopOrder("80412").earns());

        Posted posted = erp.postOne(Version.of("e1").ofShopOrder("80412").at(1).reverses());

        assertThat(posted.decision()).isEqualTo("duplicate");
        assertThat(posted.reason()).contains("cancelada");
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aShopOrderPaidAgainAfterItsCancellationEarnsAgain() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").ofShopOrder("80412").earns());
        shop.post(Version.of("80412").at(1).reverses());

        shop.post(Version.of("80412").at(2).earns());

        assertThat(shop.movements("80412")).containsExactly(100L, -100L, 100L);
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aShopOrderThatNamesNobodyLeavesThePointsToTheCopyThatDoes() {
        shop.post(Version.of("80412").by(new Buyer(null, null)).earns());

        erp.post(Version.of("e1").ofShopOrder("80412").earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("awarded");
        assertThat(shop.balance(ANA)).isEqualTo(100);
    }

    @Test
    void aCopyThatIsFirstReadAfterItsBuyerWasForgottenRegistersNobody() {
        shop.post(Version.of("80412").by(ANA).earns());
        UUID forgotten = shop.record(ANA).orElseThrow();
        shop.forget(ANA);

        erp.post(Version.of("e1").by(ANA).ofShopOrder("80412").earns());
        erp.post(Version.of("e1").by(ANA).ofShopOrder("80412").at(1).worth("120.00").earns());

        assertThat(shop.record(ANA)).isEmpty();
        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
        assertThat(erp.sale("e1").linkedSaleId()).isEqualTo(shop.sale("80412").id());
        assertThat(shop.sale("80412").participantId()).isEqualTo(forgotten);
        assertThat(shop.movements("80412")).containsExactly(100L);
        erp.post(Version.of("e2").by(ANA).earns());
        assertThat(shop.record(ANA)).as("what she buys now is another matter").isPresent();
    }

    @Test
    void norDoesTheShopsCopyThatComesAfterTheErps() {
        erp.post(Version.of("e1").by(ANA).ofShopOrder("80412").earns());
        UUID forgotten = shop.record(ANA).orElseThrow();
        shop.forget(ANA);

        shop.post(Version.of("80412").by(ANA).earns());

        assertThat(shop.record(ANA)).isEmpty();
        assertThat(erp.sale("e1").participantId()).isEqualTo(forgotten);
        assertThat(erp.movements("e1")).as("the copy that names somebody stands").containsExactly(100L);
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void theSameNumberWithAnotherBuyerAndAnotherTotalIsHeld() {
        shop.post(Version.of("80412").by(ANA).earns());

        erp.post(Version.of("e1").ofShopOrder("80412").by(BIA).worth("35.00").earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("held");
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void theSameNumberWithAnotherTotalIsTheSameSaleIfTheBuyerIs() {
        shop.post(Version.of("80412").earns());

        erp.post(Version.of("e1").ofShopOrder("80412").worth("119.90").earns(), Version.of("e2").ofShopOrder("80412").by(BIA).earns());

        assertThat(List.of(erp.sale("e1").decision(), erp.sale("e2").decision())).containsOnly("duplicate");
    }

    @Test
    void theSameNumberAtAnotherMerchantIsAnotherSale() {
        Books.Shop strangers = books.newShop().amongOthers();
        strangers.post(Version.of("80412").earns());

        erp.post(Version.of("e1").ofShopOrder("80412").earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("awarded");
        assertThat(erp.sale("e1").linkedSaleId()).isNull();
    }

    @Test
    void ofTwoShopsWithTheSameNumberTheOneWithTheSameBuyerIsMeant() {
        Books.Shop other = shop.anotherOfTheSameMerchant();
        shop.post(Version.of("80412").by(BIA).worth("35.00").earns());
        other.post(Version.of("80412").by(ANA).earns());

        erp.post(Version.of("e1").ofShopOrder("80412").by(ANA).earns());

        assertThat(erp.sale("e1").linkedSaleId()).isEqualTo(other.sale("80412").id());
        assertThat(shop.totalOfBalances()).isEqualTo(135);
    }

    // without a number

    @Test
    void theSameBuyerAndTotalAtAboutTheSameTimeIsHeldForTheMerchant() {
        shop.post(Version.of("80412").earns());

        Posted posted = erp.postOne(Version.of("e1").placed(71).earns());

        assertThat(posted.decision()).isEqualTo("held");
        assertThat(posted.reason()).contains("80412");
        assertThat(erp.sale("e1").linkedSaleId()).isEqualTo(shop.sale("80412").id());
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void anotherBuyerAnotherTotalOrAnotherWeekIsAnotherSale() {
        shop.post(Version.of("80412").earns());

        erp.post(Version.of("e1").by(BIA).earns(), Version.of("e2").worth("100.01").earns(), Version.of("e3").placed(73).earns(),
                Version.of("e4").by(ANA.withoutDocument()).earns());

        assertThat(shop.totalOfBalances()).isEqualTo(500);
    }

    @Test
    void theErpsCopyIsTheOneThatIsHeldEvenIfItWasPaidBefore() {
        erp.post(Version.of("e1").earns());

        shop.post(Version.of("80412").earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("held");
        assertThat(erp.movements("e1")).containsExactly(100L, -100L);
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aNumberThatNobodyKnowsDoesNotKeepASaleFromBeingHeld() {
        shop.post(Version.of("80412").earns());

        erp.post(Version.of("e1").ofShopOrder("LOJA-80412").earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("held");
    }

    @Test
    void aHeldSaleThatIsReleasedIsPaidOnce() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").earns());

        assertThat(rule("e1", Ruling.RELEASED)).isEqualTo(Ledger.Ruled.DONE);
        assertThat(rule("e1", Ruling.RELEASED)).isEqualTo(Ledger.Ruled.DONE);
        erp.post(Version.of("e1").at(1).earns());

        assertThat(erp.movements("e1")).containsExactly(100L);
        assertThat(erp.entries("e1").get(0).by()).isEqualTo("maria");
        assertThat(erp.sale("e1").decision()).isEqualTo("awarded");
        assertThat(shop.totalOfBalances()).isEqualTo(200);
    }

    @Test
    void aHeldSaleThatIsDiscardedPaysNothingUntilTheMerchantThinksBetterOfIt() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").earns());

        rule("e1", Ruling.DISCARDED);
        erp.post(Version.of("e1").at(1).earns());
        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
        assertThat(shop.totalOfBalances()).isEqualTo(100);

        rule("e1", Ruling.RELEASED);
        assertThat(shop.totalOfBalances()).isEqualTo(200);
        rule("e1", Ruling.DISCARDED);
        assertThat(erp.movements("e1")).containsExactly(100L, -100L);
    }

    @Test
    void whatIsNotHeldIsNotRuledUpon() {
        shop.post(Version.of("80412").earns());

        assertThat(shop.rule(shop.sale("80412").id(), Ruling.RELEASED, "maria")).isEqualTo(Ledger.Ruled.NOT_HELD);
        assertThat(shop.rule(-1, Ruling.RELEASED, "maria")).isEqualTo(Ledger.Ruled.UNKNOWN);
        assertThat(books.newShop().rule(shop.sale("80412").id(), Ruling.RELEASED, "maria")).isEqualTo(Ledger.Ruled.UNKNOWN);
    }

    @Test
    void whatWasReleasedIsStillTheSameSaleIfTheNumberProvesItLater() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").earns());
        rule("e1", Ruling.RELEASED);

        erp.post(Version.of("e1").ofShopOrder("80412").at(1).earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aHeldSaleIsPaidByItselfOnceTheShopsIsCorrectedToAnotherAmount() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").earns());

        shop.post(Version.of("80412").worth("45.00").at(1).earns());

        assertThat(erp.sale("e1").decision()).isEqualTo("awarded");
        assertThat(erp.sale("e1").linkedSaleId()).isNull();
        assertThat(shop.totalOfBalances()).isEqualTo(145);
    }

    @Test
    void aHeldSaleThatIsCancelledIsHeldNoMore() {
        shop.post(Version.of("80412").earns());
        erp.post(Version.of("e1").earns());

        erp.post(Version.of("e1").at(1).reverses());

        assertThat(erp.sale("e1").decision()).isEqualTo("reversed");
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    // cut-over

    @Test
    void beforeTheCutoverTheOldSourceCountsAndFromItOnTheNewOne() {
        Books.Shop successor = shop.anotherOfTheSameMerchant();
        successor.countsFrom(10);

        for (Books.Shop one : List.of(shop, successor)) {
            one.post(Version.of("early").placed(9).earns(), Version.of("on-time").placed(10).worth("50.00").earns());
        }

        assertThat(shop.movements("early")).containsExactly(100L);
        assertThat(shop.entries("on-time")).isEmpty();
        assertThat(shop.sale("on-time").decision()).isEqualTo("ignored");
        assertThat(shop.sale("on-time").reason()).contains("sucede");
        assertThat(successor.entries("early")).isEmpty();
        assertThat(successor.sale("early").reason()).contains("anterior");
        assertThat(successor.movements("on-time")).containsExactly(50L);
    }

    @Test
    void aSaleOnTheOldSideIsStillCancelledThere() {
        Books.Shop successor = shop.anotherOfTheSameMerchant();
        shop.post(Version.of("early").earns());
        successor.countsFrom(10);

        shop.post(Version.of("early").at(60 * 24).reverses());

        assertThat(shop.totalOfBalances()).isZero();
    }

    @Test
    void aCutoverTakesBackWhatTheOldSourcePaidForSalesOfTheNewOne() {
        shop.post(Version.of("early").earns(), Version.of("late").placed(12).worth("70.00").earns());
        Books.Shop successor = shop.anotherOfTheSameMerchant();

        successor.countsFrom(10);
        books.inTransaction(() -> {
            shop.ledger().settleAgain(shop.merchant(), Version.DAY.plusHours(10).toInstant(), "maria");
            return null;
        });
        successor.post(Version.of("late").placed(12).worth("70.00").earns());

        assertThat(shop.movements("late")).containsExactly(70L, -70L);
        assertThat(shop.totalOfBalances()).isEqualTo(170);
    }

    @Test
    void aCopyIsOnTheSideOfTheShopsOrderWhateverTheErpTakesForItsTime() {
        // The ERP knows the day only, and the cut-over is in the middle of it.
        erp.countsFrom(10);

        shop.post(Version.of("morning").placed(9).earns(), Version.of("evening").placed(14).worth("70.00").earns());
        erp.post(Version.of("e1").ofShopOrder("morning").placed(0).earns(), Version.of("e2").ofShopOrder("evening").placed(0).worth("70.00").earns());

        assertThat(shop.movements("morning")).containsExactly(100L);
        assertThat(erp.movements("e2")).containsExactly(70L);
        assertThat(shop.totalOfBalances()).isEqualTo(170);
    }

    // at once

    @Test
    void copiesThatTwoNodesPostAtOnceArePaidOnce() throws Exception {
        int sales = 60;
        List<List<Posted>> posted = ConcurrentPostingTest.atOnce(thread -> {
            Random random = new Random(thread);
            List<Verdict> page = new ArrayList<>(IntStream.range(0, sales).mapToObj(i -> thread % 2 == 0
                    ? Version.of("s" + i).by(Buyer.number(i % 20)).worth(i + 1 + ".00").earns()
                    : Version.of("e" + i).ofShopOrder("s" + i).by(Buyer.number(i % 20)).worth(i + 1 + ".00").earns()).toList());
            Collections.shuffle(page, random);
            return (thread % 2 == 0 ? shop : erp).post(page);
        });

        assertThat(posted).allSatisfy(page -> assertThat(page).hasSize(sales));
        assertThat(shop.totalOfBalances()).isEqualTo(sales * (sales + 1) / 2);
        for (int i = 0; i < sales; i++) {
            assertThat(shop.sale("s" + i).points()).isEqualTo(i + 1);
            assertThat(erp.sale("e" + i).decision()).isEqualTo("duplicate");
        }
    }

    private Ledger.Ruled rule(String order, Ruling ruling) {
        return erp.rule(erp.sale(order).id(), ruling, "maria");
    }
}
