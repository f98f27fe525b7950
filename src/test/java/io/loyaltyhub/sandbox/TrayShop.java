package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.CouponSeen;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Reply;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link SandboxTray}'s protocol behind the kit's counter: the platform where it is one of many. */
public final class TrayShop extends Shop {

    private static final String BASE = "/web_api";
    private static final long SEED = 43;
    private static final SandboxStatus DEVOLVIDO = new SandboxStatus(12, "DEVOLVIDO", "canceled", "#E0E0E0");
    private static final Map<Stage, SandboxStatus> STATUSES = Map.of(
            Stage.NEW, SandboxStatus.AGUARDANDO_PAGAMENTO,
            Stage.PAID, SandboxStatus.A_ENVIAR,
            Stage.SENT, SandboxStatus.ENVIADO,
            Stage.DELIVERED, SandboxStatus.FINALIZADO,
            Stage.CANCELLED, SandboxStatus.CANCELADO,
            Stage.RETURNED, DEVOLVIDO);

    private final TrayTokens tokens;
    private final String code;
    private final OrderStore orders;
    private final TrayCoupons coupons;
    private final TrayProtocol protocol;

    public TrayShop() {
        this(Clock.systemUTC());
    }

    public TrayShop(Clock wanted) {
        super(wanted);
        ShopClock clock = new ShopClock(wanted);
        CustomerStore customers = new CustomerStore(clock);
        StatusStore statuses = new StatusStore();
        statuses.add(DEVOLVIDO);
        tokens = new TrayTokens(clock, SEED);
        code = tokens.install();
        orders = new OrderStore(customers, clock, SEED);
        coupons = new TrayCoupons(customers, clock);
        protocol = new TrayProtocol(new TrayAuth(tokens, apiAddress()), tokens, new CallLimits(clock), orders, customers, statuses,
                coupons);
        limits(Limits.perMinute(180).and(Limits.perDay(10_000)));
    }

    @Override
    public String platform() {
        return "tray";
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of("apiAddress", apiAddress().toString(), "code", code,
                "consumerKey", tokens.consumerKey, "consumerSecret", tokens.consumerSecret);
    }

    @Override
    public Map<String, Object> wrongSettings() {
        Map<String, Object> wrong = new HashMap<>(settings());
        wrong.put("code", "codigo-que-nunca-existiu");
        return wrong;
    }

    @Override
    public List<String> scoringStatuses() {
        return List.of("1", "4", "69");
    }

    @Override
    public List<String> reversalStatuses() {
        return List.of("9", "12");
    }

    @Override
    public boolean isList(Call call) {
        return call.path().equals(BASE + "/orders");
    }

    @Override
    public boolean isDetail(Call call) {
        return call.path().matches(BASE + "/orders/\\d+/complete");
    }

    @Override
    public boolean isCoupon(Call call) {
        return call.method().equals("POST") && call.path().matches(BASE + "/discount_coupons/?");
    }

    @Override
    public Map<String, CouponSeen> coupons() {
        return coupons.byCode();
    }

    @Override
    public Optional<Call> hook(Order order) {
        return Optional.of(Call.postForm(Map.of("seller_id", "445566", "scope_id", Long.toString(order.id()), "scope_name", "order",
                "act", "update", "app_code", "991")));
    }

    @Override
    protected Reply answer(Call call) {
        if (!call.path().startsWith(BASE + "/")) {
            return Reply.html(404, "<!DOCTYPE html><h1>Página não encontrada</h1>");
        }
        TrayCall asked = trayCall(call);
        try {
            return reply(protocol.answer(asked));
        } catch (TrayRefusal refusal) {
            return reply(TrayJson.error(refusal, asked.path()));
        }
    }

    @Override
    protected Reply tooMany() {
        return reply(TrayJson.error(new TrayRefusal(429, "Limite de requisições excedido"), ""));
    }

    @Override
    protected Reply unauthorised() {
        return reply(TrayJson.error(TrayRefusal.unauthorised(1099), ""));
    }

    @Override
    protected void changed(Order order) {
        if (orders.find(order.id()) == null) {
            orders.place(basket(order).id(order.id()).status(STATUSES.get(order.stage())).placedAt(wallTime(order.placedAt())));
        } else {
            orders.edit(order.id(), before -> basket(order));
            orders.changeStatus(order.id(), STATUSES.get(order.stage()));
        }
    }

    private URI apiAddress() {
        return address().resolve(BASE);
    }

    private Reply reply(TrayAnswer answer) {
        Map<String, String> headers = new HashMap<>(answer.headers());
        String contentType = headers.remove("Content-Type");
        Reply reply = new Reply(answer.status(), contentType, headers, answer.body());
        return orders().stream().anyMatch(this::poisoned) ? withNonsense(reply) : reply;
    }

    private Reply withNonsense(Reply reply) {
        try {
            JsonNode root = TrayJson.MAPPER.readTree(reply.body());
            orders().stream().filter(this::poisoned).forEach(order -> Poison.TOTAL_IS_TEXT.into(root, order.id()));
            return reply.withBody(TrayJson.MAPPER.writeValueAsBytes(root));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static SandboxOrder basket(Order order) {
        SandboxOrder basket = SandboxOrder.empty().customer(order.person()).freight(order.shipping().toPlainString())
                .surcharge(order.surcharge().toPlainString()).externalCode(order.externalNumber())
                .items(order.items().stream().map(TrayShop::item).toList());
        BigDecimal discount = order.discount();
        return order.coupon().isEmpty() ? basket.discount(discount.toPlainString()) : basket.coupon(order.coupon(), discount.toPlainString());
    }

    private static SandboxItem item(Order.Item item) {
        return SandboxItem.of(item.sku(), item.name(), item.quantity(), item.unitPrice().toPlainString());
    }

    private static TrayCall trayCall(Call call) {
        Headers headers = new Headers();
        call.headers().forEach(headers::set);
        return new TrayCall(call.method(), call.path().substring(BASE.length()).replaceFirst("/$", ""), call.query(), headers, call.text());
    }

    private static LocalDateTime wallTime(Instant instant) {
        return LocalDateTime.ofInstant(instant, ShopClock.BRASILIA);
    }
}
