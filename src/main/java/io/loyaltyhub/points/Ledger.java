package io.loyaltyhub.points;

import io.loyaltyhub.participant.Participants;
import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
 *   <li>an order edited while it earns is reversed and earns again only if the amount it was paid for changed: a
 *       changed rule alone never touches what was earned.
 * </ol>
 */
@Component
public class Ledger {

    private final LedgerTables tables;
    private final Participants participants;
    private final Clock clock;

    public Ledger(LedgerTables tables, Participants participants, Clock clock) {
        this.tables = tables;
        this.participants = participants;
        this.clock = clock;
    }

    /**
     * Posts sales of one integration: a fixed number of set-based statements, within the caller's transaction, which
     * also holds whatever must be true together with them.
     *
     * @param source who posts, for the entries and for participants registered on the way
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<Posted> post(UUID merchantId, UUID integrationId, String source, Collection<Verdict> verdicts) {
        // One order may stand in a page more than once. Its newest version that earns or reverses decides; where a still
        // newer one does neither, that one follows as if it had come in a page of its own.
        Map<String, Verdict> byOrder = newestOfEach(verdicts);
        Map<String, Verdict> later = new LinkedHashMap<>();
        newestOfEach(verdicts.stream().filter(verdict -> verdict.effect() != Verdict.Effect.NEITHER).toList()).forEach((order, deciding) -> {
            Verdict newest = byOrder.put(order, deciding);
            if (newest != deciding) {
                later.put(order, newest);
            }
        });
        List<Posted> posted = postOneOfEach(merchantId, integrationId, source, byOrder);
        postOneOfEach(merchantId, integrationId, source, later);
        return posted;
    }

    private List<Posted> postOneOfEach(UUID merchantId, UUID integrationId, String source, Map<String, Verdict> byOrder) {
        if (byOrder.isEmpty()) {
            return List.of();
        }
        Instant now = clock.instant();
        Map<String, UUID> buyers = participants.of(merchantId, source, buyersToPay(byOrder.values()));
        Map<String, SaleState> states = new LinkedHashMap<>();
        for (SaleState state : tables.upsertSales(merchantId, integrationId, List.copyOf(byOrder.values()), buyers, now)) {
            states.put(state.orderId(), state);
        }
        List<Move> moves = new ArrayList<>();
        Map<String, SaleState> after = new LinkedHashMap<>();
        for (SaleState state : states.values()) {
            Verdict verdict = byOrder.get(state.orderId());
            after.put(state.orderId(), decide(state, verdict, moves));
        }
        List<LedgerTables.Inserted> inserted = tables.insertEntries(merchantId, integrationId, moves, source, now);
        Map<UUID, Long> balances = new HashMap<>(tables.addToBalances(merchantId, inserted));
        balances.putAll(tables.addToBalances(merchantId, tables.giveBackExpired(merchantId, integrationId, moves, source, now)));
        List<Posted> posted = report(byOrder, states, after, inserted, balances);
        tables.updateSales(merchantId, after.values(), posted);
        return posted;
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
            newest.merge(verdict.sale().id(), verdict, (one, other) -> isOlder(other.sale().updatedAt(), one.sale().updatedAt()) ? one : other);
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

    /** Adds the entries that lead from where the sale stands to where the verdict wants it; says where it stands then. */
    private static SaleState decide(SaleState state, Verdict verdict, List<Move> moves) {
        OffsetDateTime at = verdict.sale().updatedAt();
        if (verdict.effect() == Verdict.Effect.NEITHER || isOlder(at, state.decidedAt())) {
            return state.isNew() ? state.with("ignored", verdict.reason()) : state;
        }
        if (verdict.effect() == Verdict.Effect.REVERSES) {
            boolean takesBack = state.points() > 0;
            if (takesBack) {
                moves.add(Move.reversal(state, "Estorno do pedido " + number(verdict)));
            }
            return state.decided(at).paid(0, state.round(), null)
                    .with("reversed", takesBack || state.round() > 0 ? null : "pedido cancelado antes de pontuar");
        }
        if (state.participantId() == null) {
            boolean known = Participants.identity(verdict.sale().customer()) != null;
            return state.decided(null).with("unregistered",
                    known ? "o comprador ainda não participa do programa" : "o pedido não traz CPF/CNPJ nem e-mail do comprador");
        }
        SaleState decided = state.decided(at);
        if (state.points() > 0) {
            if (state.paidBase() != null && state.paidBase().compareTo(verdict.base()) == 0) {
                return decided.with("awarded", null);
            }
            moves.add(Move.reversal(state, "Correção do pedido " + number(verdict) + ": valor alterado"));
        }
        if (verdict.points() == 0) {
            return decided.paid(0, state.round(), null).with("awarded", verdict.reason());
        }
        SaleState paid = decided.paid(verdict.points(), state.round() + 1, verdict.base()).with("awarded", null);
        moves.add(Move.earn(paid, verdict, "Compra: pedido " + number(verdict)));
        return paid;
    }

