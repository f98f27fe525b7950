package io.loyaltyhub.points;

import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.util.UUID;

/**
 * What is to become of one sale: the sale as it stands now, what its status says, and the points it is worth.
 *
 * @param version       the fingerprint of the reading that led here
 * @param points        what the sale is worth now; 0 unless it earns
 * @param pointsIfFirst what it is worth if it is its buyer's first purchase
 * @param base          the amount those points are for, BRL
 * @param registerBuyer whether an unknown buyer becomes a participant
 * @param reason        in pt-BR, why it earns nothing; else null
 */
public record Verdict(
        Sale sale,
        String version,
        Effect effect,
        long points,
        long pointsIfFirst,
        BigDecimal base,
        UUID ruleId,
        Integer ruleVersion,
        boolean registerBuyer,
        String reason) {

    /** What a status does: pays, takes back what was paid, or neither. */
    public enum Effect { EARNS, REVERSES, NEITHER }

    public static Verdict neither(Sale sale, String version, String reason) {
        return new Verdict(sale, version, Effect.NEITHER, 0, 0, null, null, null, false, reason);
    }

    public static Verdict reverses(Sale sale, String version) {
        return new Verdict(sale, version, Effect.REVERSES, 0, 0, null, null, null, false, null);
    }

    public static Verdict earns(Sale sale, String version, PointsRule rule, boolean registerBuyer) {
        PointsRule.Score score = rule.score(sale);
        return new Verdict(sale, version, Effect.EARNS, score.points(), score.pointsIfFirst(), score.base(), rule.id(), rule.version(), registerBuyer,
                score.reason());
    }

    /** The same, of a sale that names nobody. */
    Verdict withoutBuyer() {
        return new Verdict(sale.withoutCustomer(), version, effect, points, pointsIfFirst, base, ruleId, ruleVersion, false, reason);
    }
}
