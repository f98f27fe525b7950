package io.loyaltyhub.sandbox;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Answers a call as the platform does: token first, then path, then method, then parameters. */
final class TrayProtocol {

    private static final List<String> CUSTOMER_FILTERS = List.of("id", "name", "email", "cpf", "cnpj", "created", "modified");
    private static final Set<String> CUSTOMER_SORTS = Set.of("id_asc");

    private final TrayAuth auth;
    private final TrayTokens tokens;
    private final CallLimits limits;
    private final OrderStore orders;
    private final CustomerStore customers;
    private final StatusStore statuses;
    private final TrayCoupons coupons;
    private final OrderRows rows;
    private volatile boolean fullRows;

    TrayProtocol(TrayAuth auth, TrayTokens tokens, CallLimits limits, OrderStore orders, CustomerStore customers, StatusStore statuses,
                 TrayCoupons coupons) {
        this.auth = auth;
        this.tokens = tokens;
        this.limits = limits;
        this.orders = orders;
        this.customers = customers;
        this.statuses = statuses;
        this.coupons = coupons;
        this.rows = new OrderRows(orders, customers);
    }

    void fullRows(boolean on) {
        fullRows = on;
    }

    TrayAnswer answer(TrayCall call) {
        if (!limits.admits()) {
            TrayAnswer refusal = TrayJson.error(new TrayRefusal(429, "Limite de requisições excedido"), call.path());
            Integer seconds = limits.retryAfter();
            return seconds == null ? refusal : refusal.withHeader("Retry-After", seconds.toString());
        }
        if (call.path().equals("/auth")) {
            return auth.answer(call);
        }
        // Only the query counts; an Authorization header is not even looked at.
        tokens.check(call.query("access_token"));
        String[] path = call.path().substring(Math.min(1, call.path().length())).split("/");
        return switch (path[0]) {
            case "orders" -> orders(call, path);
            case "customers" -> customers(call, path);
            case "discount_coupons" -> coupons.answer(call, path);
            default -> throw notFound(call);
        };
    }

    private TrayAnswer orders(TrayCall call, String[] path) {
        if (path.length == 1) {
            onlyGet(call);
            return TrayAnswer.json(200, orderList(call));
        }
        if (path.length == 2 && path[1].equals("statuses")) {
            onlyGet(call);
            return TrayAnswer.json(200, statusList(call));
        }
        if (path.length == 3 && path[1].equals("cancel")) {
            return cancel(call, path[2]);
        }
        boolean complete = path.length == 3 && path[2].equals("complete");
        if (path.length > 2 && !complete) {
            throw notFound(call);
        }
        StoredOrder order = orders.find(number(path[1]));
        if (call.method().equals("PUT") && !complete && order != null) {
            return changeStatus(call, order);
        }
        onlyGet(call);
        if (order == null) {
            throw notFound(call);
        }
        return TrayAnswer.json(200, TrayJson.object(json -> {
            json.writeObjectFieldStart("Order");
            rows.write(json, order, complete ? OrderRows.Form.COMPLETE : OrderRows.Form.DETAIL);
            json.writeEndObject();
            if (complete) {
                TrayJson.none(json, "Extensions", "User", "Confirmation");
            }
        }));
    }

    private byte[] orderList(TrayCall call) {
        String sort = sort(call, OrderFilter.SORTS);
        List<StoredOrder> found = orders.select(OrderFilter.of(call, sort));
        OrderRows.Form form = fullRows ? OrderRows.Form.FULL_LIST : OrderRows.Form.LIST;
        return TrayJson.list(call, "Orders", "Order", sort, OrderFilter.AVAILABLE, found, (json, order) -> rows.write(json, order, form));
    }

    private byte[] statusList(TrayCall call) {
        String id = call.query("id");
        String name = call.query("status");
        List<SandboxStatus> found = statuses.all().stream()
                .filter(status -> id == null || id.equals(Integer.toString(status.id())))
                .filter(status -> name == null || name.equals(status.name())).toList();
        return TrayJson.list(call, "OrderStatuses", "OrderStatus", sort(call, Set.of("id_asc")), List.of("id", "status"), found,
                (json, status) -> {
                    json.writeStringField("status", status.name());
                    TrayJson.text(json, "id", status.id());
                    json.writeStringField("show_backoffice", "1");
                });
    }

    private TrayAnswer changeStatus(TrayCall call, StoredOrder order) {
        String id = TrayAuth.json(call).path("Order").path("status_id").asText();
        SandboxStatus status = statuses.all().stream().filter(known -> Integer.toString(known.id()).equals(id)).findFirst()
                .orElseThrow(() -> new TrayRefusal(400, "status_id inválido"));
        orders.changeStatus(order.id(), status);
        return saved(order.id());
    }

    private TrayAnswer cancel(TrayCall call, String id) {
        if (!call.method().equals("PUT")) {
            throw new TrayRefusal(405, call.method());
        }
        if (orders.find(number(id)) == null) {
            throw notFound(call);
        }
        orders.changeStatus(number(id), SandboxStatus.CANCELADO);
        return saved(number(id));
    }

    private TrayAnswer customers(TrayCall call, String[] path) {
        onlyGet(call);
        if (path.length == 1) {
            String sort = sort(call, CUSTOMER_SORTS);
            return TrayAnswer.json(200, TrayJson.list(call, "Customers", "Customer", sort, CUSTOMER_FILTERS,
                    customers.select(customerFilter(call)), CustomerRows::listed));
        }
        StoredCustomer customer = path.length == 2 ? customers.find(number(path[1])) : null;
        if (customer == null) {
            throw notFound(call);
        }
        return TrayAnswer.json(200, TrayJson.object(json -> {
            json.writeObjectFieldStart("Customer");
            CustomerRows.complete(json, customer, ShopClock.day(customer.modified()));
            json.writeEndObject();
        }));
    }

    private static Predicate<StoredCustomer> customerFilter(TrayCall call) {
        DayRange created = DayRange.parse("created", call.query("created"));
        DayRange modified = DayRange.parse("modified", call.query("modified"));
        return customer -> matches(call.query("id"), Long.toString(customer.id()))
                && matches(call.query("name"), customer.person().name())
                && matches(call.query("email"), customer.person().email())
                && matches(call.query("cpf"), customer.person().cpf())
                && matches(call.query("cnpj"), customer.person().cnpj())
                && (created == null || created.contains(customer.created()))
                && (modified == null || modified.contains(customer.modified()));
    }

    private static boolean matches(String wanted, String value) {
        return wanted == null || wanted.equals(value);
    }

    private static String sort(TrayCall call, Set<String> allowed) {
        String sort = call.query("sort") == null ? "id_asc" : call.query("sort");
        if (!allowed.contains(sort)) {
            throw new TrayRefusal(400, "sort: " + sort);
        }
        return sort;
    }

    static TrayAnswer saved(long id) {
        return written("Saved", id, 200);
    }

    static TrayAnswer written(String message, long id, int status) {
        return TrayAnswer.json(status, TrayJson.object(json -> {
            json.writeStringField("message", message);
            TrayJson.text(json, "id", id);
            json.writeNumberField("code", status);
        }));
    }

    static void onlyGet(TrayCall call) {
        if (!call.method().equals("GET")) {
            throw new TrayRefusal(405, call.method());
        }
    }

    static TrayRefusal notFound(TrayCall call) {
        return new TrayRefusal(404, "Não encontrado: " + call.path());
    }

    /** 0, which nothing has, for what is no id. */
    static long number(String id) {
        return id.matches("\\d{1,18}") ? Long.parseLong(id) : 0;
    }
}