    private static List<Posted> report(Map<String, Verdict> byOrder, Map<String, SaleState> before, Map<String, SaleState> after,
                                       List<LedgerTables.Inserted> inserted, Map<UUID, Long> balances) {
        Map<String, Long> moved = new HashMap<>();
        inserted.forEach(entry -> moved.merge(entry.orderId(), entry.points(), Long::sum));
        List<Posted> posted = new ArrayList<>(after.size());
        for (SaleState state : after.values()) {
            Long points = moved.get(state.orderId());
            Long balance = points == null ? null : balances.get(state.participantId());
            String reason = state.reason();
            if (balance != null && balance < 0 && points < 0) {
                reason = "o estorno deixou o saldo do participante negativo (" + balance + ")";
            }
            SaleState was = before.get(state.orderId());
            boolean isNews = points != null || was.isNew() || !was.decision().equals(state.decision());
            posted.add(new Posted(byOrder.get(state.orderId()).sale(), state.decision(), isNews, points == null ? 0 : points, balance, reason));
        }
        return posted;
    }

    private static boolean isOlder(OffsetDateTime one, OffsetDateTime other) {
        return one != null && other != null && one.isBefore(other);
    }

    private static String number(Verdict verdict) {
        return verdict.sale().number();
    }

    /**
     * Where a sale stands: what it has paid, for which amount, in which round, and by which of its versions.
     *
     * @param isNew     whether this posting is the first to see it
     * @param decidedAt when the newest version that earned or reversed was changed, by the platform's clock
     */
    record SaleState(long id, String orderId, UUID participantId, boolean isNew, long points, int round, BigDecimal paidBase,
                     OffsetDateTime decidedAt, String decision, String reason) {

        SaleState with(String newDecision, String newReason) {
            return new SaleState(id, orderId, participantId, isNew, points, round, paidBase, decidedAt, newDecision, newReason);
        }

        SaleState decided(OffsetDateTime at) {
            return new SaleState(id, orderId, participantId, isNew, points, round, paidBase, at == null ? decidedAt : at, decision, reason);
        }

        SaleState paid(long newPoints, int newRound, BigDecimal newBase) {
            return new SaleState(id, orderId, participantId, isNew, newPoints, newRound, newBase, decidedAt, decision, reason);
        }
    }

    /** An entry to be made. */
    record Move(String kind, SaleState sale, int round, long points, UUID ruleId, Integer ruleVersion, String description) {

        static Move earn(SaleState paid, Verdict verdict, String description) {
            return new Move("earn", paid, paid.round(), paid.points(), verdict.ruleId(), verdict.ruleVersion(), description);
        }

        static Move reversal(SaleState before, String description) {
            return new Move("reversal", before, before.round(), -before.points(), null, null, description);
        }
    }
}
