package io.loyaltyhub.platforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What platforms announce, each in its own form: a hint that is followed up, and nothing that is believed. */
class AnnouncementsOfEveryPlatformTest extends EveryPlatform {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static Stream<Named<Class<? extends Shop>>> shopsThatAnnounce() {
        return shops().filter(type -> announces(type.getPayload()));
    }

    private static boolean announces(Class<? extends Shop> type) {
        try (Shop shop = Shops.open(type)) {
            Order order = Order.ofHundred();
            shop.place(order);
            return shop.hook(order).isPresent();
        }
    }

    @ParameterizedTest
    @MethodSource("shops")
    void aPlatformSaysWhetherItAnnouncesOrders(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            assertThat(open.platform().can("webhooks")).isEqualTo(announces(type));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatAnnounce")
    void anAnnouncedOrderIsPaidWithoutReadingTheList(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Order order = Order.ofHundred().person(1);
            open.shop().place(order);
            open.shop().resetCounters();

            for (int i = 0; i < 10; i++) {
                assertThat(announcements(open).send(open.shop().hook(order).orElseThrow())).isEqualTo(200);
            }
            open.tick();

            await().atMost(PATIENCE).untilAsserted(() -> open.assertBalancesExact("after an announcement"));
            assertThat(open.shop().calls(open.shop()::isList)).as("calls for the list").isZero();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatAnnounce")
    void anAnnouncedOrderThatThePlatformDoesNotKnowYetIsAskedForAgainLater(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Call announcement = announcedElsewhere(type, early());

            assertThat(announcements(open).send(announcement)).isEqualTo(200);
            open.tick();
            await().atMost(PATIENCE).until(() -> open.attemptsInVain().equals(List.of(1)));
            open.shop().place(early());
            open.shop().resetCounters();
            open.askAgainNow();

            await().atMost(PATIENCE).untilAsserted(() -> open.assertBalancesExact("once the platform knows the order"));
            assertThat(open.shop().calls(open.shop()::isList)).as("calls for the list").isZero();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatAnnounce")
    void theAddressOfAnnouncementsAnswersAndNoOtherDoes(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Order order = Order.ofHundred().person(1);
            open.shop().place(order);

            assertThat(announcements(open).look()).isEqualTo(200);
            assertThat(announcements(open).forged().send(open.shop().hook(order).orElseThrow())).isEqualTo(404);
        }
    }

    /** An order whose id is known before it is placed. */
    private static Order early() {
        return Order.ofHundred().person(1).id(95_001).number("15001");
    }

    /** What a part of the platform says that has the order already. */
    private static Call announcedElsewhere(Class<? extends Shop> type, Order order) {
        try (Shop elsewhere = Shops.open(type)) {
            elsewhere.place(order);
            return elsewhere.hook(order).orElseThrow();
        }
    }

    private Announcements announcements(OpenShop open) {
        return Announcements.to(hub.address(), open.programme());
    }
}
