package io.loyaltyhub.points;

import io.loyaltyhub.points.Copies.Pair;
import io.loyaltyhub.points.Verdict.Effect;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What sales are to have paid, by what they say, by whether they are copies of one another, and by the merchant's ruling. It
 * follows from these alone: in whatever order they became known, the same is paid in the end.
 *
 * <p>Of a sale that a shop and an ERP report, the shop's copy counts once it has a word on it: once it is paid there and its
 * buyer is known, or cancelled. Until then the ERP's does.
 */
final class Settlement {

    private final Map<Long, SaleState> sales;
    private final Map<Long, List<Pair>> pairs;
    private final Periods periods;
    private final Map<Long, Outcome> outcomes = new HashMap<>();

    /**
     * @param sales what is to be settled, and whatever that is a copy of
     * @param pairs by copy
     */
    Settlement(Map<Long, SaleState> sales, Map<Long, List<Pair>> pairs, Periods periods) {
        this.sales = sales;
        this.pairs = pairs;
        this.periods = periods;
    }

    /**
     * @param pays       whether it earns what it is worth
     * @param takingBack in pt-BR, why what it has paid is taken back where it no longer pays
     */
    private record Outcome(boolean pays, String decision, String reason, Long linkedSaleId, String takingBack) {
    }

    /** Whether the sale would earn just now; then how much may depend on what else its buyer bought. */
    boolean wouldEarn(SaleState sale) {
        return sale.facts().effect() == Effect.EARNS && outcome(sale).pays();
    }

    /**
     * Adds the entries that lead from where the sale stands to where it should; says where it stands then.
     *
     * @param wasHeard      whether the sale itself says something new
     * @param firstPurchase whether its buyer bought nothing before it
     */
    SaleState settle(SaleState sale, boolean wasHeard, boolean firstPurchase, List<Move> moves) {
        if (sale.facts().effect() == Effect.NEITHER) {
            return sale;
        }
        Outcome outcome = outcome(sale);
        boolean staysAsItIs = !wasHeard && outcome.decision().equals(sale.decision()) && Objects.equals(outcome.linkedSaleId(), sale.linkedSaleId());
        if (outcome.pays()) {
            return sale.isPaidAsItShould() ? staysAsItIs ? sale : sale.with("awarded", null, outcome.linkedSaleId())
                    : pay(sale, firstPurchase, outcome, moves);
        }
        if (sale.points() > 0) {
            moves.add(Move.reversal(sale, outcome.takingBack()));
        } else if (staysAsItIs) {
            return sale;
        }
        return sale.paid(0, sale.round(), null).with(outcome.decision(), outcome.reason(), outcome.linkedSaleId());
    }

    private static SaleState pay(SaleState sale, boolean firstPurchase, Outcome outcome, List<Move> moves) {
        if (sale.points() > 0) {
            moves.add(Move.reversal(sale, "Correção do pedido " + sale.number() + ": valor alterado"));
        }
        long worth = firstPurchase ? sale.facts().worthFirst() : sale.facts().worth();
        if (worth == 0) {
            String reason = sale.facts().reason() == null ? "o pedido não vale pontos pela regra" : sale.facts().reason();
            return sale.paid(0, sale.round(), null).with("awarded", reason, outcome.linkedSaleId());
        }
        SaleState paid = sale.paid(worth, sale.round() + 1, sale.facts().base()).with("awarded", null, outcome.linkedSaleId());
        moves.add(Move.earn(paid, "Compra: pedido " + sale.number()));
        return paid;
    }

    private Outcome outcome(SaleState sale) {
        return outcomes.computeIfAbsent(sale.id(), id -> decide(sale));
    }

    private Outcome decide(SaleState sale) {
        boolean reverses = sale.facts().effect() == Effect.REVERSES;
        Pair pair = pairOf(sale);
        SaleState original = pair == null ? null : sales.get(pair.original());
        Long link = original == null ? null : original.id();
        boolean originalCounts = original != null && hasWord(original);
        if (originalCounts && pair.isCertain()) {
            return same(sale, original, reverses ? "cópia cancelada; vale o pedido " + original.number() + " da loja"
                    : "é a mesma venda que o pedido " + original.number() + " da loja");
        }
        // The shop's clock is the finer one: an ERP may know no more than the day.
        boolean datedByOriginal = original != null && pair.isNumbered() && original.facts().placedAt() != null;
        String objection = periods.objection(sale.integrationId(), (datedByOriginal ? original : sale).facts().placedAt());
        if (objection != null) {
            return new Outcome(false, "ignored", objection, link, "Pedido " + sale.number() + ": " + objection);
        }
        if (reverses) {
            String reason = sale.points() > 0 || sale.round() > 0 ? null : "pedido cancelado antes de pontuar";
            return new Outcome(false, "reversed", reason, link, "Estorno do pedido " + sale.number());
        }
        if (originalCounts && sale.ruling() == Ruling.DISCARDED) {
            return same(sale, original, "descartada: é a mesma venda que o pedido " + original.number() + " da loja");
        }
        if (originalCounts && sale.ruling() == null) {
            return new Outcome(false, "held", "parece a mesma venda que o pedido " + original.number() + " da loja: libere ou descarte", link,
                    "Pedido " + sale.number() + " retido: parece o pedido " + original.number() + " da loja");
        }
        if (sale.participantId() == null) {
            return new Outcome(false, "unregistered", sale.facts().namesBuyer() ? "o comprador ainda não participa do programa"
                    : "o pedido não traz CPF/CNPJ nem e-mail do comprador", link, null);
        }
        return new Outcome(true, "awarded", null, link, null);
    }

    private static Outcome same(SaleState copy, SaleState original, String reason) {
        return new Outcome(false, "duplicate", reason, original.id(),
                "Pedido " + copy.number() + ": é a mesma venda que o pedido " + original.number() + " da loja");
    }

    /** Whether this, a shop's, says what becomes of the sale. */
    private boolean hasWord(SaleState original) {
        Effect effect = original.facts().effect();
        return (effect == Effect.REVERSES || effect == Effect.EARNS && original.participantId() != null) && periods.counts(original);
    }

    /** What the sale is a copy of, or may be; null where of nothing. Ties are broken by what does not depend on who came first. */
    private Pair pairOf(SaleState copy) {
        Comparator<Pair> likeliest = Comparator.comparingInt(Pair::doubt)
                .thenComparing(pair -> sales.get(pair.original()).orderId())
                .thenComparing(pair -> sales.get(pair.original()).integrationId());
        List<Pair> all = pairs.getOrDefault(copy.id(), List.of());
        Optional<Pair> numbered = all.stream().filter(Pair::isNumbered).min(likeliest);
        return numbered.or(() -> all.stream().filter(pair -> hasWord(sales.get(pair.original()))).min(likeliest)).orElse(null);
    }
}
