package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Reply;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Magento 2's REST API: an integration's token, orders in full in pages, the last page again behind the last, fields left out. */
public final class Magento2Shop extends MagentoShop {

    private static final String TOKEN = "m2k8w1v0t9y7q5x3";
    private static final String CRITERIA = "searchCriteria";
    private static final String FILTER = "[filter_groups][0][filters][0]";

    private static final Pattern KNOWN = Pattern.compile("searchCriteria\\[(?:pageSize|currentPage|sortOrders]\\[0]\\[(?:field|direction)"
            + "|filter_groups]\\[0]\\[filters]\\[0]\\[(?:field|value|condition_type))]");

    private final MagentoCoupons coupons = new MagentoCoupons();

    public Magento2Shop() {
        this(Clock.systemUTC());
    }

    public Magento2Shop(Clock clock) {
        super(clock);
        limits(Limits.perMinute(60));
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("generation", "magento2", "accessToken", TOKEN, "baseUrl", address().toString());
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("generation", "magento2", "accessToken", "x0x0x0x0x0x0x0x0", "baseUrl", address().toString());
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals("/rest/V1/orders");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith("/rest/V1/orders/");
    }

    @Override
    public boolean isCoupon(Call call) {
        return call.method().equals("POST") && call.path().matches("/rest/V1/(?:coupons|salesRules)");
    }

    @Override
    public Map<String, CouponSeen> coupons() {
        return coupons.byCode();
    }

    /** How many price rules there are. */
    public int rules() {
        return coupons.rules();
    }

    @Override
    protected void changed(Order order) {
        super.changed(order);
        coupons.use(order);
    }

    @Override
    protected Reply unauthorised() {
        return Reply.json(401, fields("message", "The consumer isn't authorized to access %resources.",
                "parameters", Map.of("resources", "Magento_Sales::actions_view")));
    }

    @Override
    protected Reply answer(Call call) {
        if (!("Bearer " + TOKEN).equals(call.header("authorization"))) {
            return unauthorised();
        }
        Reply ofCoupons = coupons.answer(call, call.path().replaceFirst("^/rest/V1", ""));
        if (ofCoupons != null) {
            return ofCoupons;
        }
        if (!call.method().equals("GET")) {
            return refusal("Request does not match any route.");
        }
        return switch (call.path()) {
            case "/rest/V1/orders" -> search(call, orders(), Order::id, this::row);
            case "/rest/V1/customers/search" -> search(call, List.copyOf(customers().values()), MagentoShop::customer, Magento2Shop::person);
            default -> Reply.json(404, Map.of("message", "Request does not match any route."));
        };
    }

    private static Reply refusal(String message) {
        return Reply.json(400, Map.of("message", message));
    }

    private Reply search(Call call, List<Order> all, Function<Order, Number> key, Function<Order, Object> row) {
        for (String name : call.query().keySet()) {
            if (!KNOWN.matcher(name).matches()) {
                return refusal("Property \"" + name + "\" does not have accessor method in class SearchCriteriaInterface.");
            }
        }
        if (call.query().isEmpty()) {
            return refusal("\"%fieldName\" is required. Enter and try again.");
        }
        List<Order> found = new ArrayList<>(all);
        String field = call.query(CRITERIA + FILTER + "[field]");
        if (field != null) {
            try {
                Instant since = instant(call.query(CRITERIA + FILTER + "[value]", ""));
                found.removeIf(order -> Instant.ofEpochSecond(order.changedAt().getEpochSecond()).isBefore(since));
            } catch (DateTimeParseException noTime) {
                return refusal("updated_at");
            }
            if (!field.equals("updated_at") || !"gteq".equals(call.query(CRITERIA + FILTER + "[condition_type]"))) {
                return refusal(field);
            }
        }
        boolean newestFirst = "DESC".equals(call.query(CRITERIA + "[sortOrders][0][direction]"));
        Comparator<Order> byKey = Comparator.comparing(order -> key.apply(order).longValue());
        found.sort(newestFirst ? byKey.reversed() : byKey);
        int size = Integer.parseInt(call.query(CRITERIA + "[pageSize]", "20"));
        int asked = Integer.parseInt(call.query(CRITERIA + "[currentPage]", "1"));
        int given = Math.max(1, Math.min(asked, pages(found, size)));
        return Reply.json(fields("items", page(found, given, size).stream().map(row).toList(),
                "search_criteria", fields("filter_groups", List.of(), "page_size", size, "current_page", asked), "total_count", found.size()));
    }

    private Map<String, Object> row(Order order) {
        Map<String, Object> row = fields("entity_id", order.id(), "increment_id", String.format("%09d", Long.parseLong(order.number())), "store_id", 1,
                "store_name", storeName(), "created_at", time(order.placedAt()), "updated_at", time(order.changedAt()),
                "state", status(order.stage()), "status", status(order.stage()), "grand_total", amount(order, order.total()),
                "subtotal", amount(order, order.subtotal()), "shipping_amount", amount(order, order.shipping()),
                "discount_amount", amount(order, order.discount().negate()), "customer_is_guest", 0, "customer_id", customer(order),
                "customer_email", order.email(), "customer_firstname", firstName(order), "customer_lastname", lastName(order),
                "customer_taxvat", order.document(), "billing_address", fields("firstname", firstName(order), "lastname", lastName(order),
                        "street", List.of("Rua Ficticia", "77"), "telephone", order.phone()),
                "items", lines(order), "payment", fields("method", "pix_exemplo", "additional_information", List.of("Pix")));
        if (order.birthDate() != null) {
            row.put("customer_dob", order.birthDate() + " 00:00:00");
        }
        if (!order.coupon().isEmpty()) {
            row.put("coupon_code", order.coupon());
        }
        return row;
    }

    private static List<Map<String, Object>> lines(Order order) {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (Order.Item item : order.items()) {
            lines.add(fields("item_id", lines.size() + 1, "product_type", "configurable", "sku", item.sku(), "name", item.name(),
                    "qty_ordered", item.quantity(), "price", item.unitPrice()));
            lines.add(fields("item_id", lines.size() + 1, "parent_item_id", lines.size(), "product_type", "simple", "sku", item.sku(),
                    "name", item.name() + " M", "qty_ordered", item.quantity(), "price", 0));
        }
        return lines;
    }

    private static Map<String, Object> person(Order order) {
        Map<String, Object> person = fields("id", customer(order), "email", order.email(), "firstname", firstName(order), "lastname", lastName(order),
                "created_at", time(order.placedAt()), "updated_at", time(order.changedAt()), "taxvat", order.document(),
                "addresses", List.of(fields("id", 55, "telephone", order.phone(), "default_billing", true)));
        if (order.birthDate() != null) {
            person.put("dob", order.birthDate().toString());
        }
        return person;
    }
}
