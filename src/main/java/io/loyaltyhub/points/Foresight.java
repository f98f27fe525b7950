package io.loyaltyhub.points;

import io.loyaltyhub.points.Copies.Pair;
import io.loyaltyhub.points.SaleState.Facts;
import io.loyaltyhub.points.Verdict.Effect;
import io.loyaltyhub.sale.Sale;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Which sales would not count where they come from if they were posted now: copies of a shop's, and what a cut-over leaves to another source. */
@Component
public class Foresight {

    private static final Set<String> NOT_COUNTED = Set.of("duplicate", "held", "ignored");
    /** Whoever buys is taken for a participant: when they join is not for a look ahead to say. */
    private static final UUID SOMEBODY = new UUID(0, 0);
    private static final Facts UNHEARD = new Facts(Effect.NEITHER, 0, 0, null, null, null, true, null, null, null);

    private final LedgerTables tables;
    private final Copies copies;
    private final SalesPeriods periods;

    Foresight(LedgerTables tables, Copies copies, SalesPeriods periods) {
        this.tables = tables;
        this.copies = copies;
        this.periods = periods;
    }

    /** @param decision in the API's words: duplicate, held, ignored */
    public record NotCounted(String decision, String reason) {
    }

    /**
     * Those of one source's sales that would not count there, by order. Writes nothing and holds nothing.
     *
     * @param cutover from when on the source is to count, be it in force already or not; null: from the beginning
     * @param shops   the merchant's integrations that are shops
     */
    @Transactional(readOnly = true)
    public Map<String, NotCounted> of(Source source, Instant cutover, Collection<UUID> shops, Collection<Verdict> verdicts) {
        Map<String, Ruling> rulings = tables.rulings(source, verdicts.stream().map(verdict -> verdict.sale().id()).toList());
        Map<Long, SaleState> sales = new LinkedHashMap<>();
        Map<Long, Sale> reported = new LinkedHashMap<>();
        for (Verdict verdict : verdicts) {
            // None has an id before it is on record; no sale on record has one below zero.
            long id = -1 - sales.size();
            Sale sale = verdict.sale();
            reported.put(id, sale);
            sales.put(id, new SaleState(id, source.integrationId(), sale.id(), sale.number(), true, SOMEBODY, UNHEARD, 0, 0, null, "ignored", null,
                    rulings.get(sale.id()), null).heard(verdict));
        }
        List<Pair> pairs = source.kind().equals("erp") && !reported.isEmpty() ? copies.foreseen(source.merchantId(), shops, reported) : List.of();
        Map<Long, SaleState> all = new HashMap<>(sales);
        tables.statesUnheld(source.merchantId(), pairs.stream().map(Pair::original).distinct().toList()).forEach(original -> all.put(original.id(), original));
        Settlement settlement = new Settlement(all, pairs.stream().collect(Collectors.groupingBy(Pair::copy)),
                periods.of(source.merchantId()).once(source.integrationId(), cutover));
        Map<String, NotCounted> notCounted = new HashMap<>();
        for (SaleState sale : sales.values()) {
            SaleState settled = settlement.settle(sale, true, false, new ArrayList<>());
            if (sale.facts().effect() != Effect.NEITHER && NOT_COUNTED.contains(settled.decision())) {
                notCounted.put(sale.orderId(), new NotCounted(settled.decision(), settled.reason()));
            }
        }
        return notCounted;
    }
}
