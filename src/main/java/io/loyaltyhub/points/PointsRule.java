package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * How many points a sale is worth: {@code floor(base × pointsPerReal)}, whole points, never a fraction more than was
 * paid for. A changed rule is a new version; entries name the version that made them.
 *
 * @param minimumOrder BRL; a smaller base earns nothing
 * @param validFrom    inclusive, by the time the order was placed; null is open
 * @param validTo      exclusive; null is open
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
        boolean isDefault) {

    /** Which amount counts: what was paid for goods, or all that was paid. What was refunded counts in neither. */
    public enum Base { GOODS, TOTAL }

    /**
     * @param base   the amount in BRL that the points are for
     * @param reason why there are none, in pt-BR for the merchant; null where there are some
     */
    public record Score(long points, BigDecimal base, String reason) {
    }

    public Score score(Sale sale) {
        BigDecimal amount = base == Base.GOODS ? sale.amounts().goods() : sale.amounts().total();
        BigDecimal counted = amount.subtract(sale.amounts().refunded()).max(BigDecimal.ZERO).setScale(2, RoundingMode.HALF_UP);
        if (!isValidAt(sale.placedAt())) {
            return new Score(0, counted, "pedido fora do período de validade da regra \"" + name + "\"");
        }
        if (counted.compareTo(minimumOrder) < 0) {
            return new Score(0, counted, "valor abaixo do pedido mínimo de R$ " + minimumOrder.setScale(2, RoundingMode.HALF_UP));
        }
        long points = counted.multiply(pointsPerReal).setScale(0, RoundingMode.FLOOR).longValueExact();
        return new Score(points, counted, points > 0 ? null : "o valor do pedido não chega a um ponto");
    }

    private boolean isValidAt(OffsetDateTime placedAt) {
        if (placedAt == null) {
            return true;
        }
        Instant at = placedAt.toInstant();
        return (validFrom == null || !at.isBefore(validFrom)) && (validTo == null || at.isBefore(validTo));
    }
}
