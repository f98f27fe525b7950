package io.loyaltyhub.coupon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A coupon that is owed to a member, in the hands of this node until its lease ends: what the steps of a coupon's route read.
 *
 * @param value      in reais
 * @param endsOn     the last day on which it can be used
 * @param asked      whether the shop may have it already
 * @param couponId   the shop's own id; null until it is known to have it
 * @param customerId the member's id at that shop; null where they never bought there
 * @param fencing    that of the claim: who lost it writes nothing
 */
public record CouponOrder(UUID merchantId, UUID id, UUID integrationId, String code, BigDecimal value, LocalDate startsOn, LocalDate endsOn, boolean asked,
                          String couponId, String customerId, boolean fromPool, int attempts, Instant createdAt, long fencing) {

    /** Whether the shop is known to have it. */
    public boolean made() {
        return couponId != null;
    }

    CouponOrder askedNow() {
        return with(true, couponId);
    }

    CouponOrder madeAs(String newCouponId) {
        return with(true, newCouponId);
    }

    /** The shop is known not to have it. */
    CouponOrder unmade() {
        return with(false, null);
    }

    private CouponOrder with(boolean nowAsked, String newCouponId) {
        return new CouponOrder(merchantId, id, integrationId, code, value, startsOn, endsOn, nowAsked, newCouponId, customerId, fromPool, attempts, createdAt, fencing);
    }

    /** What a platform's {@code coupon.jslt} gets to see; the value is a text with two decimals. */
    ObjectNode json() {
        return Json.mapper().createObjectNode().put("code", code).put("value", value.setScale(2).toPlainString()).put("startsOn", startsOn.toString()).put("endsOn", endsOn.toString())
                .put("customerId", customerId);
    }

    @Override
    public String toString() {
        // A code is as good as money, and exchanges end up in logs and consoles.
        return "coupon of redemption " + id;
    }
}
