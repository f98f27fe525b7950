package io.loyaltyhub.points;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PointsRuleTest {

    private static final String PLACED = "2024-05-15T23:30:00-03:00";

    @ParameterizedTest
    @CsvSource({
            "225.00, 1, 225",
            "99.99, 1, 99",
            "0.99, 1, 0",
            "100.00, 1.15, 115",
            "100.00, 1.1, 110",
            "0.29, 100, 29",
            "1.10, 0.1, 0",
            "10.00, 0.1, 1",
            "999999999.99, 1000, 999999999990",
            "0.00, 1, 0"})
    void everyWholePointThatWasPaidForAndNoFractionMore(String goods, String rate, long points) {
        assertThat(rule(rate).score(sale(goods, goods, "0")).points()).isEqualTo(points);
    }

    @Test
    void aSaleThatEarnsGivesNoReasonAndOneThatDoesNotGivesOne() {
        assertThat(rule("1").score(sale("10.00", "10.00", "0")).reason()).isNull();
        assertThat(rule("1").score(sale("0.50", "0.50", "0")).reason()).isEqualTo("o valor do pedido não chega a um ponto");
    }

    @Test
    void theBaseIsWhatWasPaidForGoodsOrAllThatWasPaid() {
        Sale sale = sale("80.00", "100.00", "0");

        assertThat(rule(PointsRule.Base.GOODS, "0", null, null).score(sale)).isEqualTo(new PointsRule.Score(80, 80, new BigDecimal("80.00"), null));
        assertThat(rule(PointsRule.Base.TOTAL, "0", null, null).score(sale)).isEqualTo(new PointsRule.Score(100, 100, new BigDecimal("100.00"), null));
    }

    @Test
    void whatWasRefundedCountsInNeither() {
        Sale sale = sale("80.00", "100.00", "30.50");

        assertThat(rule(PointsRule.Base.GOODS, "0", null, null).score(sale).points()).isEqualTo(49);
        assertThat(rule(PointsRule.Base.TOTAL, "0", null, null).score(sale).points()).isEqualTo(69);
    }

    @Test
    void aSaleRefundedInFullOrWorthLessThanNothingEarnsNothing() {
        assertThat(rule("1").score(sale("80.00", "100.00", "100.00"))).isEqualTo(
                new PointsRule.Score(0, 0, new BigDecimal("0.00"), "o valor do pedido não chega a um ponto"));
        assertThat(rule("1").score(sale("-5.00", "10.00", "0")).points()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"49.99, 0, 0", "50.00, 0, 50", "60.00, 10.01, 0", "60.00, 10.00, 50"})
    void theMinimumIsMetByTheBaseLessWhatWasRefunded(String goods, String refunded, long points) {
        PointsRule.Score score = rule(PointsRule.Base.GOODS, "50", null, null).score(sale(goods, goods, refunded));

        assertThat(score.points()).isEqualTo(points);
        assertThat(score.reason()).isEqualTo(points > 0 ? null : "valor abaixo do pedido mínimo de R$ 50.00");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            "-, -, true",
            "2024-05-16T02:30:00Z, -, true",
            "2024-05-16T02:30:01Z, -, false",
            "-, 2024-05-16T02:30:00Z, false",
            "-, 2024-05-16T02:30:01Z, true",
            "2024-05-16T00:00:00Z, 2024-05-17T00:00:00Z, true",
            "2024-05-15T00:00:00Z, 2024-05-16T00:00:00Z, false"})
    void aRuleIsValidFromItsFirstInstantUntilJustBeforeItsLast(Instant from, Instant to, boolean valid) {
        PointsRule.Score score = rule(PointsRule.Base.GOODS, "0", from, to).score(sale("10.00", "10.00", "0"));

        assertThat(score.points()).isEqualTo(valid ? 10 : 0);
        assertThat(score.reason()).isEqualTo(valid ? null : "pedido fora do período de validade da regra \"Padrão\"");
    }

    @Test
    void anOrderWithoutATimeIsJudgedByTheRuleOfToday() {
        PointsRule rule = rule(PointsRule.Base.GOODS, "0", Instant.parse("2099-01-01T00:00:00Z"), null);

        assertThat(rule.score(sale(null, "10.00", "10.00", "0")).points()).isEqualTo(10);
    }

    @Property
    void pointsAreNeverMoreThanWasPaidForAndLessThanOneShortOfIt(@ForAll @BigRange(min = "0", max = "999999999.99") @Scale(2) BigDecimal paid,
            @ForAll @BigRange(min = "0", max = "1000") @Scale(4) BigDecimal rate) {
        long points = rule(rate.toPlainString()).score(sale(paid.toPlainString(), paid.toPlainString(), "0")).points();

        assertThat(BigDecimal.valueOf(points)).isLessThanOrEqualTo(paid.multiply(rate));
        assertThat(BigDecimal.valueOf(points + 1)).isGreaterThan(paid.multiply(rate));
    }

    @Property
    void whoPaysMoreNeverGetsFewerPointsAndWhoGetsMoneyBackNeverMore(@ForAll @BigRange(min = "0", max = "100000") @Scale(2) BigDecimal paid,
            @ForAll @BigRange(min = "0", max = "1000") @Scale(2) BigDecimal more, @ForAll @BigRange(min = "0.01", max = "10") @Scale(2) BigDecimal rate) {
        PointsRule rule = rule(rate.toPlainString());
        String dearer = paid.add(more).toPlainString();
        long points = rule.score(sale(paid.toPlainString(), paid.toPlainString(), "0")).points();

        assertThat(rule.score(sale(dearer, dearer, "0")).points()).isGreaterThanOrEqualTo(points);
        assertThat(rule.score(sale(paid.toPlainString(), paid.toPlainString(), more.toPlainString())).points()).isLessThanOrEqualTo(points).isNotNegative();
        assertThat(rule.score(sale(dearer, dearer, more.toPlainString())).points()).as("paid and given back").isEqualTo(points);
    }

    private static PointsRule rule(String rate) {
        return new PointsRule(UUID.randomUUID(), 1, "Padrão", new BigDecimal(rate), PointsRule.Base.GOODS, BigDecimal.ZERO, null, null, List.of(), true);
    }

    private static PointsRule rule(PointsRule.Base base, String minimum, Instant from, Instant to) {
        return new PointsRule(UUID.randomUUID(), 1, "Padrão", BigDecimal.ONE, base, new BigDecimal(minimum), from, to, List.of(), true);
    }

    private static Sale sale(String goods, String total, String refunded) {
        return sale(OffsetDateTime.parse(PLACED), goods, total, refunded);
    }

    private static Sale sale(OffsetDateTime placedAt, String goods, String total, String refunded) {
        BigDecimal none = new BigDecimal("0.00");
        return new Sale("1", "1", null, null, null, new Sale.Status("1", "Pago"), placedAt, placedAt,
                new Sale.Customer(null, null, null, null, null, null), List.of(),
                new Sale.Amounts(new BigDecimal(goods), none, none, none, new BigDecimal(total), new BigDecimal(refunded)), null, List.of());
    }
}
