package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** What can be wrong with one single order, in the list as well as in the order's own answers. */
public enum Poison {
    TOTAL_IS_TEXT(order -> order.put("total", "abc")),
    STATUS_MISSING(order -> order.remove("OrderStatus")),
    TOTAL_MISSING(order -> order.remove("total")),
    DATE_IS_ZERO(order -> order.put("modified", "0000-00-00 00:00:00"));

    private final Consumer<ObjectNode> change;

    Poison(Consumer<ObjectNode> change) {
        this.change = change;
    }

    void into(JsonNode answer, long orderId) {
        for (JsonNode row : answer.path("Orders")) {
            poison(row.path("Order"), orderId);
        }
        poison(answer.path("Order"), orderId);
    }

    private void poison(JsonNode order, long orderId) {
        if (order instanceof ObjectNode row && row.path("id").asText().equals(Long.toString(orderId))) {
            change.accept(row);
        }
    }
}
