package io.loyaltyhub.points;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which of a merchant's sources counts a sale, by the time it was placed: each from its own cut-over, inclusive, until the next
 * one of another source, exclusive. Sources without a cut-over count from the beginning; those with the same one, side by side.
 *
 * @param from     the cut-overs in force; an integration that has none is not among them
 * @param standing those of integrations that are not deleted: only they end another's period
 */
public record Periods(Map<UUID, Instant> from, Collection<Instant> standing) {

    static final Periods ALWAYS = new Periods(Map.of(), List.of());

    /** Why a sale of this source placed then does not count there, in pt-BR; null where it does. */
    public String objection(UUID integrationId, OffsetDateTime placedAt) {
        Instant begin = from.get(integrationId);
        if (begin != null && (placedAt == null || placedAt.toInstant().isBefore(begin))) {
            return "venda de antes de " + begin + ": conta pela integração anterior";
        }
        Instant end = standing.stream().filter(one -> begin == null || one.isAfter(begin)).min(Instant::compareTo).orElse(null);
        return end == null || placedAt == null || placedAt.toInstant().isBefore(end) ? null
                : "venda de " + end + " ou depois: conta pela integração que a sucede";
    }

    /** The same once a source counts from this cut-over on, which was not in force; null: from the beginning. */
    Periods once(UUID integrationId, Instant cutover) {
        Map<UUID, Instant> others = new HashMap<>(from);
        List<Instant> ends = new ArrayList<>(standing);
        ends.remove(others.remove(integrationId));
        if (cutover != null) {
            others.put(integrationId, cutover);
            ends.add(cutover);
        }
        return new Periods(others, ends);
    }

    boolean counts(SaleState sale) {
        return objection(sale.integrationId(), sale.facts().placedAt()) == null;
    }
}
