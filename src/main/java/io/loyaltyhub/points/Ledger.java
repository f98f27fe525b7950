package io.loyaltyhub.points;

import io.loyaltyhub.participant.Participants;
import io.loyaltyhub.points.Copies.Pair;
import io.loyaltyhub.sale.Sale;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The only way points come into being or go. Points are a liability of the merchant: the entries are the truth, sales
 * and balances only cache what they add up to.
 *
 * <p>Invariants, whoever posts whatever how often and in whatever order:
 * <ol>
 *   <li>a balance is the sum of its entries, and a sale's points are the sum of its entries;
 *   <li>a sale earns once a round; a new round begins only after the last one was reversed in full;
 *   <li>a reversal takes back exactly what the entry it corrects gave, not what today's rule would give; what had expired
 *       of it by then is given back, because it was taken already;
 *   <li>what counts is the newest version of an order that earns or reverses, by the platform's clock; an older one
 *       that arrives later changes nothing;
 *   <li>an order edited while it earns is reversed and earns again only if the amount it was paid for changed, or what the
 *       same rule gives for it: a changed rule alone never touches what was earned;
 *   <li>of a sale that two sources report one copy is paid, whichever was read first;
 *   <li>whatever moves points is told of once, in the transaction that moves them.
 * </ol>
 */
@Component
public class Ledger {

    private static final int AT_ONCE = 500;

    private final LedgerTables tables;
    private final Copies copies;
    private final WaitingSales waiting;
    private final SalesPeriods periods;
    private final Participants participants;
    private final List<AfterPosting> after;
    private final Clock clock;

    public Ledger(LedgerTables tables, Copies copies, WaitingSales waiting, SalesPeriods periods, Participants participants, List<AfterPosting> after,
                  Clock clock) {
        this.tables = tables;
        this.copies = copies;
        this.waiting = waiting;
        this.periods = periods;
        this.participants = participants;
        this.after = after;
        this.clock = clock;
    }

    /**
     * Posts sales of one source: a fixed number of set-based statements, within the caller's transaction, which also holds
     * whatever must be true together with them. Sales of the same buyers that waited for them, and copies of these sales in
     * another source, are settled with them.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<Posted> post(Source source, Collection<Verdict> verdicts) {
        if (source.shared() && !verdicts.isEmpty()) {
            tables.oneAtATime(source.merchantId());
        }
        // One order may stand in a page more than once. Its newest version that earns or reverses decides; where a still
        // newer one does neither, that one follows as if it had come in a page of its own.
        Collection<Verdict> all = withoutBuyersForgotten(source, verdicts);
        Map<String, Verdict> byOrder = newestOfEach(all);
        Map<String, Verdict> later = new LinkedHashMap<>();
        newestOfEach(all.stream().filter(verdict -> verdict.effect() != Verdict.Effect.NEITHER).toList()).forEach((order, deciding) -> {
            Verdict newest = byOrder.put(order, deciding);
            if (newest != deciding) {
                later.put(order, newest);
            }
        });
        Settled settled = postOneOfEach(source, byOrder);
        List<Posted> posted = new ArrayList<>(settled.heard());
        posted.addAll(settled.others());
        posted.addAll(postOneOfEach(source, later).others());
        tell(source.merchantId(), posted);
        return settled.heard();
    }

    /**
     * Orders whose buyers asked to be forgotten while they were on record name nobody any more, whatever the platform goes on
     * sending, nor does what another source says of the same sale: nobody is registered for them, and what they pay or take back
     * stays with whom they were.
     */
    private Collection<Verdict> withoutBuyersForgotten(Source source, Collection<Verdict> verdicts) {
        Set<String> forgotten = new HashSet<>(tables.ordersOfForgottenBuyers(source, verdicts.stream().map(verdict -> verdict.sale().id()).toList()));
        if (source.shared()) {
            forgotten.addAll(copies.ofForgottenBuyers(source, verdicts.stream().map(Verdict::sale).toList()));
        }
        return forgotten.isEmpty() ? verdicts
                : verdicts.stream().map(verdict -> forgotten.contains(verdict.sale().id()) ? verdict.withoutBuyer() : verdict).toList();
    }

