package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code /discount_coupons}: created first, good for everybody, and only then tied to customers. */
final class TrayCoupons {

    private static final List<String> FIELDS = List.of("code", "description", "starts_at", "ends_at", "value", "type", "value_start",
            "value_end", "usage_sum_limit", "usage_counter_limit", "usage_counter_limit_customer", "cumulative_discount");

    private record Coupon(long id, Map<String, String> fields, Set<String> customers, long created) {
    }

    private final TreeMap<Long, Coupon> coupons = new TreeMap<>();
    private final CustomerStore buyers;
    private final ShopClock clock;
    private long nextId = 3_307;

    TrayCoupons(CustomerStore buyers, ShopClock clock) {
        this.buyers = buyers;
        this.clock = clock;
    }

    synchronized TrayAnswer answer(TrayCall call, String[] path) {
        if (path.length == 1) {
            return switch (call.method()) {
                case "GET" -> TrayAnswer.json(200, list(call));
                case "POST" -> create(call);
                default -> throw new TrayRefusal(405, call.method());
            };
        }
        boolean tie = path.length == 3 && path[1].equals("create_relationship");
        Coupon coupon = path.length == 2 || tie ? coupons.get(TrayProtocol.number(path[path.length - 1])) : null;
        if (coupon == null) {
            throw TrayProtocol.notFound(call);
        }
        if (tie) {
            return tie(call, coupon);
        }
        return switch (call.method()) {
            case "GET" -> TrayAnswer.json(200, TrayJson.object(json -> {
                json.writeObjectFieldStart("DiscountCoupon");
                row(json, coupon);
                json.writeEndObject();
            }));
            case "PUT" -> {
                coupon.fields.putAll(fields(call));
                yield TrayProtocol.saved(coupon.id);
            }
            case "DELETE" -> {
                coupons.remove(coupon.id);
                yield TrayProtocol.written("Deleted", coupon.id, 200);
            }
            default -> throw new TrayRefusal(405, call.method());
        };
    }

    /** The codes of the coupons that exist, each with the ids of the customers it is tied to. */
    synchronized Map<String, List<String>> tied() {
        Map<String, List<String>> tied = new LinkedHashMap<>();
        coupons.values().forEach(coupon -> tied.put(coupon.fields.get("code"), List.copyOf(coupon.customers)));
        return tied;
    }

    synchronized Map<String, CouponSeen> byCode() {
        Map<String, CouponSeen> byCode = new LinkedHashMap<>();
        coupons.values().forEach(coupon -> byCode.put(coupon.fields.get("code"), new CouponSeen(coupon.id, coupon.fields.get("code"),
                new BigDecimal(coupon.fields.get("value")), LocalDate.parse(coupon.fields.get("ends_at")),
                Integer.valueOf(coupon.fields.get("usage_counter_limit")), Integer.valueOf(coupon.fields.get("usage_counter_limit_customer")))));
        return byCode;
    }

    private TrayAnswer create(TrayCall call) {
        Map<String, String> fields = fields(call);
        String code = fields.getOrDefault("code", "");
        if (!code.matches("[A-Za-z0-9_-]+")) {
            throw new TrayRefusal(400, "code: sem espaços nem acentos");
        }
        if (coupons.values().stream().anyMatch(known -> known.fields.get("code").equals(code))) {
            throw new TrayRefusal(400, "code: valor já utilizado");
        }
        if (!fields.getOrDefault("value", "").matches("\\d+\\.\\d\\d") || !Set.of("$", "%").contains(fields.getOrDefault("type", ""))) {
            throw new TrayRefusal(400, "value, type: valor inválido");
        }
        try {
            LocalDate.parse(fields.getOrDefault("starts_at", ""));
            LocalDate.parse(fields.getOrDefault("ends_at", ""));
        } catch (DateTimeParseException notADay) {
            throw new TrayRefusal(400, "starts_at, ends_at: data inválida");
        }
        Coupon coupon = new Coupon(nextId++, fields, new LinkedHashSet<>(), clock.now());
        coupons.put(coupon.id, coupon);
        return TrayProtocol.written("Created", coupon.id, 201);
    }

    private TrayAnswer tie(TrayCall call, Coupon coupon) {
        if (!call.method().equals("POST")) {
            throw new TrayRefusal(405, call.method());
        }
        JsonNode entries = TrayAuth.json(call).path("DiscountCouponCustomer");
        if (!entries.isArray() || entries.isEmpty() || entries.size() > 100) {
            throw new TrayRefusal(400, "DiscountCouponCustomer: de 1 a 100 clientes");
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode entry : entries) {
            String id = entry.path("customer_id").asText();
            if (buyers.find(TrayProtocol.number(id)) == null) {
                throw new TrayRefusal(400, "customer_id: cliente não encontrado");
            }
            ids.add(id);
        }
        coupon.customers.addAll(ids);
        return TrayProtocol.written("Created", coupon.id, 201);
    }

    private byte[] list(TrayCall call) {
        List<Coupon> found = coupons.values().stream()
                .filter(coupon -> call.query("id") == null || call.query("id").equals(Long.toString(coupon.id)))
                .filter(coupon -> call.query("code") == null || call.query("code").equals(coupon.fields.get("code"))).toList();
        return TrayJson.list(call, "DiscountCoupons", "DiscountCoupon", "id_asc", List.of("id", "code"), found, TrayCoupons::row);
    }

    private static void row(JsonGenerator json, Coupon coupon) throws IOException {
        TrayJson.text(json, "id", coupon.id);
        for (String name : FIELDS) {
            json.writeStringField(name, coupon.fields.getOrDefault(name, ""));
        }
        json.writeStringField("created", ShopClock.stamp(coupon.created));
        json.writeStringField("updated", ShopClock.stamp(coupon.created));
        json.writeStringField("usage_counter", "0");
        json.writeStringField("usage_sum", "0.00");
        json.writeStringField("coupon_type", coupon.customers.isEmpty() ? "loja" : "cliente");
        json.writeStringField("local_application", "");
        json.writeStringField("freight_application", "");
    }

    private static Map<String, String> fields(TrayCall call) {
        JsonNode envelope = TrayAuth.json(call).path("DiscountCoupon");
        if (!envelope.isObject()) {
            throw new TrayRefusal(400, "DiscountCoupon é obrigatório");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        envelope.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue().asText()));
        return fields;
    }
}
