package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sales of people who become participants only afterwards. */
class LateRegistrationTest {

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

    @Test
    void whoeverJoinsIsPaidWhatWaited() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered(), Version.of("2").by(ANA).worth("30.50").earnsIfRegistered(),
                Version.of("3").by(BIA).earnsIfRegistered());

        UUID ana = shop.join(ANA);

        assertThat(shop.balance(ANA)).isEqualTo(130);
        assertThat(shop.sale("1").participantId()).isEqualTo(ana);
        assertThat(shop.sale("1").decision()).isEqualTo("awarded");
        assertThat(shop.sale("1").reason()).isNull();
        assertThat(shop.entries("2")).singleElement().satisfies(entry -> assertThat(entry.by()).isEqualTo("maria"));
        assertThat(shop.sale("3").decision()).isEqualTo("unregistered");
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void whatIsClaimedIsToldOfOnce() {
        Books.Shop registering = shop.anotherOfTheSameMerchant();
        shop.post(Version.of("1").by(ANA).earnsIfRegistered(), Version.of("2").by(BIA).worth("30.00").earnsIfRegistered());
        assertThat(shop.told()).isEmpty();

        shop.join(ANA);
        assertThat(shop.told()).containsExactly("1 +100");

        registering.post(Version.of("3").by(BIA).worth("7.00").earns());
        assertThat(shop.told()).containsExactlyInAnyOrder("3 +7", "2 +30");
        registering.post(Version.of("3").by(BIA).worth("7.00").earns());
        assertThat(shop.told()).isEmpty();
    }

    @Test
    void whatIsRolledBackIsNotToldOf() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());
        shop.register(ANA);

        books.rolledBack(() -> {
            shop.ledger().claim(shop.merchant(), "maria", List.of(ANA.customer()));
            return null;
        });
        assertThat(shop.told()).isEmpty();

        claim(ANA);
        assertThat(shop.told()).containsExactly("1 +100");
    }

    @Test
    void joiningTwiceOrHearingOfTheSaleAgainPaysOnce() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());
        shop.join(ANA);

        claim(ANA);
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());
        shop.post(Version.of("1").by(ANA).at(1).earns());

        assertThat(shop.movements("1")).containsExactly(100L);
    }

    @Test
    void whatWaitedTooLongIsNotPaidAnyMore() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered(), Version.of("2").by(ANA).earnsIfRegistered());
        waitsSince("1", "2024-05-02 12:00Z");
        waitsSince("2", "2024-05-02 12:00:01Z");

        shop.join(ANA);

        assertThat(shop.entries("1")).isEmpty();
        assertThat(shop.sale("1").decision()).isEqualTo("unregistered");
        assertThat(shop.movements("2")).containsExactly(100L);
    }

    private void waitsSince(String order, String since) {
        books.jdbc().update("UPDATE waiting_sales SET since = ?::timestamptz WHERE merchant_id = ? AND sale_id = ?",
                since, shop.merchant(), shop.sale(order).id());
    }

    @Test
    void aSaleThatIsCancelledWaitsNoMore() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());
        shop.post(Version.of("1").by(ANA).at(1).reverses());

        shop.join(ANA);

        assertThat(shop.entries("1")).isEmpty();
        assertThat(waiting()).isZero();
    }

    @Test
    void anAmountThatChangedWhileItWaitedIsTheOneThatIsPaid() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());
        shop.post(Version.of("1").by(ANA).worth("60.00").at(1).earnsIfRegistered());
        shop.post(Version.of("1").by(ANA).at(2).neither());

        shop.join(ANA);

        assertThat(shop.movements("1")).containsExactly(60L);
    }

    @Test
    void anOlderCancellationThatArrivesLaterDoesNotCancelWhatWaits() {
        shop.post(Version.of("1").by(ANA).at(5).earnsIfRegistered());
        shop.post(Version.of("1").by(ANA).at(3).reverses());

        shop.join(ANA);

        assertThat(shop.movements("1")).containsExactly(100L);
    }

    @Test
    void aLaterSaleThatRegistersItsBuyerPaysTheEarlierOnesWithIt() {
        Books.Shop registering = shop.anotherOfTheSameMerchant().amongOthers();
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());

        registering.post(Version.of("2").by(ANA).worth("7.00").earns());

        assertThat(shop.balance(ANA)).isEqualTo(107);
        assertThat(shop.sale("1").decision()).isEqualTo("awarded");
    }

    @Test
    void aDocumentLearntLaterClaimsWhatShowedTheDocumentAlone() {
        shop.post(Version.of("1").by(ANA.withoutDocument()).earns());
        shop.post(Version.of("2").by(ANA.withoutEmail()).earnsIfRegistered());
        assertThat(shop.sale("2").decision()).isEqualTo("unregistered");

        // The order that shows both: the participant known by e-mail learns the document.
        shop.post(Version.of("3").by(ANA).earns());

        assertThat(shop.participants()).hasSize(1);
        assertThat(shop.balance(ANA)).isEqualTo(300);
    }

    @Test
    void aPersonWhoJoinsByEmailClaimsWhatShowedTheSameEmailAndLearnsTheDocument() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());

        shop.join(ANA.withoutDocument());

        assertThat(shop.movements("1")).containsExactly(100L);
        assertThat(shop.participants()).singleElement().satisfies(ana -> assertThat(ana).containsEntry("document", ANA.document()));
    }

    @Test
    void anEmailThatTwoDocumentsShareClaimsNothingForOneOfThem() {
        shop.post(Version.of("1").by(new Buyer(BIA.document(), ANA.email())).earnsIfRegistered());

        shop.join(ANA);

        assertThat(shop.entries("1")).isEmpty();
    }

    @Test
    void aSaleThatNamesNobodyWaitsForNobody() {
        shop.post(Version.of("1").by(new Buyer(null, null)).earns());

        assertThat(waiting()).isZero();
    }

    @Test
    void whoeverJoinsAtAnotherMerchantClaimsNothing() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());

        books.newShop().join(ANA);

        assertThat(shop.entries("1")).isEmpty();
    }

    @Test
    void theShopsSaleThatIsClaimedTakesTheErpsPlace() {
        Books.Shop shared = shop.amongOthers();
        Books.Shop erp = shared.erp();
        shared.post(Version.of("80412").by(ANA).earnsIfRegistered());
        erp.post(Version.of("e1").ofShopOrder("80412").by(ANA).worth("110.00").earnsIfRegistered());

        shop.join(ANA);

        assertThat(shop.movements("80412")).containsExactly(100L);
        assertThat(erp.sale("e1").decision()).isEqualTo("duplicate");
        assertThat(shop.balance(ANA)).isEqualTo(100);
        assertThat(waiting()).isZero();
    }

    @Test
    void aCopyThatCountsOnlyAfterItsBuyerJoinedIsPaidToo() {
        Books.Shop shared = shop.amongOthers();
        Books.Shop erp = shared.erp();
        shared.post(Version.of("80412").by(ANA).reverses());
        erp.post(Version.of("e1").by(ANA).earnsIfRegistered());
        assertThat(erp.sale("e1").decision()).isEqualTo("held");
        shop.join(ANA);

        shared.post(Version.of("80412").by(ANA).worth("45.00").at(1).reverses());

        assertThat(erp.movements("e1")).containsExactly(100L);
        assertThat(waiting()).isZero();
    }

    @Test
    void manyWhoJoinWhileTheirOrdersArePostedAreAllPaidOnce() throws Exception {
        int people = 40;
        List<Verdict> page = java.util.stream.IntStream.range(0, people).mapToObj(i -> Version.of("o" + i).by(Buyer.number(i)).earnsIfRegistered()).toList();
        shop.post(page);

        ConcurrentPostingTest.atOnce(thread -> {
            for (int i = 0; i < people; i++) {
                if (i % 8 == thread) {
                    shop.join(Buyer.number(i));
                }
            }
            return shop.post(page);
        });

        assertThat(shop.entries()).hasSize(people);
        assertThat(shop.totalOfBalances()).isEqualTo(100L * people);
    }

    private void claim(Buyer buyer) {
        books.inTransaction(() -> {
            shop.ledger().claim(shop.merchant(), "maria", List.of(buyer.customer()));
            return null;
        });
    }

    private long waiting() {
        Long waiting = books.jdbc().queryForObject("SELECT count(*) FROM waiting_sales WHERE merchant_id = ?", Long.class, shop.merchant());
        return waiting == null ? 0 : waiting;
    }
}
