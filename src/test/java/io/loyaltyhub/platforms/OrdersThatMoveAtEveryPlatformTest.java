package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Orders change while their list is read; where a list is sorted by that, all others move up. */
class OrdersThatMoveAtEveryPlatformTest extends EveryPlatform {

    private static final int MORE_THAN_A_PAGE = 10;
    private static final int CHANGES = 3;

    @ParameterizedTest
    @MethodSource("shops")
    void noOrderIsLeftOutBecauseAnotherOneChangedBetweenTwoPages(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Shop shop = open.shop();
            List<Order> placed = new ArrayList<>();
            for (int person = 0; person < open.platform().polling().pageSize() + MORE_THAN_A_PAGE; person++) {
                placed.add(Order.ofHundred().person(person));
            }
            placed.forEach(shop::place);
            Deque<Order> waiting = new ArrayDeque<>(placed);
            shop.resetCounters();
            shop.onCall(call -> shop.isList(call) && shop.calls(shop::isList) > 1 && placed.size() - waiting.size() < CHANGES,
                    () -> shop.move(waiting.pop().id(), Stage.SENT));

            JsonNode poll = open.poll();

            assertThat(outcome(poll)).as("%s", poll).isEqualTo("ok");
            assumeThat(shop.calls(shop::isList)).as("pages: some platforms give all at once").isGreaterThan(1);
            assertThat(waiting).as("orders that did not change").hasSizeLessThan(placed.size());
            assertThat(open.programme().balances().keySet()).as("who was paid").containsAll(waiting.stream().map(Order::document).toList());
            shop.clearFaults();
            open.poll();
            open.assertBalancesExact("once the orders that changed meanwhile were read again");
        }
    }
}
