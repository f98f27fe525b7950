package io.loyaltyhub.points;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.json.Json;
import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultipliersTest {

    /** A Saturday, half past eleven in the evening in Brazil, Sunday in UTC. */
    private static final OffsetDateTime SATURDAY = OffsetDateTime.parse("2024-05-18T23:30:00-03:00");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"weekday": ["saturday"]}                                                             | 200
            {"weekday": ["sunday", "monday"]}                                                     | 100
            {"weekday": ["sunday", "saturday"]}                                                   | 200
            {"from": "2024-05-18T23:30:00-03:00"}                                                 | 200
            {"from": "2024-05-18T23:30:01-03:00"}                                                 | 100
            {"to": "2024-05-18T23:30:00-03:00"}                                                   | 100
            {"from": "2024-05-01T00:00:00-03:00", "to": "2024-06-01T00:00:00-03:00"}              | 200
            {"weekday": ["sunday"], "from": "2024-05-01T00:00:00-03:00"}                          | 100
            {"firstPurchase": true}                                                               | 100
            {"skus": ["A"]}                                                                       | 160
            {"skus": ["A", "B"]}                                                                  | 200
            {"skus": ["C"]}                                                                       | 100
            {"skus": ["A"], "weekday": ["saturday"]}                                              | 160
            {"skus": ["A"], "weekday": ["sunday"]}                                                | 100
            """)
    void aMultiplierCountsWhenAllThatItAsksForHolds(String when, long points) {
        // Two of A for 30 each and one of B for 40.
        assertThat(rule("1", multiplier(when, "2")).score(order(SATURDAY, "100.00")).points()).isEqualTo(points);
    }

    @Test
    void theFirstPurchaseIsWorthMoreOnlyIfItIsTheFirst() {
        PointsRule.Score score = rule("1", multiplier("{\"firstPurchase\": true}", "3")).score(order(SATURDAY, "100.00"));

        assertThat(score.points()).isEqualTo(100);
        assertThat(score.pointsIfFirst()).isEqualTo(300);
    }

    @Test
    void multipliersThatHoldTogetherAreMultipliedByOneAnother() {
        PointsRule rule = rule("1.5", multiplier("{\"weekday\": [\"saturday\"]}", "2"), multiplier("{\"skus\": [\"A\"]}", "3"),
                multiplier("{\"skus\": [\"A\", \"C\"]}", "1.5"), multiplier("{\"weekday\": [\"monday\"]}", "10"));

        // 100 × 1.5 × 2 = 300, of which three fifths are multiplied by 4.5: 810 + 120.
        assertThat(rule.score(order(SATURDAY, "100.00")).points()).isEqualTo(930);
    }

    @Test
    void theShareOfProductsIsThatOfTheGoodsAsPaidAndIsRoundedOnceAtTheEnd() {
        PointsRule rule = rule("1", multiplier("{\"skus\": [\"B\"]}", "1.25"));

        // 77.77 of 100.00 were paid after discounts; two fifths of that at 1.25: 46.662 + 38.885 = 85.547.
        assertThat(rule.score(order(SATURDAY, "77.77")).points()).isEqualTo(85);
    }

    @Test
    void whatWasRefundedIsTakenOffBeforeItIsMultiplied() {
        Sale sale = order(SATURDAY, "100.00", "33.34");

        assertThat(rule("1.5", multiplier("{\"weekday\": [\"saturday\"]}", "2")).score(sale).points()).isEqualTo(199);
    }

    @Test
    void aFactorOfZeroPaysNothingAndSaysWhy() {
        PointsRule.Score score = rule("1", multiplier("{\"skus\": [\"A\", \"B\"]}", "0")).score(order(SATURDAY, "100.00"));

        assertThat(score.points()).isZero();
        assertThat(score.reason()).contains("produtos");
    }

    @Test
    void anOrderWithoutATimeOrWithoutPricesGetsNothingForThem() {
        PointsRule rule = rule("1", multiplier("{\"weekday\": [\"saturday\"]}", "2"), multiplier("{\"skus\": [\"A\"]}", "2"));
        Sale whole = order(null, "100.00");
        Sale priceless = order(List.of(new Sale.Item("A", "Caneca", null, null), new Sale.Item(null, null, BigDecimal.TEN, BigDecimal.ONE.negate())),
                null, new BigDecimal("100.00"), "0");

        assertThat(rule.score(whole).points()).isEqualTo(160);
        assertThat(rule.score(priceless).points()).isEqualTo(100);
    }

    @Property(tries = 200)
    void aFactorForEveryProductIsAFactorForTheWhole(@ForAll @BigRange(min = "0", max = "9999") @Scale(2) BigDecimal paid,
            @ForAll @BigRange(min = "0", max = "50") @Scale(2) BigDecimal factor,
            @ForAll @Size(min = 1, max = 4) List<@BigRange(min = "0.01", max = "999") @Scale(2) BigDecimal> prices) {
        List<Sale.Item> items = new ArrayList<>();
        prices.forEach(price -> items.add(new Sale.Item("S" + items.size(), null, BigDecimal.valueOf(items.size() + 1), price)));
        String skus = Json.write(items.stream().map(Sale.Item::sku).toList());
        Sale sale = order(items, SATURDAY, paid, "0");

        assertThat(rule("1.37", multiplier("{\"skus\": " + skus + "}", factor.toPlainString())).score(sale).points())
                .isEqualTo(rule("1.37", multiplier("{\"weekday\": [\"saturday\"]}", factor.toPlainString())).score(sale).points());
    }

    // in the ledger

    @Test
    void ofTwoOrdersOfANewBuyerTheEarlierIsTheFirstPurchase() {
        try (Books books = Books.open()) {
            Books.Shop shop = books.newShop();
            PointsRule rule = rule("1", multiplier("{\"firstPurchase\": true}", "2"));
            Buyer ana = Buyer.number(1);
            shop.post(Version.of("2").by(ana).placed(1).earns(rule), Version.of("1").by(ana).earns(rule),
                    Version.of("3").by(Buyer.number(2)).placed(5).earns(rule));
            shop.post(Version.of("4").by(ana).placed(9).earns(rule));

            assertThat(shop.movements("1")).containsExactly(200L);
            assertThat(shop.movements("2")).containsExactly(100L);
            assertThat(shop.movements("3")).containsExactly(200L);
            assertThat(shop.movements("4")).containsExactly(100L);

            // Edited or told again, it stays the first purchase; once it is cancelled, another order may be one.
            shop.post(Version.of("1").by(ana).at(1).earns(rule), Version.of("2").by(ana).placed(1).at(1).earns(rule));
            shop.post(Version.of("1").by(ana).worth("50.00").at(2).earns(rule));
            assertThat(shop.movements("1")).containsExactly(200L, -200L, 100L);
            assertThat(shop.movements("2")).containsExactly(100L);
            shop.post(Version.of("1").by(ana).at(3).reverses(), Version.of("2").by(ana).at(3).reverses(), Version.of("4").by(ana).at(3).reverses());
            shop.post(Version.of("5").by(ana).placed(20).earns(rule));
            assertThat(shop.movements("5")).containsExactly(200L);
            assertLedgerCoherent(books.jdbc());
        }
    }

    @Test
    void entriesNameTheRuleAndTheVersionThatMadeThem() {
        try (Books books = Books.open()) {
            Books.Shop shop = books.newShop();
            PointsRule rule = rule("1", multiplier("{\"weekday\": [\"tuesday\"]}", "2"));
            PointsRule changed = new PointsRule(rule.id(), 7, rule.name(), BigDecimal.TEN, rule.base(), rule.minimumOrder(), null, null, List.of(), true);
            shop.post(Version.of("1").earns(rule));
            shop.post(Version.of("1").at(1).earns(changed), Version.of("2").earns(changed));

            assertThat(shop.movements("1")).containsExactly(200L);
            assertThat(books.jdbc().queryForList("SELECT order_id || ':' || rule_version FROM entries WHERE merchant_id = ? AND rule_id = ? ORDER BY id",
                    String.class, shop.merchant(), rule.id())).containsExactly("1:1", "2:7");
            assertLedgerCoherent(books.jdbc());
        }
    }

    private static Multiplier multiplier(String when, String factor) {
        return Multiplier.read(Json.parse("{\"when\": " + when + ", \"factor\": " + factor + "}"));
    }

    private static PointsRule rule(String rate, Multiplier... multipliers) {
        return new PointsRule(UUID.randomUUID(), 1, "Padrão", new BigDecimal(rate), PointsRule.Base.GOODS, BigDecimal.ZERO, null, null,
                List.of(multipliers), true);
    }

    private static Sale order(OffsetDateTime placedAt, String goods) {
        return order(placedAt, goods, "0");
    }

    private static Sale order(OffsetDateTime placedAt, String goods, String refunded) {
        return order(List.of(new Sale.Item("A", "Caneca", BigDecimal.valueOf(2), new BigDecimal("30.00")),
                new Sale.Item("B", "Prato", BigDecimal.ONE, new BigDecimal("40.00"))), placedAt, new BigDecimal(goods), refunded);
    }

    private static Sale order(List<Sale.Item> items, OffsetDateTime placedAt, BigDecimal goods, String refunded) {
        BigDecimal none = new BigDecimal("0.00");
        return new Sale("1", "1", null, null, null, new Sale.Status("1", "Pago"), placedAt, placedAt,
                new Sale.Customer(null, null, null, null, null, null), items, new Sale.Amounts(goods, none, none, none, goods, new BigDecimal(refunded)), null, List.of());
    }
}
