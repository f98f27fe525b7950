package io.loyaltyhub.sandbox.kit;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A platform that does not exist, as small as one can be: what a stand-in looks like, and what the kit is tested with. */
final class CornerShop extends Shop {

    private static final int PAGE = 2;

    CornerShop() {
        limits(Limits.perMinute(60));
    }

    CornerShop(Clock clock) {
        super(clock);
    }

    @Override
    public String platform() {
        return "corner-shop";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("baseUrl", address().toString(), "user", "ana", "password", "segredo");
    }

    @Override
    public Map<String, Object> wrongSettings() {
        return Map.of("baseUrl", address().toString(), "user", "ana", "password", "engano");
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("PAID", "SENT", "DELIVERED");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("CANCELLED", "RETURNED");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals("/orders");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().startsWith("/orders/");
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postForm(Map.of("order", Long.toString(order.id()))));
    }

    @Override
    protected Reply answer(Call call) {
        if (!"ana".equals(call.basicUser()) || !"segredo".equals(call.basicPassword())) {
            throw new Refusal(unauthorised());
        }
        if (!call.method().equals("GET")) {
            return Reply.json(405, Map.of("message", "Method Not Allowed"));
        }
        if (isList(call)) {
            return list(call);
        }
        return find(call.path().substring(call.path().lastIndexOf('/') + 1)).map(order -> Reply.json(row(order)))
                .orElseGet(() -> Reply.json(404, Map.of("message", "Not Found")));
    }

    private Reply list(Call call) {
        List<Order> found;
        try {
            found = changedSince(Instant.parse(call.query("since", "1970-01-01T00:00:00Z")));
        } catch (DateTimeParseException noTime) {
            return Reply.json(400, Map.of("message", "since"));
        }
        int number = Integer.parseInt(call.query("page", "1"));
        return Reply.json(Map.of("pages", pages(found, PAGE), "orders", page(found, number, PAGE).stream().map(this::row).toList()));
    }

    private Map<String, Object> row(Order order) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", order.id());
        row.put("status", order.stage());
        row.put("goods", money(order, order.goods()));
        row.put("total", amount(order, order.total()));
        row.put("document", order.document());
        return row;
    }
}