    private Settled postOneOfEach(Source source, Map<String, Verdict> byOrder) {
        if (byOrder.isEmpty()) {
            return new Settled(List.of(), List.of());
        }
        UUID merchant = source.merchantId();
        Map<Sale.Customer, Boolean> toPay = buyersToPay(byOrder.values());
        Map<String, UUID> buyers = participants.of(merchant, source.name(), toPay);
        Map<Long, UUID> claimed = claimants(merchant, source.name(), toPay.keySet());
        if (!claimed.isEmpty()) {
            // Whoever waited may have shown that two of them are one.
            buyers = participants.of(merchant, source.name(), toPay);
        }
        Batch batch = new Batch(merchant, source.name(), source.shared());
        Map<Long, Sale> deciding = new LinkedHashMap<>();
        for (SaleState state : tables.upsertSales(source, List.copyOf(byOrder.values()), buyers, clock.instant())) {
            Verdict verdict = byOrder.get(state.orderId());
            batch.hear(state, verdict);
            if (state.isDecidedBy(verdict)) {
                deciding.put(state.id(), verdict.sale());
            }
        }
        batch.claim(claimed);
        if (source.shared()) {
            copies.trace(source, deciding);
            batch.lookForCopies();
        }
        Map<Long, Verdict> verdicts = new LinkedHashMap<>();
        batch.heard.values().stream().filter(sale -> sale.integrationId().equals(source.integrationId()) && byOrder.containsKey(sale.orderId()))
                .forEach(sale -> verdicts.put(sale.id(), byOrder.get(sale.orderId())));
        return batch.settle(verdicts);
    }

    /**
     * Pays what waits for one of these people: to be called, in the same transaction, wherever somebody becomes a participant,
     * or is known by a document or an e-mail that was not known before.
     */
    @Transactional
    public void claim(UUID merchantId, String by, Collection<Sale.Customer> people) {
        Map<Long, UUID> claimed = claimants(merchantId, by, people);
        if (!claimed.isEmpty()) {
            Batch batch = new Batch(merchantId, by, true);
            batch.claim(claimed);
            batch.lookForCopies();
            tell(merchantId, batch.settle(Map.of()).others());
        }
    }

    private void tell(UUID merchantId, List<Posted> posted) {
        if (!posted.isEmpty()) {
            after.forEach(one -> one.posted(merchantId, posted));
        }
    }

    /** Whose the waiting sales of these people are, as far as that is a participant. */
    private Map<Long, UUID> claimants(UUID merchantId, String by, Collection<Sale.Customer> people) {
        Map<Long, Sale.Customer> sales = waiting.of(merchantId, people);
        if (sales.isEmpty()) {
            return Map.of();
        }
        tables.oneAtATime(merchantId);
        Map<String, UUID> known = participants.of(merchantId, by, sales.values().stream().distinct().collect(Collectors.toMap(one -> one, one -> false)));
        Map<Long, UUID> claimed = new HashMap<>();
        sales.forEach((sale, customer) -> {
            if (known.containsKey(Participants.identity(customer))) {
                claimed.put(sale, known.get(Participants.identity(customer)));
            }
        });
        return claimed;
    }

    /** What came of a ruling. */
    public enum Ruled { DONE, NOT_HELD, UNKNOWN }

    /** The merchant's word on a sale that is held; as long as what held it does, it may be changed. */
    @Transactional
    public Ruled rule(UUID merchantId, long saleId, Ruling ruling, String by) {
        tables.oneAtATime(merchantId);
        List<SaleState> found = tables.states(merchantId, List.of(saleId));
        if (found.isEmpty()) {
            return Ruled.UNKNOWN;
        }
        SaleState sale = found.get(0);
        if (!sale.decision().equals("held") && sale.ruling() == null) {
            return Ruled.NOT_HELD;
        }
        Batch batch = new Batch(merchantId, by, true);
        batch.take(sale, sale.ruled(ruling));
        batch.lookForCopies();
        tell(merchantId, batch.settle(Map.of()).others());
        return Ruled.DONE;
    }

    /** After a cut-over was set or moved: settles again whatever was placed since then. */
    @Transactional
    public void settleAgain(UUID merchantId, Instant placedSince, String by) {
        tables.oneAtATime(merchantId);
        List<Long> sales = tables.placedSince(merchantId, placedSince);
        for (int from = 0; from < sales.size(); from += AT_ONCE) {
            Batch batch = new Batch(merchantId, by, true);
            tables.states(merchantId, sales.subList(from, Math.min(sales.size(), from + AT_ONCE))).forEach(sale -> batch.take(sale, sale));
            batch.lookForCopies();
            tell(merchantId, batch.settle(Map.of()).others());
        }
    }

