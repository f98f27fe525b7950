package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.loyaltyhub.sandbox.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Points that last ten days, and what becomes of them then. */
class PointsExpiryTest {

    private static final Buyer ANA = Buyer.number(1);
    private static final Buyer BIA = Buyer.number(2);
    /** Noon in Brazil. */
    private static final SettableClock CLOCK = new SettableClock(Instant.parse("2026-03-10T15:00:00Z"));

    private static Books books;
    private Books.Shop shop;

    @BeforeAll
    static void openBooks() {
        books = Books.open(CLOCK);
    }

    @AfterAll
    static void closeBooks() {
        books.close();
    }

    @BeforeEach
    void newShop() {
        shop = books.newShop();
        books.jdbc().update("UPDATE merchants SET points_validity_days = 10, expiry_notice_days = 3 WHERE id = ?", shop.merchant());
    }

    @AfterEach
    void everythingAddsUp() {
        assertLedgerCoherent(books.jdbc());
    }

    @Test
    void pointsCanBeUsedOnTheirLastDayAndAreGoneTheNextNight() {
        shop.post(Version.of("1").by(ANA).earns());

        nights(10);
        assertThat(shop.balance(ANA)).isEqualTo(100);
        nights(1);
        assertThat(shop.balance(ANA)).isZero();
        assertThat(shop.entries()).extracting(Books.Entry::kind, Books.Entry::points, Books.Entry::by)
                .containsExactly(tuple("earn", 100L, "integration:" + integrationOf("1")), tuple("expire", -100L, "expiry"));
    }

    @Test
    void whatIsUsedIsUsedOfTheOldest() {
        shop.post(Version.of("1").by(ANA).earns());
        nights(5);
        shop.post(Version.of("2").by(ANA).worth("50.00").earns());
        spend(ANA, 120);

        nights(6);

        assertThat(shop.balance(ANA)).as("nothing was left of the first").isEqualTo(30);
        nights(5);
        assertThat(shop.balance(ANA)).isZero();
    }

    @Test
    void anAwardThatIsReversedAfterItExpiredIsNotTakenTwice() {
        shop.post(Version.of("1").by(ANA).earns());
        spend(ANA, 60);
        nights(11);
        assertThat(shop.balance(ANA)).isZero();

        shop.post(Version.of("1").by(ANA).at(9).reverses());
        shop.post(Version.of("1").by(ANA).at(9).reverses());

        assertThat(shop.balance(ANA)).as("60 were used, 40 had expired").isEqualTo(-60);
        assertThat(shop.sale("1").points()).isZero();
    }

    @Test
    void anAwardThatIsReversedInTimeLeavesNothingToExpire() {
        shop.post(Version.of("1").by(ANA).earns(), Version.of("2").by(ANA).worth("40.00").earns());
        shop.post(Version.of("1").by(ANA).at(9).reverses());

        nights(11);

        assertThat(shop.balance(ANA)).isZero();
        assertThat(expired()).containsExactly(-40L);
    }

    @Test
    void twoParticipantsThatBecomeOneKeepTheAgeOfTheirPoints() {
        shop.post(Version.of("1").by(ANA.withoutEmail()).earns());
        nights(6);
        shop.post(Version.of("2").by(ANA.withoutDocument()).worth("50.00").earns());
        UUID ana = shop.sale("1").participantId();
        shop.merge(shop.sale("2").participantId(), ana);

        nights(5);
        assertThat(shop.totalOfBalances()).as("the older ones are over").isEqualTo(50);
        nights(5);
        assertThat(shop.totalOfBalances()).as("at the end of their own days").isEqualTo(50);
        nights(1);
        assertThat(shop.totalOfBalances()).isZero();

        shop.post(Version.of("1").by(ANA.withoutEmail()).at(9).reverses());
        assertThat(shop.totalOfBalances()).as("not taken twice, whoever they were").isZero();
    }

