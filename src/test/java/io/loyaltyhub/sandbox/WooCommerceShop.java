package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Refusal;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Version 3 of WooCommerce's REST API, in a folder of its site: HTTP Basic, complete orders in lists, the number of pages in a
 * header, times to the second. Half the buyers have their document in the address, the others as metadata.
 */
public final class WooCommerceShop extends Shop {

    private static final String KEY = "ck_3f9a1c77e0b24d5f";
    private static final String SECRET = "cs_b81d5e2490aa6c13";
    private static final String BASE = "/loja/wp-json/wc/v3";
    private static final String NONE = "0.00";
    private static final ZoneOffset SITE = ZoneOffset.ofHours(-3);
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd/MM/uuuu");
    private static final Set<String> PARAMETERS = Set.of("page", "per_page", "orderby", "order", "modified_after", "modified_before", "dates_are_gmt",
            "after", "before", "status", "role", "search", "code");
    private static final Map<String, String> STATUSES = new TreeMap<>(Map.of("pending", "Pagamento pendente", "processing", "Processando",
            "on-hold", "Aguardando", "completed", "Concluído", "cancelled", "Cancelado", "refunded", "Reembolsado", "failed", "Malsucedido",
            "checkout-draft", "Rascunho", "enviado", "Pedido enviado"));

    private final WooCommerceCoupons coupons = new WooCommerceCoupons();
    private volatile boolean mayWrite = true;

    public WooCommerceShop() {
        this(Clock.systemUTC());
    }

    public WooCommerceShop(Clock clock) {
        super(clock);
    }

    @Override
    public String platform() {
        return "woocommerce";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("baseUrl", address() + "/loja/", "consumerKey", KEY, "consumerSecret", SECRET);
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("baseUrl", address() + "/loja/", "consumerKey", KEY, "consumerSecret", "cs_ffffffffffffffff");
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("processing", "enviado", "completed");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("cancelled", "refunded");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals(BASE + "/orders");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith(BASE + "/orders/");
    }

    @Override
    public boolean isCoupon(Call call) {
        return call.method().equals("POST") && call.path().equals(BASE + "/coupons");
    }

    @Override
    public Map<String, CouponSeen> coupons() {
        return coupons.byCode();
    }