    /** @param balance what the entry led to */
    public record Adjusted(long entryId, long balance, Instant at) {
    }

    /** A correction by hand: gives points or, negative, takes them, and says why and by whom. */
    @Transactional
    public Adjusted adjust(UUID merchantId, UUID participantId, long points, String reason, String by) {
        Instant now = clock.instant();
        long entry = tables.insertAdjustment(merchantId, participantId, points, reason, by, now);
        long balance = tables.addToBalances(merchantId, List.of(new LedgerTables.Inserted(participantId, null, points))).get(participantId);
        return new Adjusted(entry, balance, now);
    }

    /** Of versions of one instant, the one that comes last. */
    private static Map<String, Verdict> newestOfEach(Collection<Verdict> verdicts) {
        Map<String, Verdict> newest = new LinkedHashMap<>();
        for (Verdict verdict : verdicts) {
            newest.merge(verdict.sale().id(), verdict,
                    (one, other) -> SaleState.isOlder(other.sale().updatedAt(), one.sale().updatedAt()) ? one : other);
        }
        return newest;
    }

    private static Map<Sale.Customer, Boolean> buyersToPay(Collection<Verdict> verdicts) {
        Map<Sale.Customer, Boolean> buyers = new LinkedHashMap<>();
        for (Verdict verdict : verdicts) {
            if (verdict.effect() == Verdict.Effect.EARNS) {
                buyers.merge(verdict.sale().customer(), verdict.registerBuyer(), Boolean::logicalOr);
            }
        }
        return buyers;
    }

    /**
     * @param heard  what became of the sales that were posted
     * @param others what else became something else by it: sales that waited, copies, what is held no more
     */
    private record Settled(List<Posted> heard, List<Posted> others) {
    }

    /** What is settled together: each sale as it was and as it is heard of now, and what those may be copies of. */
    private final class Batch {

        private final UUID merchant;
        private final String by;
        private final Map<Long, SaleState> before = new LinkedHashMap<>();
        private final Map<Long, SaleState> heard = new LinkedHashMap<>();
        private final Set<Long> news = new HashSet<>();
        private final Map<Long, SaleState> originals = new HashMap<>();
        private final Map<Long, List<Pair>> pairs = new HashMap<>();
        private final Periods counting;

        Batch(UUID merchant, String by, boolean shared) {
            this.merchant = merchant;
            this.by = by;
            this.counting = shared ? periods.of(merchant) : Periods.ALWAYS;
        }

        void take(SaleState was, SaleState is) {
            before.put(was.id(), was);
            heard.put(is.id(), is);
        }

        void hear(SaleState state, Verdict verdict) {
            take(state, state.heard(verdict));
            if (state.isDecidedBy(verdict)) {
                news.add(state.id());
            }
        }

        void claim(Map<Long, UUID> claimed) {
            tables.states(merchant, claimed.keySet().stream().filter(id -> !heard.containsKey(id)).toList()).forEach(sale -> take(sale, sale));
            claimed.forEach((sale, buyer) -> heard.computeIfPresent(sale, (id, state) -> state.of(buyer)));
        }

        /** Takes in the copies of these sales, and all that one of them may be a copy of. */
        void lookForCopies() {
            Set<Long> unknown = new HashSet<>();
            Set<Long> found = new HashSet<>();
            for (Pair pair : copies.pairs(merchant, heard.keySet())) {
                found.add(pair.copy());
                if (pair.original() != null) {
                    pairs.computeIfAbsent(pair.copy(), copy -> new ArrayList<>()).add(pair);
                    unknown.add(pair.original());
                }
            }
            unknown.addAll(found);
            unknown.removeAll(heard.keySet());
            for (SaleState sale : tables.states(merchant, unknown)) {
                if (found.contains(sale.id())) {
                    take(sale, sale);
                } else {
                    originals.put(sale.id(), sale);
                }
            }
        }

