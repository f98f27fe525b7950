package io.loyaltyhub.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.sandbox.kit.Stage;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The demo's shops of all other platforms: a merchant and a stand-in each, in which now and then an order is placed, paid, sent,
 * delivered, or cancelled. What they say of it goes to the hub's hooks where the platform has any.
 */
final class OtherShops {

    private static final Duration BEAT = Duration.ofSeconds(7);
    private static final int PEOPLE = 200;

    private final HubClient operator;
    private final String merchantName;
    private final SplittableRandom random = new SplittableRandom();
    private final Map<Shop, List<Long>> onTheWay = new HashMap<>();
    private final Map<Shop, String> hooks = new HashMap<>();

    private OtherShops(HubClient operator, String merchantName) {
        this.operator = operator;
        this.merchantName = merchantName;
    }

    /** @return what was opened, by the names of their integrations */
    static List<String> open(HubClient operator, String merchantName, String but) {
        OtherShops shops = new OtherShops(operator, merchantName);
        List<String> opened = new ArrayList<>();
        for (Class<? extends Shop> type : Shops.all()) {
            Shop shop = Shops.open(type);
            if (shop.platform().equals(but)) {
                shop.close();
            } else {
                opened.add(shops.setUp(shop, type.getSimpleName().replaceFirst("Shop$", "")));
            }
        }
        ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "other-shops");
            thread.setDaemon(true);
            return thread;
        });
        beat.scheduleWithFixedDelay(shops::trade, 3, BEAT.toSeconds(), TimeUnit.SECONDS);
        return opened;
    }

    private String setUp(Shop shop, String name) {
        JsonNode merchant = operator.post("merchants", Map.of("name", merchantName + " · " + name, "siteUrl", "https://www.exemplo.com.br")).expect(201).json();
        String path = "merchants/" + merchant.get("id").asText();
        operator.post(path + "/points-rules", Map.of("name", "1 ponto por real", "pointsPerReal", "1", "default", true)).expect(201);
        JsonNode integration = operator.post(path + "/integrations", Map.of("platform", shop.platform(), "name", "Loja " + name, "settings", shop.settings(),
                "pollInterval", "PT30S", "importSales", true, "scoringStatuses", shop.scoringStatuses(), "reversalStatuses", shop.reversalStatuses()))
                .expect(201).json();
        operator.post(path + "/integrations/" + integration.get("id").asText() + "/activate", null).expect(200);
        onTheWay.put(shop, new ArrayList<>());
        hooks.put(shop, integration.path("webhookUrl").asText());
        return name;
    }

    private synchronized void trade() {
        onTheWay.forEach((shop, orders) -> {
            if (orders.isEmpty() || random.nextInt(3) == 0) {
                Order order = Order.of(Order.Item.of("CAM-BAS-01", "Camiseta Básica", 1 + random.nextInt(2), price(40, 120)),
                        Order.Item.of("CAN-300", "Caneca 300ml", 1, price(15, 45)));
                orders.add(shop.place(order.person(random.nextInt(PEOPLE)).stage(Stage.NEW).shipping(price(8, 30))));
                announce(shop, order);
            } else {
                moveOn(shop, orders, orders.get(random.nextInt(orders.size())));
            }
        });
    }

    private void moveOn(Shop shop, List<Long> orders, long id) {
        Stage next = switch (shop.order(id).stage()) {
            case NEW -> Stage.PAID;
            case PAID -> random.nextInt(6) == 0 ? Stage.CANCELLED : Stage.SENT;
            case SENT -> Stage.DELIVERED;
            default -> null;
        };
        if (next != null) {
            shop.move(id, next);
            announce(shop, shop.order(id));
        }
        if (next == null || next == Stage.CANCELLED) {
            orders.remove(id);
        }
    }

    /** Whether anybody is there to hear it or not: it is said again at the order's next change. */
    private void announce(Shop shop, Order order) {
        shop.hook(order).ifPresent(call -> operator.anonymous().send(call.method(), URI.create(hooks.get(shop)).getPath(), call.text(),
                "Content-Type", call.header("content-type")));
    }

    private String price(int from, int to) {
        return BigDecimal.valueOf(random.nextLong(from * 100L, to * 100L), 2).toPlainString();
    }
}