    /** From now on its key is one that may only read. */
    public void readOnly() {
        mayWrite = false;
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postJson(shown(order)));
    }

    @Override
    protected Reply unauthorised() {
        return error(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.");
    }

    @Override
    protected Reply answer(Call call) {
        if (!call.path().startsWith(BASE + "/")) {
            return error(404, "rest_no_route", "Nenhuma rota foi encontrada que corresponda com o URL e o método de requisição");
        }
        if (call.basicUser() == null) {
            return error(401, "woocommerce_rest_cannot_view", "Desculpe, não é possível listar os recursos.");
        }
        if (!KEY.equals(call.basicUser()) || !SECRET.equals(call.basicPassword())) {
            return unauthorised();
        }
        if (!call.method().equals("GET") && !mayWrite) {
            return error(401, "woocommerce_rest_authentication_error", "The API key provided does not have write permissions.");
        }
        call.query().keySet().stream().filter(name -> !PARAMETERS.contains(name)).findFirst().ifPresent(WooCommerceShop::refuse);
        if (isCoupon(call)) {
            return Reply.json(201, coupons.make(call));
        }
        if (!call.method().equals("GET")) {
            return error(404, "rest_no_route", "Nenhuma rota foi encontrada que corresponda com o URL e o método de requisição");
        }
        return switch (call.path().substring(BASE.length())) {
            case "/coupons" -> page(call, coupons.list(call));
            case "/orders" -> orders(call);
            case "/customers" -> customers(call);
            case "/reports/orders/totals" -> Reply.json(STATUSES.entrySet().stream()
                    .map(status -> fields("slug", status.getKey(), "name", status.getValue(), "total", 1)).toList());
            default -> order(call);
        };
    }

    private Reply order(Call call) {
        return find(call.path().substring(call.path().lastIndexOf('/') + 1)).filter(order -> isDetail(call)).map(order -> Reply.json(shown(order)))
                .orElseGet(() -> error(404, "woocommerce_rest_shop_order_invalid_id", "ID inválido."));
    }

    private Reply orders(Call call) {
        List<Order> found = new ArrayList<>(orders());
        if (call.query("modified_after") != null) {
            Instant after = time(call.query("modified_after"), "true".equals(call.query("dates_are_gmt")) ? ZoneOffset.UTC : SITE);
            found.removeIf(order -> !order.changedAt().truncatedTo(ChronoUnit.SECONDS).isAfter(after));
        }
        Comparator<Order> sort = switch (call.query("orderby", "date")) {
            case "date" -> Comparator.comparing((Order order) -> order.placedAt()).thenComparingLong(order -> order.id());
            case "id" -> Comparator.comparingLong((Order order) -> order.id());
            case "modified" -> Comparator.comparing((Order order) -> order.changedAt());
            default -> throw refused("orderby");
        };
        found.sort(call.query("order", "desc").equals("asc") ? sort : sort.reversed());
        return page(call, found.stream().map(this::shown).toList());
    }

    private Reply customers(Call call) {
        Map<Integer, Map<String, Object>> people = new LinkedHashMap<>();
        orders().forEach(order -> people.putIfAbsent(order.person(), customer(order)));
        return page(call, List.copyOf(people.values()));
    }

    /**
     * The first record is one that the key may not see: it is left out, and counts all the same. The real one has an empty page
     * behind the last; who heeds the header never asks for it.
     */
    private static Reply page(Call call, List<Map<String, Object>> seen) {
        int size = Integer.parseInt(call.query("per_page", "10"));
        if (size < 1 || size > 100) {
            throw refused("per_page");
        }
        List<Map<String, Object>> all = new ArrayList<>(seen);
        all.add(0, null);
        int number = Integer.parseInt(call.query("page", "1"));
        if (number > pages(all, size)) {
            throw refused("page");
        }
        return Reply.json(page(all, number, size).stream().filter(Objects::nonNull).toList())
                .withHeader("X-WP-Total", Integer.toString(all.size())).withHeader("X-WP-TotalPages", Integer.toString(pages(all, size)));
    }

    /** One without a zone is in the zone of what it is compared with. */
    private static Instant time(String text, ZoneOffset zone) {
        try {
            return LocalDateTime.parse(text.replace(' ', 'T'), SECOND).toInstant(zone);
        } catch (DateTimeParseException malformed) {
            throw refused("modified_after");
        }
    }

    private Map<String, Object> shown(Order order) {
        boolean surcharged = order.surcharge().signum() > 0;
        return fields("id", order.id(), "parent_id", 0, "status", status(order.stage()), "currency", "BRL",
                "date_created", time(order.placedAt(), SITE), "date_modified", time(order.changedAt(), SITE),
                "date_created_gmt", time(order.placedAt(), ZoneOffset.UTC), "date_modified_gmt", time(order.changedAt(), ZoneOffset.UTC),
                "discount_total", order.discount().toPlainString(), "discount_tax", NONE, "shipping_total", order.shipping().toPlainString(),
                "shipping_tax", NONE, "cart_tax", NONE, "total", money(order, order.total()), "total_tax", NONE,
                "customer_id", order.buyer().id(), "order_key", "wc_order_" + order.id(), "number", order.number(),
                "billing", billing(order), "meta_data", metadata(order, "_"),
                "line_items", order.items().stream().map(WooCommerceShop::line).toList(),
                "fee_lines", surcharged ? List.of(fields("name", "Juros", "total", order.surcharge().toPlainString(), "total_tax", NONE)) : List.of(),
                "coupon_lines", order.coupon().isEmpty() ? List.of() : List.of(fields("code", order.coupon().toLowerCase(Locale.ROOT), "discount",
                        order.discount().toPlainString())),
                "refunds", order.stage() == Stage.RETURNED ? List.of(fields("id", 1, "total", order.total().negate().toPlainString())) : List.of());
    }

    private static Map<String, Object> line(Order.Item item) {
        return fields("name", item.name(), "sku", item.sku(), "quantity", item.quantity(), "subtotal", item.sum().toPlainString(),
                "total", item.sum().toPlainString(), "total_tax", NONE, "price", item.unitPrice());
    }

    private static Map<String, Object> customer(Order order) {
        return fields("id", order.buyer().id(), "email", order.email(), "first_name", first(order.name()), "last_name", last(order.name()),
                "role", "customer", "billing", billing(order), "meta_data", metadata(order, ""));
    }

    private static Map<String, Object> billing(Order order) {
        SandboxCustomer buyer = order.buyer();
        Map<String, Object> billing = fields("first_name", first(buyer.name()), "last_name", last(buyer.name()), "company", buyer.companyName(),
                "country", "BR", "email", buyer.email(), "phone", buyer.phone());
        if (showsDocument(order)) {
            billing.putAll(fields("persontype", buyer.company() ? "J" : "F", "cpf", buyer.cpf(), "cnpj", buyer.cnpj(), "cellphone", buyer.cellphone(),
                    "birthdate", buyer.birthDate() == null ? "" : DAY.format(buyer.birthDate())));
        }
        return billing;
    }

    private static List<Map<String, Object>> metadata(Order order, String prefix) {
        SandboxCustomer buyer = order.buyer();
        List<Map<String, Object>> all = new ArrayList<>(List.of(fields("id", 1, "key", "_wc_order_attribution_source_type", "value", "typein")));
        if (!showsDocument(order)) {
            Map<String, Object> kept = fields("persontype", buyer.company() ? "2" : "1", "cpf", buyer.cpf(), "cnpj", buyer.cnpj(),
                    "cellphone", buyer.cellphone());
            kept.forEach((name, value) -> all.add(fields("id", all.size() + 1, "key", prefix + "billing_" + name, "value", value)));
        }
        return all;
    }

    private static boolean showsDocument(Order order) {
        return order.person() % 2 == 0;
    }

    private static String first(String name) {
        return name.substring(0, name.indexOf(' '));
    }

    private static String last(String name) {
        return name.substring(name.indexOf(' ') + 1);
    }

    private static String status(Stage stage) {
        return switch (stage) {
            case NEW -> "pending";
            case PAID -> "processing";
            case SENT -> "enviado";
            case DELIVERED -> "completed";
            case CANCELLED -> "cancelled";
            case RETURNED -> "refunded";
        };
    }

    private static String time(Instant instant, ZoneOffset zone) {
        return SECOND.format(instant.atOffset(zone));
    }

    private static void refuse(String parameter) {
        throw refused(parameter);
    }

    private static Refusal refused(String parameter) {
        return new Refusal(error(400, "rest_invalid_param", "Parâmetro(s) inválido(s): " + parameter));
    }

    private static Reply error(int status, String code, String message) {
        return Reply.json(status, fields("code", code, "message", message, "data", Map.of("status", status)));
    }
}
