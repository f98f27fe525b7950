package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** To whom an order's points go. */
class BuyersTest {

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
    void anUnknownBuyerIsRegisteredByTheOrderThatEarns() {
        shop.post(Version.of("1").by(ANA).earns());

        assertThat(shop.participants()).singleElement().satisfies(ana -> {
            assertThat(ana).containsEntry("document", ANA.document()).containsEntry("email", ANA.email());
            assertThat(ana.get("source").toString()).startsWith("integration:");
        });
    }

    @Test
    void nobodyIsRegisteredByAnOrderThatDoesNotEarn() {
        shop.post(Version.of("1").by(ANA).neither(), Version.of("2").by(BIA).reverses());

        assertThat(shop.participants()).isEmpty();
    }

    @Test
    void whereUnknownBuyersAreNotRegisteredTheirOrdersEarnNothing() {
        shop.register(BIA);

        shop.post(Version.of("1").by(ANA).earnsIfRegistered(), Version.of("2").by(BIA).earnsIfRegistered());

        assertThat(shop.sale("1").decision()).isEqualTo("unregistered");
        assertThat(shop.sale("1").reason()).isNotBlank();
        assertThat(shop.sale("2").decision()).isEqualTo("awarded");
        assertThat(shop.participants()).hasSize(1);
        assertThat(shop.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void anOrderOfSomebodyWhoRegistersLaterEarnsWhenItIsPostedAgain() {
        shop.post(Version.of("1").by(ANA).earnsIfRegistered());
        UUID ana = shop.register(ANA);

        Posted posted = shop.postOne(Version.of("1").by(ANA).earnsIfRegistered());

        assertThat(posted.decision()).isEqualTo("awarded");
        assertThat(posted.points()).isEqualTo(100);
        assertThat(shop.sale("1").participantId()).isEqualTo(ana);
    }

    @Test
    void anOrderThatWasCancelledBeforeItsBuyerRegisteredEarnsNothingAfterwards() {
        shop.post(Version.of("1").by(ANA).at(1).earnsIfRegistered());
        shop.post(Version.of("1").by(ANA).at(2).reverses());
        shop.register(ANA);

        shop.post(Version.of("1").by(ANA).at(1).earnsIfRegistered());

        assertThat(shop.entries("1")).isEmpty();
    }

    @Test
    void anOrderThatNamesNobodyEarnsNothing() {
        Posted posted = shop.postOne(Version.of("1").by(new Buyer(null, null)).earns());

        assertThat(posted.decision()).isEqualTo("unregistered");
        assertThat(posted.reason()).contains("CPF");
        assertThat(shop.participants()).isEmpty();
    }

    @Test
    void somebodyKnownByEmailWhoBringsADocumentLaterStaysTheSamePerson() {
        shop.post(Version.of("1").by(ANA.withoutDocument()).earns());

        shop.post(Version.of("2").by(ANA).earns());
        shop.post(Version.of("3").by(ANA.withoutDocument()).earns());
        shop.post(Version.of("4").by(ANA.withoutEmail()).earns());

        assertThat(shop.participants()).singleElement().satisfies(ana -> assertThat(ana).containsEntry("document", ANA.document()));
        assertThat(shop.balance(ANA)).isEqualTo(400);
    }

    @Test
    void somebodyWhoShowsADocumentInOneOrderOfAPageAndOnlyTheEmailInAnotherIsOnePerson() {
        shop.post(Version.of("1").by(ANA.withoutDocument()).earns(), Version.of("2").by(ANA).earns());
        shop.post(Version.of("3").by(BIA.withoutDocument()).earns());
        shop.post(Version.of("4").by(BIA.withoutDocument()).earns(), Version.of("5").by(BIA).earns());

        assertThat(shop.participants()).extracting(one -> one.get("document")).containsExactlyInAnyOrder(ANA.document(), BIA.document());
        assertThat(shop.balance(ANA)).isEqualTo(200);
        assertThat(shop.balance(BIA)).isEqualTo(300);
    }

    @Test
    void twoDocumentsThatShareAnEmailAreTwoPeople() {
        Buyer son = new Buyer(BIA.document(), ANA.email());

        shop.post(Version.of("1").by(ANA).earns(), Version.of("2").by(son).worth("30.00").earns());

        assertThat(shop.participants()).hasSize(2);
        assertThat(shop.sale("1").participantId()).isNotEqualTo(shop.sale("2").participantId());
    }

    @Test
    void ofTwoDocumentsThatClaimAnEmailKnownAloneOnlyOneGetsIt() {
        Buyer son = new Buyer(BIA.document(), ANA.email());
        shop.post(Version.of("1").by(ANA.withoutDocument()).earns());

        shop.post(Version.of("2").by(ANA).earns(), Version.of("3").by(son).earns());

        assertThat(shop.participants()).extracting(one -> one.get("document")).containsExactlyInAnyOrder(ANA.document(), BIA.document());
        assertThat(shop.totalOfBalances()).isEqualTo(300);
    }

    @Test
    void theSamePersonAtTwoMerchantsIsAParticipantOfEach() {
        Books.Shop other = books.newShop();

        shop.post(Version.of("1").by(ANA).earns());
        other.post(Version.of("1").by(ANA).worth("7.00").earns());

        assertThat(shop.balance(ANA)).isEqualTo(100);
        assertThat(other.balance(ANA)).isEqualTo(7);
    }
}
