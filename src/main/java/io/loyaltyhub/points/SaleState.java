package io.loyaltyhub.points;

import io.loyaltyhub.participant.Participants;
import io.loyaltyhub.points.Verdict.Effect;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;

/**
 * Where a sale stands: what the order says of itself, and what it has paid, for which amount, in which round.
 *
 * @param isNew    whether this posting is the first to see it
 * @param points   what it has paid, net
 * @param paidBase the amount those points are for; null where there are none
 */
record SaleState(long id, UUID integrationId, String orderId, String number, boolean isNew, UUID participantId, Facts facts,
                 long points, int round, BigDecimal paidBase, String decision, String reason, Ruling ruling, Long linkedSaleId) {

    /**
     * The word of the order's newest version that earns or reverses, by the platform's clock.
     *
     * @param effect     {@code NEITHER} while no version did either
     * @param worthFirst the points if it is its buyer's first purchase
     * @param namesBuyer whether it tells who bought
     * @param reason     why it is worth nothing, where that was heard just now
     * @param decidedAt  when that version was changed
     */
    record Facts(Effect effect, long worth, long worthFirst, BigDecimal base, UUID ruleId, Integer ruleVersion, boolean namesBuyer, String reason,
                 OffsetDateTime decidedAt, OffsetDateTime placedAt) {

        /**
         * @param paid whether points stand for the facts as they were: then a changed rule alone leaves their worth as it is
         */
        private Facts after(Verdict verdict, boolean paid) {
            OffsetDateTime at = verdict.sale().updatedAt() == null ? decidedAt : verdict.sale().updatedAt();
            boolean names = Participants.identity(verdict.sale().customer()) != null;
            boolean otherRule = !Objects.equals(ruleId, verdict.ruleId()) || !Objects.equals(ruleVersion, verdict.ruleVersion());
            if (paid && otherRule && effect == Effect.EARNS && verdict.effect() == Effect.EARNS && base != null && base.compareTo(verdict.base()) == 0) {
                return new Facts(effect, worth, worthFirst, base, ruleId, ruleVersion, names, null, at, verdict.sale().placedAt());
            }
            return new Facts(verdict.effect(), verdict.points(), verdict.pointsIfFirst(), verdict.base(), verdict.ruleId(), verdict.ruleVersion(),
                    names, verdict.reason(), at, verdict.sale().placedAt());
        }
    }

    /** Whether the verdict is on a version that counts: one that earns or reverses, and is not older than the last such. */
    boolean isDecidedBy(Verdict verdict) {
        return verdict.effect() != Effect.NEITHER && !isOlder(verdict.sale().updatedAt(), facts.decidedAt());
    }

    SaleState heard(Verdict verdict) {
        Facts heard = isDecidedBy(verdict) ? facts.after(verdict, points > 0) : facts;
        // Of what was never decided the reason is the status that it has now.
        String why = verdict.effect() == Effect.NEITHER && heard.effect() == Effect.NEITHER ? verdict.reason() : reason;
        return new SaleState(id, integrationId, orderId, verdict.sale().number(), isNew, participantId, heard, points, round, paidBase, decision, why,
                ruling, linkedSaleId);
    }

    SaleState of(UUID buyer) {
        return new SaleState(id, integrationId, orderId, number, isNew, participantId == null ? buyer : participantId, facts, points, round, paidBase,
                decision, reason, ruling, linkedSaleId);
    }

    SaleState ruled(Ruling newRuling) {
        return new SaleState(id, integrationId, orderId, number, isNew, participantId, facts, points, round, paidBase, decision, reason, newRuling,
                linkedSaleId);
    }

    SaleState with(String newDecision, String newReason, Long newLink) {
        return new SaleState(id, integrationId, orderId, number, isNew, participantId, facts, points, round, paidBase, newDecision, newReason, ruling, newLink);
    }

    SaleState paid(long newPoints, int newRound, BigDecimal newBase) {
        return new SaleState(id, integrationId, orderId, number, isNew, participantId, facts, newPoints, newRound, newBase, decision, reason, ruling,
                linkedSaleId);
    }

    /** Whether it has paid what the facts are worth, as a first purchase or as any other. */
    boolean isPaidAsItShould() {
        return points > 0 && paidBase != null && facts.base() != null && paidBase.compareTo(facts.base()) == 0
                && (points == facts.worth() || points == facts.worthFirst());
    }

    /** Whether it would earn if only somebody was there to be paid; a copy too, as it may be the one that counts some day. */
    boolean lacksBuyer() {
        return facts.effect() == Effect.EARNS && participantId == null;
    }

    static boolean isOlder(OffsetDateTime one, OffsetDateTime other) {
        return one != null && other != null && one.isBefore(other);
    }
}
