package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.Magento1Shop;
import io.loyaltyhub.sandbox.Magento2Shop;
import io.loyaltyhub.sandbox.kit.Call;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shop without pages asks of a hub: sessions that end, and a past that is read in steps of time. */
class SoapShopTest extends EveryPlatform {

    private static final Instant LONG_AGO = Instant.now().minus(Duration.ofDays(700));
    private static final Predicate<Call> LOGIN = call -> call.text().contains("loginParam");

    @Test
    void aSessionServesManyPollsAndOneThatEndedIsOpenedAnewWithinThePoll() {
        try (OpenShop open = OpenShop.unlimited(hub, Magento1Shop.class)) {
            Magento1Shop shop = (Magento1Shop) open.shop();
            shop.resetCounters();
            open.poll();
            assertThat(shop.calls(LOGIN)).as("logins while the session lasts").isZero();

            shop.endSessions();
            shop.place(Order.ofHundred().person(1));
            assertThat(outcome(open.poll())).isEqualTo("ok");

            assertThat(shop.calls(LOGIN)).as("logins once it is over").isEqualTo(1);
            open.assertBalancesExact("after a session that ended");
        }
    }

    @Test
    void thePastIsReadInStepsThatGrowWhereNothingHappenedAndShrinkWhereTooMuchDid() {
        try (OpenShop open = OpenShop.unlimited(hub, Magento1Shop.class)) {
            Magento1Shop shop = (Magento1Shop) open.shop();
            shop.bears(40);
            for (int i = 0; i < 120; i++) {
                shop.place(Order.ofHundred().person(i % 50).placedAt(LONG_AGO.plus(Duration.ofHours(2L * i))));
            }
            shop.place(Order.ofHundred().person(1).placedAt(Instant.now().minus(Duration.ofDays(40))));

            readAgainFrom(open, "2020-01-01T00:00:00-03:00");

            open.assertBalancesExact("after reading the past");
            assertThat(open.programme().deadLetters()).isEmpty();
            assertThat(shop.calls(shop::isList)).as("calls for the list").isLessThan(150);
        }
    }

    @Test
    void aShopThatKeepsOnlyOneOfTwoConditionsLosesNothing() {
        try (OpenShop open = OpenShop.unlimited(hub, Magento1Shop.class)) {
            Magento1Shop shop = (Magento1Shop) open.shop();
            shop.keepsTheLastConditionOnly();
            for (int i = 0; i < 20; i++) {
                shop.place(Order.ofHundred().person(i).placedAt(LONG_AGO.plus(Duration.ofDays(30L * i))));
            }
            shop.resetCounters();

            readAgainFrom(open, "2020-01-01T00:00:00-03:00");

            open.assertBalancesExact("after reading the past");
            assertThat(shop.calls(shop::isList)).as("calls for the list").isEqualTo(1);
        }
    }

    @Test
    void aProductWithOptionsIsOneItemOfTheSale() {
        for (Class<? extends Shop> type : List.of(Magento1Shop.class, Magento2Shop.class)) {
            try (OpenShop open = OpenShop.unlimited(hub, type)) {
                open.shop().place(Order.of(Order.Item.of("CAM-1", "Camiseta", 2, "40.00"), Order.Item.of("CAN-300", "Caneca", 1, "20.00"))
                        .coupon("FIEL10").discount("10.00"));

                open.poll();

                JsonNode sale = open.programme().sales().get(0).get("sale");
                assertThat(sale.get("items").findValuesAsText("sku")).as(type.getSimpleName()).containsExactly("CAM-1", "CAN-300");
                assertThat(sale.get("coupon").asText()).isEqualTo("FIEL10");
                assertThat(sale.at("/amounts/goods").decimalValue()).isEqualByComparingTo("90");
                open.assertBalancesExact("after an order of options");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Magento1Shop.class, Magento2Shop.class})
    void customersAreImportedWithTheirPhonesAndWhoDidNotChangeCostsNoFurtherCall(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Predicate<Call> addresses = call -> call.text().contains("customerAddressListRequestParam");
            for (int person = 1; person <= 3; person++) {
                open.shop().place(Order.ofHundred().person(person));
            }
            open.poll();
            importCustomers(open);
            JsonNode known = open.programme().client().get(open.programme().path() + "/participants?limit=50").expect(200).json().get("items");
            assertThat(known).hasSize(3);
            assertThat(known.findValuesAsText("phone")).allMatch(phone -> phone.matches("\\d{10,11}"));
            open.shop().resetCounters();
            importCustomers(open);

            assertThat(open.shop().calls(addresses)).as("calls for addresses").isZero();
        }
    }

    @Test
    void aCustomerWhoCannotBeReadWaitsApartWithoutThePasswordsHash() {
        try (OpenShop open = OpenShop.unlimited(hub, Magento1Shop.class)) {
            open.shop().place(Order.ofHundred().person(1));
            open.shop().place(Order.ofHundred().person(2));
            ((Magento1Shop) open.shop()).deletes(2);

            importCustomers(open);

            JsonNode letters = open.programme().deadLetters();
            assertThat(letters).hasSize(1);
            assertThat(letters.get(0).get("payload").toString()).contains(open.shop().orders().get(1).email()).doesNotContain("password_hash");
        }
    }

    private void importCustomers(OpenShop open) {
        String ofThisOne = " WHERE integration_id = '" + open.programme().integration() + "'";
        hub.jdbc().update("UPDATE customer_imports SET next_import_at = now(), last_success_at = NULL" + ofThisOne);
        open.programme().client().patch(open.programme().integrationPath(), Map.of("importCustomers", true)).expect(200);
        open.programme().importUntil(() -> hub.jdbc().queryForObject(
                "SELECT last_success_at IS NOT NULL FROM customer_imports" + ofThisOne, Boolean.class));
    }

    private static void readAgainFrom(OpenShop open, String from) {
        JsonNode asked = open.programme().client().post(open.programme().integrationPath() + "/backfill", Map.of("from", from)).expect(202).json();
        assertThat(outcome(open.programme().awaitPoll(asked.get("pollId").asLong()))).isEqualTo("ok");
    }
}
