package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * An order as it stood at some minute, of a hundred reais unless said otherwise; and the verdicts that may be passed on
 * it. Each method answers a changed copy.
 */
public record Version(String order, Buyer buyer, BigDecimal amount, Integer minute, String shopNumber, BigDecimal refunded, int placedHour) {

    static final PointsRule ONE_PER_REAL = rule("1");
    static final OffsetDateTime DAY = OffsetDateTime.of(2024, 5, 14, 10, 0, 0, 0, ZoneOffset.ofHours(-3));

    static PointsRule rule(String pointsPerReal) {
        return new PointsRule(UUID.randomUUID(), 1, "Regra", new BigDecimal(pointsPerReal), PointsRule.Base.GOODS, BigDecimal.ZERO, null, null, List.of(), true);
    }

    public static Version of(String order) {
        return new Version(order, Buyer.number(1), new BigDecimal("100.00"), 0, null, new BigDecimal("0.00"), 0);
    }

    public Version by(Buyer value) {
        return new Version(order, value, amount, minute, shopNumber, refunded, placedHour);
    }

    public Version worth(String value) {
        return new Version(order, buyer, new BigDecimal(value).setScale(2), minute, shopNumber, refunded, placedHour);
    }

    /** Changed so many minutes after the first. */
    public Version at(int value) {
        return new Version(order, buyer, amount, value, shopNumber, refunded, placedHour);
    }

    /** Of a platform that does not say when an order changed. */
    public Version atNoTime() {
        return new Version(order, buyer, amount, null, shopNumber, refunded, placedHour);
    }

    /** As an ERP reports it that knows the shop's number of the same sale. */
    public Version ofShopOrder(String number) {
        return new Version(order, buyer, amount, minute, number, refunded, placedHour);
    }

    public Version refunded(String value) {
        return new Version(order, buyer, amount, minute, shopNumber, new BigDecimal(value).setScale(2), placedHour);
    }

    /** Placed so many hours later than orders usually are here. */
    public Version placed(int hours) {
        return new Version(order, buyer, amount, minute, shopNumber, refunded, hours);
    }

    public Verdict earns() {
        return earns(ONE_PER_REAL);
    }

    public Verdict earns(PointsRule rule) {
        Sale sale = sale("1", "A ENVIAR");
        return Verdict.earns(sale, sale.version(), rule, true);
    }

    /** As {@link #earns()}, for a merchant who does not want unknown buyers registered. */
    public Verdict earnsIfRegistered() {
        return earnsIfRegistered(ONE_PER_REAL);
    }

    Verdict earnsIfRegistered(PointsRule rule) {
        Sale sale = sale("1", "A ENVIAR");
        return Verdict.earns(sale, sale.version(), rule, false);
    }

    public Verdict reverses() {
        Sale sale = sale("9", "CANCELADO");
        return Verdict.reverses(sale, sale.version());
    }

    public Verdict neither() {
        Sale sale = sale("3", "AGUARDANDO");
        return Verdict.neither(sale, sale.version(), "a situação \"AGUARDANDO\" não pontua");
    }

    private Sale sale(String statusId, String statusName) {
        BigDecimal zero = BigDecimal.ZERO.setScale(2);
        return new Sale(order, order, shopNumber, null, null, new Sale.Status(statusId, statusName), DAY.plusHours(placedHour),
                minute == null ? null : DAY.plusMinutes(minute), buyer.customer(),
                List.of(new Sale.Item("SKU", "Caneca", BigDecimal.ONE, amount)),
                new Sale.Amounts(amount, zero, zero, zero, amount, refunded), null, List.of());
    }
}
