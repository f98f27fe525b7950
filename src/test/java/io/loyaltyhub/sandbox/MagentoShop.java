package io.loyaltyhub.sandbox;

import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What both generations of Bis2Bis' shops have in common: the statuses, UTC, and the columns of an order. */
abstract class MagentoShop extends Shop {

    static final int FIRST_CUSTOMER = 7_000;

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    MagentoShop(Clock clock) {
        super(clock);
    }

    @Override
    public final String platform() {
        return "bis2bis";
    }

    @Override
    public final List<String> scoringStatuses() {
        return List.of("processing", "complete");
    }

    @Override
    public final List<String> reversalStatuses() {
        return List.of("canceled", "closed");
    }

    static String status(Stage stage) {
        return switch (stage) {
            case NEW -> "pending";
            case PAID -> "processing";
            case SENT, DELIVERED -> "complete";
            case CANCELLED -> "canceled";
            case RETURNED -> "closed";
        };
    }

    static String time(Instant instant) {
        return SECOND.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** Throws a DateTimeParseException where it is none. */
    static Instant instant(String time) {
        return LocalDateTime.parse(time, SECOND).toInstant(ZoneOffset.UTC);
    }

    static int customer(Order order) {
        return FIRST_CUSTOMER + order.person();
    }

    /** One order of each person, the one that changed last. */
    final Map<Integer, Order> customers() {
        Map<Integer, Order> customers = new LinkedHashMap<>();
        changedSince(Instant.EPOCH).forEach(order -> customers.put(customer(order), order));
        return customers;
    }

    static String firstName(Order order) {
        return order.name().split(" ", 2)[0];
    }

    static String lastName(Order order) {
        String[] names = order.name().split(" ", 2);
        return names.length == 2 ? names[1] : "";
    }

    static String storeName() {
        return "Loja Exemplo\nLoja Exemplo\nPadrao";
    }
}
