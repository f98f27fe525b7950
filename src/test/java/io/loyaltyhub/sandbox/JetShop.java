package io.loyaltyhub.sandbox;

import static io.loyaltyhub.sandbox.TinyV2Shop.fields;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What JET's two APIs have in common: the order, with its amounts as binary fractions, its history in no order and its coupon in a
 * sentence; and what is announced.
 */
abstract class JetShop extends Shop {

    private static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    /** Without a zone, and with as many digits as it takes. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder().appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 7, true).toFormatter();

    JetShop(Clock clock) {
        super(clock);
        // No limit is documented; three calls a second are taken to be bearable.
        limits(Limits.perMinute(180));
    }

    @Override
    public final String platform() {
        return "jet";
    }

    @Override
    public final List<String> scoringStatuses() {
        return List.of("03", "04", "05");
    }

    @Override
    public final List<String> reversalStatuses() {
        return List.of("06", "08");
    }

    @Override
    public final Optional<Call> hook(Order order) {
        return Optional.of(Call.postJson(fields("Id", 880_000 + order.history().size(), "Event", event(order.stage()), "ModifiedId", order.id(),
                "EventOccurredAt", time(order.changedAt()))));
    }

    private static String event(Stage stage) {
        return switch (stage) {
            case NEW -> "Pedido.Novo";
            case PAID -> "Pedido.Aprovado";
            case SENT -> "Order.Shipped";
            case DELIVERED -> "Pedido.Entregue";
            case CANCELLED -> "Pedido.Cancelado";
            case RETURNED -> "Pedido.Devolvido";
        };
    }

    /** The order as it is now. */
    final Map<String, Object> complete(Order order) {
        Map<String, Object> complete = fields("idOrder", order.id(), "dateOrder", time(order.placedAt()), "nameStatus", name(order.stage()), "orderType", 1,
                "total", binary(order, order.total()), "totalItens", binary(order, order.subtotal()), "totalShipping", binary(order, order.shipping()),
                "totalDiscount", binary(order, order.discount()), "totalInstallment", binary(order, order.total()),
                "interestValue", binary(order, order.surcharge()), "totalShoppingVoucher", 0.0);
        complete.putAll(fields("idCustomer", order.buyer().id(), "nameCustomer", order.name(), "email", order.email(), "cpf_cnpj", order.document(), "rg_ie", "",
                "typeCustomer", order.company() ? "J" : "F", "birthDate", midnight(order), "phone1", order.phone(), "phone2", "", "b2bB2c", order.company() ? 1 : 0));
        complete.putAll(fields("orderItems", order.items().stream().map(item -> fields("idSku", 4_410, "skuCode", item.sku(), "productCode", item.sku(),
                        "name", "<h1>" + item.name() + "</h1>", "nameProduct", item.name(), "quantity", item.quantity(),
                        "unitPrice", item.unitPrice().doubleValue(), "total", item.sum().doubleValue(), "isKit", false)).toList(),
                "historyListOrderStatus", history(order), "orderPayment", null, "paymentDate", null, "paymentFormDescription", "Pix", "nameShipping", "PAC",
                "orderNotes", order.coupon().isEmpty() ? "" : "Desconto Demanda: Id - 4801 Nome - " + order.coupon(),
                "marketPlaceID", 0, "marketPlaceName", "", "idSeller", null, "orderCD", null, "originApp", false, "metaData", "{}"));
        return complete;
    }

    /** Every order begins as a new one, be it for no time at all. */
    private static List<Map<String, Object>> history(Order order) {
        List<Map<String, Object>> history = new ArrayList<>();
        if (order.history().get(0).stage() != Stage.NEW) {
            history.add(entry(Stage.NEW, order.placedAt()));
        }
        order.history().forEach(step -> history.add(entry(step.stage(), step.at())));
        if (order.id() % 2 == 1) {
            Collections.reverse(history);
        }
        return history;
    }

    private static Map<String, Object> entry(Stage stage, Instant at) {
        return fields("idOrderStatus", Integer.parseInt(code(stage)), "statusCode", code(stage), "statusName", name(stage), "dateRegisterStatus", time(at),
                "message", "", "icon", "", "sendEmail", true, "orderInfo", null, "trackingLink", null);
    }

    private static String code(Stage stage) {
        return switch (stage) {
            case NEW -> "01";
            case PAID -> "03";
            case SENT -> "04";
            case DELIVERED -> "05";
            case CANCELLED -> "06";
            case RETURNED -> "08";
        };
    }

    private static String name(Stage stage) {
        return switch (stage) {
            case NEW -> "Novo";
            case PAID -> "Aprovado";
            case SENT -> "Despachado";
            case DELIVERED -> "Entregue";
            case CANCELLED -> "Cancelado";
            case RETURNED -> "Devolvido";
        };
    }

    static String midnight(Order order) {
        return order.birthDate() == null ? "0001-01-01T00:00:00" : order.birthDate() + "T00:00:00";
    }

    static String time(Instant at) {
        return TIME.format(at.atOffset(BRASILIA));
    }

    /** What becomes of an amount that somebody has calculated with: 0.1 + 0.2 − 0.3 is not nothing, either. */
    private Object binary(Order order, BigDecimal amount) {
        if (poisoned(order)) {
            return money(order, amount);
        }
        double exact = amount.doubleValue();
        boolean more = order.id() % 2 == 1;
        return exact == 0 ? (more ? 0.1 + 0.2 - 0.3 : 0.0) : more ? Math.nextUp(exact) : Math.nextDown(exact);
    }
}
