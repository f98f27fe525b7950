package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sale.Document;
import io.loyaltyhub.sale.Sale;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An order of Tray → the canonical sale, as one would write it in Java: the same result as the mapping's, without it. */
final class HandWrittenMapping {

    private static final BigDecimal ZERO = BigDecimal.valueOf(0, 2);

    private HandWrittenMapping() {
    }

    static Sale sale(JsonNode order, ZoneOffset zone) {
        JsonNode status = order.path("OrderStatus");
        JsonNode buyer = order.path("Customer");
        List<String> warnings = new ArrayList<>(0);
        String id = text(order, "id");
        String statusName = text(status, "status");
        return new Sale(id, id, null, text(order, "point_sale"), null,
                new Sale.Status(text(status, "id"), statusName == null ? text(order, "status") : statusName),
                placedAt(order, zone),
                LocalDateTime.parse(text(order, "modified").replace(' ', 'T')).atOffset(zone),
                customer(order, buyer, warnings),
                items(order.path("ProductsSold")),
                amounts(order),
                coupon(order),
                List.copyOf(warnings));
    }

    private static OffsetDateTime placedAt(JsonNode order, ZoneOffset zone) {
        String date = text(order, "date");
        String hour = text(order, "hour");
        if (date == null || date.startsWith("0000")) {
            return null;
        }
        LocalDate day = LocalDate.parse(date);
        return (hour == null ? day.atStartOfDay() : LocalDateTime.parse(date + 'T' + hour)).atOffset(zone);
    }

    private static Sale.Customer customer(JsonNode order, JsonNode buyer, List<String> warnings) {
        String cpf = text(buyer, "cpf");
        String cnpj = text(buyer, "cnpj");
        boolean company = "1".equals(text(buyer, "type"));
        String given = company ? first(cnpj, cpf) : first(cpf, cnpj);
        String document = Document.valid(given);
        if (document == null && given != null && !Document.digits(given).isEmpty()) {
            warnings.add(Sale.DOCUMENT_INVALID);
        }
        String email = text(buyer, "email");
        String phone = Document.digits(first(text(buyer, "cellphone"), text(buyer, "phone")));
        String birth = text(buyer, "birth_date");
        return new Sale.Customer(
                first(text(buyer, "id"), text(order, "customer_id")),
                first(text(buyer, "company_name"), text(buyer, "name")),
                document,
                email == null || email.indexOf('@') < 1 ? null : email.toLowerCase(Locale.ROOT),
                phone.isEmpty() ? null : phone,
                birth == null || birth.startsWith("0000") ? null : LocalDate.parse(birth));
    }

    private static List<Sale.Item> items(JsonNode lines) {
        List<Sale.Item> items = new ArrayList<>(lines.size());
        for (JsonNode line : lines) {
            JsonNode sold = line.path("ProductsSold");
            BigDecimal quantity = new BigDecimal(text(sold, "quantity")).stripTrailingZeros();
            items.add(new Sale.Item(text(sold, "reference"), text(sold, "name"),
                    quantity.scale() < 0 ? quantity.setScale(0) : quantity, money(sold, "price")));
        }
        return List.copyOf(items);
    }

    private static Sale.Amounts amounts(JsonNode order) {
        BigDecimal total = money(order, "total");
        BigDecimal shipping = money(order, "shipment_value");
        BigDecimal surcharge = money(order, "taxes").add(money(order, "interest")).add(money(order, "payment_method_rate"));
        BigDecimal discount = money(order, "discount").add(money(order.path("coupon"), "discount")).add(money(order, "progressive_discount"));
        return new Sale.Amounts(total.subtract(shipping).subtract(surcharge), shipping, discount, surcharge, total, ZERO);
    }

    private static String coupon(JsonNode order) {
        String own = text(order.path("coupon"), "code");
        String joined = text(order, "discount_coupon");
        return own != null || joined == null ? own : joined.substring(0, joined.indexOf('/') < 0 ? joined.length() : joined.indexOf('/'));
    }

    private static BigDecimal money(JsonNode node, String name) {
        String text = text(node, name);
        return text == null ? ZERO : new BigDecimal(text).setScale(2, java.math.RoundingMode.HALF_UP);
    }

    private static String first(String one, String other) {
        return one == null ? other : one;
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            return null;
        }
        String text = value.asText().strip();
        return text.isEmpty() ? null : text;
    }
}
