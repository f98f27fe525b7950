package io.loyaltyhub.platforms;

import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A day in a shop: forty orders of thirty people, which are placed, paid, sent, delivered, and now and then edited, cancelled or
 * returned on their way. Every shop has the same day.
 */
final class ShopDay {

    private static final int ORDERS = 40;
    private static final int PEOPLE = 30;

    private final SplittableRandom random = new SplittableRandom(7);
    private final List<Long> onTheWay = new ArrayList<>();
    private final Shop shop;
    private int placed;
    private int edited;

    ShopDay(Shop shop) {
        this.shop = shop;
    }

    boolean over() {
        return placed == ORDERS && onTheWay.isEmpty();
    }

    int edited() {
        return edited;
    }

    /** So many things happen, at once as far as anybody who asks can see. */
    void goOn(int changes) {
        for (int change = 0; change < changes && !over(); change++) {
            if (placed < ORDERS && (onTheWay.isEmpty() || random.nextInt(5) < 2)) {
                place();
            } else {
                moveOn(onTheWay.get(random.nextInt(onTheWay.size())));
            }
        }
    }

    private void place() {
        Order order = Order.of(
                Order.Item.of("CAM-" + placed, "Camiseta Básica", 1 + random.nextInt(3), price(20, 180)),
                Order.Item.of("CAN-300", "Caneca 300ml", 1, price(5, 60)));
        order.person(placed % PEOPLE).stage(random.nextInt(3) == 0 ? Stage.PAID : Stage.NEW);
        if (random.nextInt(2) == 0) {
            order.shipping(price(8, 40));
        }
        if (random.nextInt(3) == 0) {
            order.discount(price(1, 20));
        }
        if (random.nextInt(6) == 0) {
            order.discount(price(1, 20)).coupon("FIDEL10");
        }
        if (random.nextInt(8) == 0) {
            order.surcharge(price(1, 9));
        }
        onTheWay.add(shop.place(order));
        placed++;
    }

    private void moveOn(long id) {
        int chance = random.nextInt(10);
        Stage now = shop.order(id).stage();
        if (now == Stage.PAID && chance == 9) {
            shop.edit(id, price(10, 300));
            edited++;
            return;
        }
        Stage next = switch (now) {
            case NEW -> chance == 0 ? Stage.CANCELLED : Stage.PAID;
            case PAID -> chance == 0 ? Stage.CANCELLED : Stage.SENT;
            case SENT -> Stage.DELIVERED;
            case DELIVERED -> chance < 2 ? Stage.RETURNED : null;
            case CANCELLED, RETURNED -> null;
        };
        if (next != null) {
            shop.move(id, next);
        }
        if (next == null || next.undone()) {
            onTheWay.remove(id);
        }
    }

    private String price(int from, int to) {
        return BigDecimal.valueOf(random.nextLong(from * 100L, to * 100L), 2).toPlainString();
    }
}
