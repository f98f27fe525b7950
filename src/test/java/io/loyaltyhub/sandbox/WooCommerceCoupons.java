package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponBook;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code /coupons}: codes in lower case; whoever expires at midnight does not see that day. */
final class WooCommerceCoupons {

    private static final Set<String> FIELDS = Set.of("code", "amount", "discount_type", "description", "usage_limit", "usage_limit_per_user",
            "date_expires", "email_restrictions");

    private final CouponBook book = new CouponBook(719, 0);

    Map<String, CouponSeen> byCode() {
        return book.byCode();
    }

    List<Map<String, Object>> list(Call call) {
        return book.all().stream().filter(coupon -> call.query("code") == null || coupon.code().equalsIgnoreCase(call.query("code")))
                .map(WooCommerceCoupons::shown).toList();
    }

    synchronized Map<String, Object> make(Call call) {
        JsonNode given = call.json();
        require(String.valueOf(call.header("content-type")).startsWith("application/json") && given.isObject(), "rest_invalid_json");
        given.fieldNames().forEachRemaining(field -> require(FIELDS.contains(field), "rest_invalid_param"));
        String code = given.path("code").asText().toLowerCase(Locale.ROOT);
        require(!code.isBlank(), "woocommerce_rest_empty_coupon_code");
        require(!book.has(code), "woocommerce_rest_coupon_code_already_exists");
        require(given.path("amount").isTextual() && given.path("amount").asText().matches("\\d+\\.\\d\\d"), "rest_invalid_param");
        require(given.path("discount_type").asText().equals("fixed_cart"), "rest_invalid_param");
        LocalDate last = lastDay(given.path("date_expires").asText());
        return shown(book.add(id -> new CouponSeen(id, code, new BigDecimal(given.path("amount").asText()), last, given.path("usage_limit").asInt(),
                given.path("usage_limit_per_user").asInt())));
    }

    private static LocalDate lastDay(String text) {
        try {
            return text.length() == 10 ? LocalDate.parse(text).minusDays(1) : LocalDateTime.parse(text).minusSeconds(1).toLocalDate();
        } catch (DateTimeParseException noTime) {
            throw refused("rest_invalid_param");
        }
    }

    private static Map<String, Object> shown(CouponSeen coupon) {
        return fields("id", coupon.id(), "code", coupon.code(), "amount", coupon.value().toPlainString(), "status", "publish", "discount_type", "fixed_cart",
                "date_expires", coupon.lastDay() + "T23:59:59", "usage_count", 0, "usage_limit", coupon.uses(),
                "usage_limit_per_user", coupon.perCustomer(), "email_restrictions", List.of());
    }

    private static void require(boolean met, String code) {
        if (!met) {
            throw refused(code);
        }
    }

    private static Refusal refused(String code) {
        return new Refusal(Reply.json(400, fields("code", code, "message", code, "data", Map.of("status", 400))));
    }
}
