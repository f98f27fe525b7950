package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Writes an order the way each call shows it. */
final class OrderRows {

    /** What a call shows: the list has no customer and only ids of items, the complete order has it all. */
    enum Form { LIST, FULL_LIST, DETAIL, COMPLETE }

    private static final long DAY = 86_400;

    private final OrderStore orders;
    private final CustomerStore customers;

    OrderRows(OrderStore orders, CustomerStore customers) {
        this.orders = orders;
        this.customers = customers;
    }

    void write(JsonGenerator json, StoredOrder order, Form form) throws IOException {
        SandboxOrder basket = orders.basket(order);
        boolean listed = form == Form.LIST || form == Form.FULL_LIST;
        boolean full = form == Form.FULL_LIST || form == Form.COMPLETE;
        json.writeStringField("status", order.status().name());
        TrayJson.text(json, "id", order.id());
        json.writeStringField("date", ShopClock.day(order.placed()));
        if (form != Form.LIST) {
            json.writeStringField("hour", ShopClock.hour(order.placed()));
        }
        TrayJson.text(json, "customer_id", order.customerId());
        amounts(json, basket);
        freight(json, order, basket);
        json.writeStringField("point_sale", basket.pointOfSale());
        TrayJson.empty(json, "store_note", "sending_code");
        json.writeStringField("session_id", "s" + Long.toString(order.seed() >>> 1, 36));
        json.writeStringField("access_code", Long.toHexString(order.seed()).toUpperCase(Locale.ROOT));
        json.writeStringField("external_code", basket.externalCode());
        json.writeStringField("payment_date", order.paid() == 0 ? "0000-00-00" : ShopClock.day(order.paid()));
        json.writeStringField("modified", ShopClock.stamp(order.modified()));
        TrayJson.empty(json, "printed");
        json.writeStringField("has_payment", order.paid() == 0 ? "0" : "1");
        json.writeStringField("has_shipment", order.status().id() == SandboxStatus.ENVIADO.id() ? "1" : "0");
        json.writeStringField("has_invoice", "0");
        TrayJson.zero(json, "total_comission_user", "total_comission");
        TrayJson.empty(json, "is_traceable");
        if (listed) {
            json.writeStringField("payment_form", basket.payment().title);
        } else {
            detail(json, order, basket);
        }
        if (form == Form.COMPLETE) {
            json.writeStringField("payment_method_type", basket.payment().type);
            TrayJson.zero(json, "cost");
            json.writeObjectFieldStart("urls");
            TrayJson.empty(json, "payment");
            json.writeEndObject();
            TrayJson.none(json, "OrderInvoiceAmount");
        }
        status(json, order.status());
        if (full) {
            json.writeObjectFieldStart("Customer");
            CustomerRows.complete(json, customers.find(order.customerId()), ShopClock.day(order.placed()));
            json.writeEndObject();
        }
        json.writeArrayFieldStart("ProductsSold");
        items(json, order.id(), basket.items(), full);
        json.writeEndArray();
        json.writeArrayFieldStart("Payment");
        if (full && order.paid() != 0) {
            payment(json, order, basket);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("OrderTransactions");
        if (order.paid() != 0) {
            json.writeStartObject();
            TrayJson.empty(json, "url_payment");
            json.writeEndObject();
        }
        json.writeEndArray();
        TrayJson.none(json, "PickupLocation", "OrderInvoice", "MlOrder", "MarketplaceOrder", "Extensions");
    }

    private static void amounts(JsonGenerator json, SandboxOrder basket) throws IOException {
        TrayJson.money(json, "partial_total", basket.goods());
        TrayJson.money(json, "taxes", basket.taxes());
        // The coupon is not in here: the platform keeps it apart.
        TrayJson.money(json, "discount", basket.discount());
        boolean coupon = !basket.couponCode().isEmpty();
        json.writeStringField("discount_coupon", coupon ? basket.couponCode() + "/" + basket.couponDiscount().toPlainString() : "");
        if (coupon) {
            json.writeObjectFieldStart("coupon");
            json.writeStringField("code", basket.couponCode());
            TrayJson.money(json, "discount", basket.couponDiscount());
            json.writeEndObject();
        }
        TrayJson.money(json, "payment_method_rate", basket.surcharge());
        TrayJson.money(json, "interest", basket.interest());
        TrayJson.zero(json, "value_1", "progressive_discount", "shipping_progressive_discount");
        TrayJson.money(json, "total", basket.total());
    }

    private static void freight(JsonGenerator json, StoredOrder order, SandboxOrder basket) throws IOException {
        json.writeStringField("shipment", basket.shipment());
        TrayJson.money(json, "shipment_value", basket.freight());
        TrayJson.empty(json, "shipment_date", "id_quotation");
        json.writeStringField("shipment_integrator", "Correios");
        json.writeStringField("estimated_delivery_date", ShopClock.day(order.placed() + 7 * DAY));
    }

    private static void detail(JsonGenerator json, StoredOrder order, SandboxOrder basket) throws IOException {
        TrayJson.empty(json, "customer_note", "sending_date", "delivery_time", "billing_address", "tracking_url", "partner_name",
                "delivered", "shipping_cancelled");
        json.writeStringField("partner_id", "0");
        json.writeStringField("installment", basket.surcharge().signum() > 0 ? "3" : "1");
        TrayJson.text(json, "payment_method_id", basket.payment().id);
        json.writeStringField("payment_method", basket.payment().title);
        json.writeObjectFieldStart("CustomerAddress");
        TrayJson.text(json, "id", CustomerRows.addressId(order.customerId()));
        json.writeEndObject();
        json.writeObjectFieldStart("payments_notification");
        TrayJson.empty(json, "notification");
        json.writeEndObject();
    }

    private static void status(JsonGenerator json, SandboxStatus status) throws IOException {
        json.writeObjectFieldStart("OrderStatus");
        TrayJson.text(json, "id", status.id());
        json.writeStringField("default", "1");
        json.writeStringField("type", status.type());
        json.writeStringField("show_backoffice", "1");
        json.writeStringField("allow_edit_order", status.paid() ? "0" : "1");
        TrayJson.empty(json, "description");
        json.writeStringField("status", status.name());
        TrayJson.empty(json, "show_status_central");
        json.writeStringField("background", status.background());
        json.writeEndObject();
    }

    private static void items(JsonGenerator json, long orderId, List<SandboxItem> items, boolean full) throws IOException {
        for (int line = 0; line < items.size(); line++) {
            json.writeStartObject();
            if (full) {
                json.writeObjectFieldStart("ProductsSold");
                item(json, orderId, line, items.get(line));
                json.writeEndObject();
            } else {
                TrayJson.text(json, "id", lineId(orderId, line));
            }
            json.writeEndObject();
        }
    }

    private static void item(JsonGenerator json, long orderId, int line, SandboxItem item) throws IOException {
        TrayJson.text(json, "id", lineId(orderId, line));
        TrayJson.text(json, "order_id", orderId);
        TrayJson.text(json, "product_id", 500 + Math.floorMod(item.reference().hashCode(), 9_000));
        json.writeStringField("variant_id", "0");
        json.writeStringField("name", item.name());
        json.writeStringField("original_name", item.name());
        TrayJson.text(json, "quantity", item.quantity());
        TrayJson.money(json, "price", item.price());
        TrayJson.money(json, "original_price", item.price());
        TrayJson.zero(json, "cost_price");
        json.writeStringField("reference", item.reference());
        TrayJson.empty(json, "ean", "model");
        json.writeStringField("brand", "Exemplo");
        json.writeStringField("weight", "300");
        json.writeStringField("is_giveaway", "0");
        json.writeStringField("product_kit_id", "0");
        json.writeArrayFieldStart("Sku");
        if (!item.size().isEmpty()) {
            json.writeStartObject();
            json.writeStringField("type", "Tamanho");
            json.writeStringField("value", item.size());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("Category");
        if (!item.category().isEmpty()) {
            json.writeStartObject();
            json.writeStringField("id", "12");
            json.writeStringField("name", item.category());
            json.writeStringField("main_category", "1");
            json.writeEndObject();
        }
        json.writeEndArray();
        TrayJson.none(json, "Discount");
        json.writeObjectFieldStart("Stock");
        json.writeStringField("id", "1");
        json.writeStringField("name", "CD Principal");
        json.writeEndObject();
    }

    private static void payment(JsonGenerator json, StoredOrder order, SandboxOrder basket) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("Payment");
        TrayJson.text(json, "id", order.id() + 4_000);
        TrayJson.text(json, "order_id", order.id());
        TrayJson.text(json, "payment_method_id", basket.payment().id);
        json.writeStringField("method", basket.payment().title);
        TrayJson.empty(json, "payment_place", "note");
        TrayJson.money(json, "value", basket.total());
        json.writeStringField("date", ShopClock.day(order.paid()));
        json.writeStringField("created", ShopClock.stamp(order.paid()));
        json.writeStringField("modified", ShopClock.stamp(order.paid()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static long lineId(long orderId, int line) {
        return orderId * 100 + line;
    }
}