        /** @param verdicts of the sales that were posted */
        Settled settle(Map<Long, Verdict> verdicts) {
            Map<Long, SaleState> all = new HashMap<>(originals);
            all.putAll(heard);
            Settlement settlement = new Settlement(all, pairs, counting);
            Set<Long> firstPurchases = firstPurchases(settlement);
            List<Move> moves = new ArrayList<>();
            Map<Long, SaleState> after = new LinkedHashMap<>();
            heard.forEach((id, sale) -> after.put(id, settlement.settle(sale, news.contains(id), firstPurchases.contains(id), moves)));
            List<LedgerTables.Inserted> inserted = tables.insertEntries(merchant, moves, by, clock.instant());
            Map<UUID, Long> balances = new HashMap<>(tables.addToBalances(merchant, inserted));
            balances.putAll(tables.addToBalances(merchant, tables.giveBackExpired(merchant, moves, by, clock.instant())));
            Map<Long, Long> moved = new HashMap<>();
            inserted.forEach(entry -> moved.merge(entry.saleId(), entry.points(), Long::sum));
            after.replaceAll((id, sale) -> sayIfBelowZero(sale, moved.get(id), balances));
            tables.updateSales(merchant, after.values());
            keepWaiting(after);
            List<Posted> posted = new ArrayList<>(verdicts.size());
            verdicts.forEach((id, verdict) -> posted.add(report(verdict.sale(), before.get(id), after.get(id), moved.get(id), balances)));
            return new Settled(posted, others(verdicts.keySet(), after, moved, balances));
        }

        private List<Posted> others(Set<Long> posted, Map<Long, SaleState> after, Map<Long, Long> moved, Map<UUID, Long> balances) {
            List<SaleState> changed = after.values().stream().filter(sale -> !posted.contains(sale.id()))
                    .filter(sale -> moved.containsKey(sale.id()) || !before.get(sale.id()).decision().equals(sale.decision())).toList();
            Map<Long, Sale> sales = tables.sales(merchant, changed.stream().map(SaleState::id).toList());
            return changed.stream().map(sale -> report(sales.get(sale.id()), before.get(sale.id()), sale, moved.get(sale.id()), balances)).toList();
        }

        private Set<Long> firstPurchases(Settlement settlement) {
            List<SaleState> earning = heard.values().stream().filter(settlement::wouldEarn)
                    .filter(sale -> sale.facts().worth() > 0 || sale.facts().worthFirst() > 0).toList();
            List<SaleState> candidates = earning.stream()
                    .filter(sale -> sale.facts().worth() != sale.facts().worthFirst())
                    .filter(sale -> earning.stream().noneMatch(other -> other.participantId().equals(sale.participantId()) && isBefore(other, sale)))
                    .toList();
            return candidates.isEmpty() ? Set.of() : tables.firstPurchases(merchant, candidates, heard.keySet());
        }

        private void keepWaiting(Map<Long, SaleState> after) {
            List<Long> waits = new ArrayList<>();
            List<Long> waitsNoMore = new ArrayList<>();
            after.forEach((id, sale) -> {
                if (sale.lacksBuyer()) {
                    waits.add(id);
                } else if (before.get(id).lacksBuyer()) {
                    waitsNoMore.add(id);
                }
            });
            waiting.keep(merchant, waits);
            waiting.release(merchant, waitsNoMore);
        }
    }

    private static boolean isBefore(SaleState one, SaleState other) {
        int placed = one.facts().placedAt() == null || other.facts().placedAt() == null ? 0
                : one.facts().placedAt().toInstant().compareTo(other.facts().placedAt().toInstant());
        return placed < 0 || placed == 0 && one.id() < other.id();
    }

    private static SaleState sayIfBelowZero(SaleState sale, Long moved, Map<UUID, Long> balances) {
        Long balance = moved == null ? null : balances.get(sale.participantId());
        return balance == null || balance >= 0 || moved >= 0 ? sale
                : sale.with(sale.decision(), "o estorno deixou o saldo do participante negativo (" + balance + ")", sale.linkedSaleId());
    }

    private static Posted report(Sale sale, SaleState was, SaleState is, Long moved, Map<UUID, Long> balances) {
        boolean isNews = moved != null || was.isNew() || !was.decision().equals(is.decision());
        return moved == null ? new Posted(is.integrationId(), sale, is.decision(), isNews, 0, null, is.reason())
                : new Posted(is.integrationId(), sale, is.decision(), isNews, moved, balances.get(is.participantId()), is.reason());
    }
}
