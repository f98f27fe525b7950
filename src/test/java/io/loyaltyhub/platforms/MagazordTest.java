package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.MagazordShop;
import io.loyaltyhub.sandbox.kit.Order;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Magazord has and the others have not: stores that share an account, and calls that are released one by one. */
class MagazordTest extends EveryPlatform {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long ODD = 90_001;
    private static final long EVEN = 90_002;

    /** Nothing goes wrong here on purpose, so a slow machine may take its time. */
    @Override
    Map<String, Object> properties() {
        return Map.of("hub.routes-dir", RoutesCopy.withoutLimits());
    }

    @Test
    void whatIsAnnouncedOfAnotherStoreIsLookedAtOnceAndLeavesNothing() {
        try (OpenShop open = open()) {
            Order order = Order.ofHundred().person(1).id(EVEN);
            open.shop().place(order);
            Map<String, String> before = open.written();
            open.shop().resetCounters();

            assertThat(Announcements.to(hub.address(), open.programme()).send(shop(open).hookOfTheOtherStore(order))).isEqualTo(200);
            open.tick();

            await().atMost(PATIENCE).until(() -> hub.jdbc().queryForObject("SELECT count(*) FROM hints WHERE merchant_id = ?::uuid", Integer.class,
                    open.programme().merchant()) == 0);
            assertThat(open.shop().calls(open.shop()::isDetail)).as("calls for an order").isEqualTo(1);
            assertThat(open.written()).isEqualTo(before);
        }
    }

    @Test
    void pagesOfAnotherStoresOrdersAloneAreReadPast() {
        try (OpenShop open = open()) {
            shop(open).elsewhere(350);
            open.shop().place(Order.ofHundred().person(1).id(ODD));
            open.shop().place(Order.ofHundred().person(2).id(EVEN));
            open.shop().place(Order.ofHundred().person(4).id(EVEN + 1));
            open.shop().resetCounters();

            JsonNode poll = open.poll();

            assertThat(outcome(poll)).as("%s", poll).isEqualTo("ok");
            assertThat(open.shop().calls(open.shop()::isList)).as("calls for the list").isEqualTo(4);
            open.assertBalancesExact("with pages of another store");
        }
    }

    @Test
    void withoutAStoreThoseOfAllStoresCount() {
        try (OpenShop open = open()) {
            Map<String, Object> settings = new HashMap<>();
            settings.put("store", null);
            // A coupon is one store's.
            settings.put("coupons", null);
            open.programme().client().patch(open.programme().integrationPath(), Map.of("settings", settings)).expect(200);
            open.shop().place(Order.ofHundred().person(1).id(EVEN));

            open.poll();

            assertThat(open.programme().totalOfBalances()).isEqualTo(200);
        }
    }

    @Test
    void aCallThatWasNotReleasedIsToldToTheMerchant() {
        try (OpenShop open = open()) {
            shop(open).withhold("pedido");

            JsonNode check = open.programme().client().post(open.programme().integrationPath() + "/check", null).expect(200).json();

            assertThat(check.get("ok").asBoolean()).isFalse();
            assertThat(check.at("/steps/0/detail").asText()).contains("não está liberada").contains("suporte");
        }
    }

    @Test
    void customersAreRegisteredWithTheirPhones() {
        try (OpenShop open = open()) {
            open.shop().place(Order.ofHundred().person(1));
            open.shop().place(Order.ofHundred().person(2));

            open.programme().client().patch(open.programme().integrationPath(), Map.of("importCustomers", true)).expect(200);

            open.programme().importUntil(() -> open.programme().health().at("/customers/imported").asInt() == 2);
            JsonNode known = open.programme().client().get(open.programme().path() + "/participants").expect(200).json().get("items");
            assertThat(known.findValuesAsText("phone")).containsExactlyInAnyOrderElementsOf(
                    List.of(Order.ofHundred().person(1).phone(), Order.ofHundred().person(2).phone()));
        }
    }

    private OpenShop open() {
        return OpenShop.unlimited(hub, MagazordShop.class);
    }

    private static MagazordShop shop(OpenShop open) {
        return (MagazordShop) open.shop();
    }
}
