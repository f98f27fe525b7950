package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.sandbox.kit.Stage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A day of orders, with the platforms' limits in force on both sides. All platforms have it at once: where calls are spaced, most of
 * it is waiting.
 */
class DayAtEveryPlatformTest extends EveryPlatform {

    private static final int CHANGES_BETWEEN_POLLS = 12;

    private final Map<Class<? extends Shop>, Future<?>> days = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @Override
    Map<String, Object> properties() {
        return Map.of();
    }

    @BeforeAll
    void beginTheDay() {
        Shops.all().forEach(type -> days.put(type, threads.submit(() -> spendTheDay(type))));
    }

    @AfterAll
    void endTheDay() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("shops")
    void aDayOfOrdersEndsInExactBalancesWithinThePlatformsLimits(Class<? extends Shop> type) throws Throwable {
        try {
            days.get(type).get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    private void spendTheDay(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.limited(hub, type)) {
            ShopDay day = new ShopDay(open.shop());
            // No more than the hub may ask for at once, where that is possible.
            int changes = Math.min(CHANGES_BETWEEN_POLLS, Math.max(4, open.platform().limits().burst() - 3));
            while (!day.over()) {
                day.goOn(changes);
                int before = open.shop().calls();
                JsonNode poll = open.poll();
                assertThat(open.shop().exceeded()).as("calls beyond the platform's limits").isZero();
                assertThat(outcome(poll)).as("%s", poll).isEqualTo("ok");
                open.timeFor(open.shop().calls() - before);
            }

            open.assertBalancesExact("at the end of a day");
            assertThat(open.programme().deadLetters()).isEmpty();
            assertThat(open.shop().orders().stream().map(Order::stage).collect(Collectors.toSet())).as("where orders end")
                    .containsExactlyInAnyOrder(Stage.DELIVERED, Stage.CANCELLED, Stage.RETURNED);
            assertThat(day.edited()).as("orders edited").isPositive();
        }
    }
}
