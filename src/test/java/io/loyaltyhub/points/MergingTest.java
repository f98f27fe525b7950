package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two participants turn out to be one person: nothing is lost on the way, and nothing is there twice. */
class MergingTest {

    private static final Buyer ANA = Buyer.number(1);
    private static final Buyer BY_DOCUMENT = ANA.withoutEmail();
    private static final Buyer BY_EMAIL = ANA.withoutDocument();

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
    void thePointsAndTheSalesOfBothAreOnePersons() {
        anaTwice();

        UUID ana = mergeByHand();

        assertThat(balance(ana)).isEqualTo(150);
        assertThat(shop.totalOfBalances()).isEqualTo(150);
        assertThat(List.of(shop.sale("1").participantId(), shop.sale("2").participantId())).containsOnly(ana);
        assertThat(shop.participants()).singleElement().satisfies(one -> assertThat(one)
                .containsEntry("document", ANA.document()).containsEntry("email", ANA.email()));
    }

    @Test
    void anOrderThatShowsBothMakesThemOne() {
        anaTwice();
        UUID ana = shop.sale("1").participantId();

        shop.post(Version.of("3").by(ANA).worth("7.00").earns());

        assertThat(shop.participants()).singleElement().satisfies(one -> assertThat(one).containsEntry("id", ana));
        assertThat(balance(ana)).isEqualTo(157);
        assertThat(shop.sale("2").participantId()).isEqualTo(ana);
    }

    @Test
    void whatIsTakenBackLaterIsTakenBackFromTheOneWhoGoesOn() {
        anaTwice();
        UUID ana = mergeByHand();

        shop.post(Version.of("2").by(BY_EMAIL).at(5).reverses());
        shop.post(Version.of("1").by(BY_DOCUMENT).at(5).worth("80.00").earns());

        assertThat(balance(ana)).isEqualTo(80);
        assertThat(shop.totalOfBalances()).isEqualTo(80);
        assertThat(shop.movements("2")).containsExactly(50L, -50L);
    }

    @Test
    void whatTheOtherWasKnownByLeadsToTheOneWhoGoesOn() {
        Buyer company = new Buyer("11222333000181", "empresa@example.com");
        shop.post(Version.of("1").by(ANA).earns(), Version.of("2").by(company).worth("50.00").earns());
        UUID ana = shop.sale("1").participantId();
        shop.merge(ana, shop.sale("2").participantId());

        shop.post(Version.of("3").by(company).worth("3.00").earns());
        shop.post(Version.of("4").by(company.withoutDocument()).worth("4.00").earns());

        assertThat(shop.participants()).hasSize(1);
        assertThat(balance(ana)).isEqualTo(157);
    }

    @Test
    void oneWhoWasMergedIntoSomebodyWhoIsMergedInTurnLeadsToTheLast() {
        Buyer bia = Buyer.number(2);
        anaTwice();
        UUID one = mergeByHand();
        shop.post(Version.of("3").by(bia).worth("30.00").earns());
        UUID last = shop.sale("3").participantId();

        shop.merge(last, one);
        shop.post(Version.of("4").by(BY_EMAIL).worth("4.00").earns());
        shop.post(Version.of("2").at(9).reverses());

        assertThat(shop.participants()).hasSize(1);
        assertThat(balance(last)).isEqualTo(134);
    }

    @Test
    void aDocumentThatComesWithTheEmailOfARecordGivenUpIsLearntByWhoeverGoesOn() {
        shop.post(Version.of("1").by(BY_EMAIL).earns(), Version.of("2").by(ANA.byAnotherEmail()).worth("50.00").earns());
        UUID ana = shop.sale("2").participantId();
        shop.merge(ana, shop.sale("1").participantId());

        shop.post(Version.of("3").by(ANA).worth("7.00").earns());

        assertThat(shop.participants()).singleElement().satisfies(one -> assertThat(one).containsEntry("id", ana).containsEntry("document", ANA.document()));
        assertThat(balance(ana)).isEqualTo(157);
    }

    @Test
    void twoRecordsOfOneEmailMayBothBeGivenUpForTheSamePerson() {
        shop.post(Version.of("1").by(BY_EMAIL).earns(), Version.of("2").by(ANA.byAnotherEmail()).worth("50.00").earns());
        UUID ana = shop.sale("2").participantId();
        shop.merge(ana, shop.sale("1").participantId());
        UUID third = shop.register(ANA);
        shop.adjust(third, 5, "Presente", "test");

        shop.merge(ana, third);
        shop.post(Version.of("3").by(BY_EMAIL).worth("7.00").earns(), Version.of("4").by(BY_DOCUMENT).worth("8.00").earns());

        assertThat(shop.participants()).hasSize(1);
        assertThat(balance(ana)).isEqualTo(170);
    }

    @Test
    void aBalanceBelowZeroMovesToo() {
        anaTwice();
        shop.adjust(shop.sale("2").participantId(), -80, "Gasto", "test");

        assertThat(balance(mergeByHand())).isEqualTo(70);
    }

    @Test
    void pagesThatArePostedMeanwhileLoseNothing() {
        Books.Shop other = shop.anotherOfTheSameMerchant();
        int rounds = 25;
        for (int round = 0; round < rounds; round++) {
            Buyer person = Buyer.number(100 + round);
            String order = "order-" + round;
            shop.post(Version.of(order).by(person.withoutEmail()).earns(), Version.of(order + "-a").by(person.withoutEmail()).earns());
            other.post(Version.of(order).by(person.withoutDocument()).earns(), Version.of(order + "-a").by(person.withoutDocument()).earns());
            UUID survivor = shop.sale(order).participantId();
            UUID from = other.sale(order).participantId();

            CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> shop.merge(survivor, from)),
                    CompletableFuture.runAsync(() -> other.post(Version.of(order + "-b").by(person.withoutDocument()).earns(),
                            Version.of(order + "-a").by(person.withoutDocument()).at(1).reverses())),
                    CompletableFuture.runAsync(() -> shop.post(Version.of(order + "-b").by(person.withoutEmail()).earns()))).join();

            assertThat(balance(survivor)).as("round " + round).isEqualTo(500);
            assertThat(balance(from)).as("round " + round).isZero();
        }
        assertThat(shop.totalOfBalances()).isEqualTo(500L * rounds);
    }

    /** Known by document in one order, by e-mail in another, and nothing says that this is one person. */
    private void anaTwice() {
        shop.post(Version.of("1").by(BY_DOCUMENT).earns());
        shop.post(Version.of("2").by(BY_EMAIL).worth("50.00").earns());
        assertThat(shop.participants()).hasSize(2);
    }

    private UUID mergeByHand() {
        UUID ana = shop.sale("1").participantId();
        shop.merge(ana, shop.sale("2").participantId());
        return ana;
    }

    private static long balance(UUID participant) {
        Long balance = books.jdbc().queryForObject("SELECT coalesce(sum(balance), 0) FROM balances WHERE participant_id = ?", Long.class, participant);
        return balance == null ? 0 : balance;
    }
}
