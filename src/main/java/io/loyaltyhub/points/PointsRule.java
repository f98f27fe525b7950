package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/**
 * How many points a sale is worth: {@code floor(base × pointsPerReal × factor)}, whole points, never a fraction more than was
 * paid for. Multipliers that hold together are multiplied by one another; one for products counts for their share of the
 * items. A changed rule is a new version; entries name the version that made them.
 *
 * @param minimumOrder BRL; a smaller base earns nothing
 * @param validFrom    inclusive, by the time the order was placed; null is open
 * @param validTo      exclusive; null is open
 * @param multipliers  campaigns
 */
public record PointsRule(
        UUID id,
        int version,
        String name,
        BigDecimal pointsPerReal,
        Base base,
        BigDecimal minimumOrder,
        Instant validFrom,
        Instant validTo,
        List<Multiplier> multipliers,
        boolean isDefault) {

    /** Which amount counts: what was paid for goods, or all that was paid. What was refunded counts in neither. */
    public enum Base { GOODS, TOTAL }

    /**
     * @param pointsIfFirst the points if it is its buyer's first purchase
     * @param base          the amount in BRL that the points are for
     * @param reason        why there are none, in pt-BR for the merchant; null where there are some
     */
    public record Score(long points, long pointsIfFirst, BigDecimal base, String reason) {
    }

    public Score score(Sale sale) {
        BigDecimal amount = base == Base.GOODS ? sale.amounts().goods() : sale.amounts().total();
        BigDecimal counted = amount.subtract(sale.amounts().refunded()).max(BigDecimal.ZERO).setScale(2, RoundingMode.HALF_UP);
        if (!isValidAt(sale.placedAt())) {
            return new Score(0, 0, counted, "pedido fora do período de validade da regra \"" + name + "\"");
        }
        if (counted.compareTo(minimumOrder) < 0) {
            return new Score(0, 0, counted, "valor abaixo do pedido mínimo de R$ " + minimumOrder.setScale(2, RoundingMode.HALF_UP));
        }
        long points = points(counted, sale, false);
        long pointsIfFirst = multipliers.stream().anyMatch(Multiplier::firstPurchase) ? points(counted, sale, true) : points;
        String reason = points > 0 ? null : counted.multiply(pointsPerReal).compareTo(BigDecimal.ONE) >= 0
                ? "os produtos do pedido não pontuam pela regra \"" + name + "\"" : "o valor do pedido não chega a um ponto";
        return new Score(points, pointsIfFirst, counted, reason);
    }

    /** Rounded once, at the end. */
    private long points(BigDecimal counted, Sale sale, boolean firstPurchase) {
        List<Multiplier> holding = multipliers.stream().filter(multiplier -> multiplier.holds(sale, firstPurchase)).toList();
        BigDecimal factor = holding.stream().filter(multiplier -> multiplier.skus().isEmpty()).map(Multiplier::factor)
                .reduce(BigDecimal.ONE, BigDecimal::multiply);
        BigDecimal whole = counted.multiply(pointsPerReal).multiply(factor);
        BigDecimal items = BigDecimal.ZERO;
        BigDecimal multiplied = BigDecimal.ZERO;
        for (Sale.Item item : sale.items()) {
            BigDecimal value = value(item);
            items = items.add(value);
            for (Multiplier multiplier : holding) {
                value = item.sku() != null && multiplier.skus().contains(item.sku()) ? value.multiply(multiplier.factor()) : value;
            }
            multiplied = multiplied.add(value);
        }
        // An order whose items have no price has no shares either.
        return items.signum() == 0 ? whole.setScale(0, RoundingMode.FLOOR).longValueExact()
                : whole.multiply(multiplied).divide(items, 0, RoundingMode.FLOOR).longValueExact();
    }

    private static BigDecimal value(Sale.Item item) {
        if (item.unitPrice() == null) {
            return BigDecimal.ZERO;
        }
        return item.unitPrice().multiply(item.quantity() == null ? BigDecimal.ONE : item.quantity()).max(BigDecimal.ZERO);
    }

    private boolean isValidAt(OffsetDateTime placedAt) {
        if (placedAt == null) {
            return true;
        }
        Instant at = placedAt.toInstant();
        return (validFrom == null || !at.isBefore(validFrom)) && (validTo == null || at.isBefore(validTo));
    }
}