    @Test
    void twoNodesTakeThemOnceWhilePagesArePosted() {
        List<Integer> people = IntStream.range(0, 40).boxed().toList();
        shop.post(people.stream().map(i -> Version.of("order-" + i).by(Buyer.number(i)).earns()).toList());
        CLOCK.advance(Duration.ofDays(11));

        CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> books.expiry().expire(shop.merchant())),
                CompletableFuture.runAsync(() -> books.expiry().expire(shop.merchant())),
                CompletableFuture.runAsync(() -> people.forEach(i -> shop.post(Version.of("order-" + i).by(Buyer.number(i)).at(3).reverses()))),
                CompletableFuture.runAsync(() -> people.forEach(i -> shop.post(Version.of("new-" + i).by(Buyer.number(i)).worth("5.00").earns())))).join();

        assertThat(people).allSatisfy(i -> assertThat(shop.balance(Buyer.number(i))).isEqualTo(5));
    }

    @Test
    void whereNothingIsSaidPointsLastForEver() {
        books.jdbc().update("UPDATE merchants SET points_validity_days = NULL WHERE id = ?", shop.merchant());
        shop.post(Version.of("1").by(ANA).earns());

        nights(5000);

        assertThat(shop.balance(ANA)).isEqualTo(100);
        assertThat(books.expiry().due()).doesNotContain(shop.merchant());
        assertThat(books.expiry().expiring(shop.merchant(), shop.sale("1").participantId())).isEmpty();
    }

    @Test
    void oneMerchantsPointsDoNotExpireByAnothersTerms() {
        Books.Shop other = books.newShop();
        other.post(Version.of("1").by(ANA).earns());
        shop.post(Version.of("1").by(ANA).earns());

        nights(11);

        assertThat(other.balance(ANA)).isEqualTo(100);
        assertThat(shop.balance(ANA)).isZero();
    }

    @Test
    void aMerchantIsDueOnceADay() {
        assertThat(books.expiry().due()).contains(shop.merchant());
        books.expiry().expire(shop.merchant());
        assertThat(books.expiry().due()).doesNotContain(shop.merchant());
        CLOCK.advance(Duration.ofDays(1));
        assertThat(books.expiry().due()).contains(shop.merchant());
    }

    @Test
    void whatWillBeOverSoonIsKnown() {
        shop.post(Version.of("1").by(ANA).earns(), Version.of("2").by(BIA).worth("30.00").earns());
        LocalDate last = CLOCK.instant().atOffset(java.time.ZoneOffset.ofHours(-3)).toLocalDate().plusDays(10);
        nights(2);
        shop.post(Version.of("3").by(ANA).worth("7.00").earns());
        spend(ANA, 60);
        UUID ana = shop.sale("1").participantId();

        assertThat(books.expiry().expiring(shop.merchant(), ana)).extracting(PointsExpiry.Expiring::expiresOn, PointsExpiry.Expiring::points)
                .containsExactly(tuple(last, 40L), tuple(last.plusDays(2), 7L));
        nights(4);
        assertThat(books.expiry().expiringSoon(shop.merchant(), null, 10)).as("four days before").isEmpty();
        nights(1);
        List<PointsExpiry.Expiring> soon = books.expiry().expiringSoon(shop.merchant(), null, 10);
        assertThat(soon).extracting(PointsExpiry.Expiring::expiresOn, PointsExpiry.Expiring::points).containsExactlyInAnyOrder(tuple(last, 40L), tuple(last, 30L));
        List<PointsExpiry.Expiring> one = books.expiry().expiringSoon(shop.merchant(), null, 1);
        assertThat(one).hasSize(1);
        assertThat(books.expiry().expiringSoon(shop.merchant(), one.get(0).participantId(), 10)).hasSize(1);
    }

    private void nights(int count) {
        for (int night = 0; night < Math.min(count, 20); night++) {
            CLOCK.advance(Duration.ofDays(night == 0 ? Math.max(1, count - 19) : 1));
            books.expiry().expire(shop.merchant());
        }
    }

    private void spend(Buyer buyer, long points) {
        shop.adjust(books.jdbc().queryForObject("SELECT id FROM participants WHERE merchant_id = ? AND document = ?", UUID.class, shop.merchant(), buyer.document()),
                -points, "Gasto", "test");
    }

    private List<Long> expired() {
        return shop.entries().stream().filter(entry -> entry.kind().equals("expire")).map(Books.Entry::points).toList();
    }

    private UUID integrationOf(String order) {
        return books.jdbc().queryForObject("SELECT integration_id FROM sales WHERE merchant_id = ? AND order_id = ?", UUID.class, shop.merchant(), order);
    }
}
