package io.loyaltyhub.sandbox;

import java.util.List;
import java.util.Set;

/** Which orders a list call asks for, and in which order. A null means: all. */
record OrderFilter(String id, String status, String customerId, String pointOfSale, String externalCode, String coupon,
                   String hasPayment, DayRange modified, DayRange date, DayRange paymentDate, String sort) {

    /** What the platform says it can filter by, word for word. */
    static final List<String> AVAILABLE = List.of("id", "status", "partner_id", "session_id", "sending_code", "customer_id", "shipment",
            "point_sale", "payment_form", "access_code", "external_code", "has_payment", "has_invoice", "has_shipment", "with_statuses",
            "printed", "payment_method_id", "store_note", "discount_coupon", "modified", "date", "shipment_date", "payment_date");
    static final Set<String> SORTS = Set.of("id_asc", "id_desc", "modified_asc", "modified_desc", "date_asc", "date_desc");

    private static final Set<String> UNDERSTOOD = Set.of("id", "status", "customer_id", "point_sale", "external_code", "discount_coupon",
            "has_payment", "modified", "date", "payment_date");

    static OrderFilter of(TrayCall call, String sort) {
        for (String name : AVAILABLE) {
            if (call.query(name) != null && !UNDERSTOOD.contains(name)) {
                // Answering everything would let a test pass that the real shop fails.
                throw new TrayRefusal(501, "The sandbox does not filter by " + name);
            }
        }
        return new OrderFilter(call.query("id"), call.query("status"), call.query("customer_id"), call.query("point_sale"),
                call.query("external_code"), call.query("discount_coupon"), call.query("has_payment"),
                DayRange.parse("modified", call.query("modified")), DayRange.parse("date", call.query("date")),
                DayRange.parse("payment_date", call.query("payment_date")), sort);
    }

    boolean accepts(StoredOrder order, OrderGenerator generator) {
        if (modified != null && !modified.contains(order.modified())
                || date != null && !date.contains(order.placed())
                || paymentDate != null && (order.paid() == 0 || !paymentDate.contains(order.paid()))
                || id != null && !id.equals(Long.toString(order.id()))
                || status != null && !status.equals(order.status().name())
                || customerId != null && !customerId.equals(Long.toString(order.customerId()))
                || hasPayment != null && !hasPayment.equals(order.paid() == 0 ? "0" : "1")) {
            return false;
        }
        if (pointOfSale == null && externalCode == null && coupon == null) {
            return true;
        }
        SandboxOrder basket = order.basket(generator);
        return (pointOfSale == null || pointOfSale.equals(basket.pointOfSale()))
                && (externalCode == null || externalCode.equals(basket.externalCode()))
                && (coupon == null || coupon.equals(basket.couponCode()));
    }
}
