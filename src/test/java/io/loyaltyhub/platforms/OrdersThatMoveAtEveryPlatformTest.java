package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Orders change while their list is read; where a list is sorted by that, all others move up. */
class OrdersThatMoveAtEveryPlatformTest extends EveryPlatform {

    private static final int MORE_THAN_A_PAGE = 10;

    @ParameterizedTest
    @MethodSource("shops")
    void noOrderIsLeftOutBecauseAnotherOneChangedBetweenTwoPages(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Shop shop = open.shop();
            List<Long> placed = new ArrayList<>();
            for (int person = 0; person < open.platform().polling().pageSize() + MORE_THAN_A_PAGE; person++) {
                placed.add(shop.place(Order.ofHundred().person(person)));
            }
            AtomicInteger pages = new AtomicInteger();
            shop.onCall(shop::isList, () -> {
                int page = pages.getAndIncrement();
                if (page > 0) {
                    shop.move(placed.get(page), Stage.SENT);
                }
            });

            JsonNode poll = open.poll();

            assertThat(outcome(poll)).as("%s", poll).isEqualTo("ok");
            assertThat(pages.get()).as("calls for the list").isGreaterThan(1);
            open.assertBalancesExact("while orders changed");
        }
    }
}
