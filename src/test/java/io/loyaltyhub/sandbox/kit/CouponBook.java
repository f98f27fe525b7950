package io.loyaltyhub.sandbox.kit;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** The coupons of one stand-in. No two have codes that differ in case alone. */
public final class CouponBook {

    private static final String CAMPAIGN = "CAMPANHA";

    private final Map<String, CouponSeen> byCode = new LinkedHashMap<>();
    private long nextId;

    /** @param campaigns how many coupons of the shop's own come before all others: whoever looks for one reads on */
    public CouponBook(long firstId, int campaigns) {
        this.nextId = firstId;
        for (int i = 0; i < campaigns; i++) {
            String code = CAMPAIGN + i;
            add(id -> new CouponSeen(id, code, BigDecimal.TEN, LocalDate.of(2099, 12, 31), null, 1));
        }
    }

    public synchronized boolean has(String code) {
        return byCode.containsKey(code.toUpperCase(Locale.ROOT));
    }

    /** @param coupon of the id that it is given */
    public synchronized CouponSeen add(LongFunction<CouponSeen> coupon) {
        CouponSeen made = coupon.apply(nextId++);
        byCode.put(made.code().toUpperCase(Locale.ROOT), made);
        return made;
    }

    /** Oldest first. */
    public synchronized List<CouponSeen> all() {
        return List.copyOf(byCode.values());
    }

    /** Without the shop's own, by code in upper case. */
    public synchronized Map<String, CouponSeen> byCode() {
        return byCode.entrySet().stream().filter(coupon -> !coupon.getKey().startsWith(CAMPAIGN))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
