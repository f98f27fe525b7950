package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponBook;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Magento 2's price rules and their codes: what a coupon is worth, and until when, is its rule's. */
final class MagentoCoupons {

    private static final int FIRST_RULE = 88;
    private static final Set<Integer> WEBSITES = Set.of(1, 2);
    private static final Map<Integer, String> GROUPS = new LinkedHashMap<>(Map.of(0, "NOT LOGGED IN", 1, "General", 4, "Clube"));
    private static final Set<String> OF_A_RULE = Set.of("name", "description", "website_ids", "customer_group_ids", "is_active", "from_date", "to_date",
            "uses_per_customer", "uses_per_coupon", "simple_action", "discount_amount", "discount_step", "coupon_type", "use_auto_generation",
            "stop_rules_processing", "is_advanced", "apply_to_shipping", "sort_order", "is_rss", "times_used");
    private static final Set<String> OF_A_COUPON = Set.of("rule_id", "code", "usage_limit", "usage_per_customer", "times_used", "is_primary", "type");

    private final Map<Integer, JsonNode> rules = new LinkedHashMap<>();
    private final Map<Long, Integer> ruleOf = new LinkedHashMap<>();
    private final Map<List<?>, Set<Long>> ordersOf = new HashMap<>();
    private final CouponBook book = new CouponBook(5_120, 0);

    Map<String, CouponSeen> byCode() {
        return book.byCode();
    }

    synchronized int rules() {
        return rules.size();
    }

    /** One customer's uses are counted over all codes of a rule; 0 is no limit. */
    synchronized void use(Order order) {
        CouponSeen coupon = book.byCode().get(order.coupon());
        if (coupon == null) {
            return;
        }
        int rule = ruleOf.get(coupon.id());
        Set<Long> orders = ordersOf.computeIfAbsent(List.of(rule, order.document()), key -> new HashSet<>());
        orders.add(order.id());
        int most = rules.get(rule).path("uses_per_customer").asInt();
        if (most > 0 && orders.size() > most) {
            throw new IllegalStateException("The coupon code isn't valid. Verify the code and try again.");
        }
    }

    /** Null where it is about something else. */
    synchronized Reply answer(Call call, String path) {
        return switch (call.method() + " " + path) {
            case "GET /store/websites" -> Reply.json(Stream.concat(Stream.of(0), WEBSITES.stream().sorted())
                    .map(id -> fields("id", id, "code", "site" + id, "name", "Site " + id, "default_group_id", id)).toList());
            case "GET /customerGroups/search" -> found(GROUPS.entrySet().stream().map(group -> fields("id", group.getKey(), "code", group.getValue())).toList());
            case "GET /salesRules/search" -> found(rules.entrySet().stream().filter(rule -> rule.getValue().get("name").asText().equals(wanted(call, "name")))
                    .map(rule -> shown(rule.getKey(), rule.getValue())).toList());
            case "GET /coupons/search" -> found(book.all().stream().filter(coupon -> coupon.code().equalsIgnoreCase(wanted(call, "code")))
                    .map(this::shown).toList());
            case "POST /salesRules" -> makeRule(content(call, "rule", OF_A_RULE));
            case "POST /coupons" -> makeCoupon(content(call, "coupon", OF_A_COUPON));
            default -> null;
        };
    }

    private static Reply found(List<Map<String, Object>> items) {
        return Reply.json(fields("items", items, "search_criteria", fields("filter_groups", List.of()), "total_count", items.size()));
    }

    private static String wanted(Call call, String field) {
        String filter = "searchCriteria[filter_groups][0][filters][0]";
        if (!field.equals(call.query(filter + "[field]")) || !"eq".equals(call.query(filter + "[condition_type]")) || call.query(filter + "[value]", "").isBlank()) {
            throw refused("Filter by " + field);
        }
        return call.query(filter + "[value]");
    }

    private static JsonNode content(Call call, String name, Set<String> known) {
        JsonNode content = call.json().path(name);
        if (!String.valueOf(call.header("content-type")).startsWith("application/json") || !content.isObject()) {
            throw refused("\"" + name + "\" is required. Enter and try again.");
        }
        content.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                throw refused("Property \"" + field + "\" does not have accessor method");
            }
        });
        return content;
    }

    private Reply makeRule(JsonNode rule) {
        boolean everywhere = rule.path("website_ids").size() == WEBSITES.size() && rule.path("customer_group_ids").size() == GROUPS.size();
        rule.path("website_ids").forEach(id -> require(WEBSITES.contains(id.asInt()), "website_ids"));
        rule.path("customer_group_ids").forEach(id -> require(GROUPS.containsKey(id.asInt()), "customer_group_ids"));
        require(everywhere, "not for everybody: a test expects it to be");
        require(!rule.path("name").asText().isBlank(), "name");
        require(rule.path("discount_amount").isNumber() && rule.path("discount_amount").decimalValue().signum() > 0, "discount_amount");
        require(Set.of("cart_fixed", "by_percent", "by_fixed").contains(rule.path("simple_action").asText()), "simple_action");
        require(Set.of("NO_COUPON", "SPECIFIC_COUPON", "AUTO").contains(rule.path("coupon_type").asText()), "coupon_type");
        require(!day(rule, "to_date").isBefore(day(rule, "from_date")), "End Date must follow Start Date.");
        int id = FIRST_RULE + rules.size();
        rules.put(id, rule);
        return Reply.json(shown(id, rule));
    }

    private Reply makeCoupon(JsonNode coupon) {
        JsonNode rule = rules.get(coupon.path("rule_id").asInt());
        String code = coupon.path("code").asText();
        require(rule != null, "No such entity with rule_id");
        require(coupon.has("is_primary") && coupon.has("times_used"), "is_primary, times_used");
        require(!rule.path("coupon_type").asText().equals("NO_COUPON"), "Specified rule does not allow coupons");
        require(rule.path("use_auto_generation").asBoolean() == (coupon.path("type").asInt() == 1), "Specified rule only allows auto generated coupons");
        require(!code.isBlank() && !book.has(code), "Coupon with the same code already exists.");
        BigDecimal value = rule.path("simple_action").asText().equals("cart_fixed") ? rule.get("discount_amount").decimalValue() : BigDecimal.ZERO;
        CouponSeen made = book.add(id -> new CouponSeen(id, code, value, day(rule, "to_date"), rule.path("uses_per_coupon").asInt(),
                rule.path("uses_per_customer").asInt()));
        ruleOf.put(made.id(), coupon.path("rule_id").asInt());
        return Reply.json(shown(made));
    }

    private static Map<String, Object> shown(int id, JsonNode rule) {
        Map<String, Object> shown = fields("rule_id", id, "store_labels", List.of());
        rule.fields().forEachRemaining(field -> shown.put(field.getKey(), field.getValue()));
        return shown;
    }

    private Map<String, Object> shown(CouponSeen coupon) {
        return fields("coupon_id", coupon.id(), "rule_id", ruleOf.get(coupon.id()), "code", coupon.code(), "usage_limit", coupon.uses(),
                "usage_per_customer", coupon.perCustomer(), "times_used", 0, "is_primary", false, "type", 1);
    }

    private static LocalDate day(JsonNode rule, String field) {
        try {
            return LocalDate.parse(rule.path(field).asText());
        } catch (DateTimeParseException noDay) {
            throw refused(field);
        }
    }

    private static void require(boolean met, String what) {
        if (!met) {
            throw refused(what);
        }
    }

    private static Refusal refused(String message) {
        return new Refusal(Reply.json(400, Map.of("message", message)));
    }
}
