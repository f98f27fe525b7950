package io.loyaltyhub.sandbox.kit;

import java.math.BigDecimal;
import java.time.LocalDate;

/**
 * A coupon as the shop keeps it.
 *
 * @param value       in reais, off the whole order
 * @param lastDay     on which it can be used
 * @param uses        how often in all; null where the platform cannot say, 0 where it was not said
 * @param perCustomer how often by one customer
 */
public record CouponSeen(long id, String code, BigDecimal value, LocalDate lastDay, Integer uses, Integer perCustomer) {
}
