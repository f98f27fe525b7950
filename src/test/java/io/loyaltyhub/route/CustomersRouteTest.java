package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The shop's customers become participants, where the merchant wants it. */
class CustomersRouteTest extends ShopAndHub {

    private static final Map<String, Object> IMPORTING = Map.of("importCustomers", true);
    private static final String LIST = "/customers";
    private static final String DETAIL = "/customers/*";

    @Test
    void theShopsCustomersAreRegisteredWithTheirPhones() {
        placeHundred(1);
        placeHundred(2);

        Programme programme = open(IMPORTING);

        // By the route's own clock: the other tests do not wait for it.
        await().atMost(Duration.ofSeconds(60)).until(() -> haveBeenImported(programme, 2));
        JsonNode known = participants(programme);
        assertThat(known).hasSize(2);
        assertThat(known.findValuesAsText("phone")).allMatch(phone -> phone.matches("\\d{10,11}"));
        assertThat(known.findValuesAsText("balance")).as("who bought before has points already").containsOnly("100");
    }

    @Test
    void whoDidNotChangeCostsNoFurtherCall() {
        placeHundred(1);
        Programme programme = open(IMPORTING);
        awaitImported(programme, 1);
        shop.resetCounters();

        again(programme);

        assertThat(shop.calls(LIST)).isEqualTo(1);
        assertThat(shop.calls(DETAIL)).isZero();
        assertThat(participants(programme)).hasSize(1);
    }

    @Test
    void withoutTheWishNobodyIsAskedFor() {
        placeHundred(1);
        Programme programme = open();

        poll(programme);

        assertThat(shop.calls(LIST)).isZero();
        assertThat(programme.health().get("customers").isNull()).isTrue();
    }

    @Test
    void aCustomerThatTheShopFailsOnWaitsApartAndTheOthersAreRegistered() {
        placeHundred(1);
        placeHundred(2);
        placeHundred(3);
        // Tray's list leaves a customer's detail to a call each.
        AtomicReference<String> bad = new AtomicReference<>();
        shop.fail(DETAIL, SandboxTray.ALWAYS, (call, ask) -> bad.compareAndSet(null, call.path()) || call.path().equals(bad.get())
                ? Fault.serverError().answer(call, ask) : ask.apply(call));

        Programme programme = open(IMPORTING);

        programme.importUntil(() -> !programme.health().at("/customers/lastSuccessAt").isNull());
        assertThat(haveBeenImported(programme, 2)).isTrue();
        assertThat(programme.deadLetters()).hasSize(1);
        assertThat(programme.health().at("/customers/consecutiveFailures").asInt()).isZero();
    }

    @Test
    void aShopThatIsOutOfOrderIsAskedAgainLaterAndTheMerchantSeesIt() {
        placeHundred(1);
        shop.fail(LIST, 3, Fault.serverError());
        Programme programme = open(IMPORTING);

        programme.importUntil(() -> programme.health().at("/customers/consecutiveFailures").asInt() == 1);
        assertThat(programme.health().at("/customers/lastError").asText()).contains("Tray");
        assertThat(programme.health().get("state").asText()).as("orders do not wait for customers").isEqualTo("healthy");

        again(programme);

        awaitImported(programme, 1);
        assertThat(programme.health().at("/customers/consecutiveFailures").asInt()).isZero();
    }

    /** Asks for an import, and waits until it has succeeded. */
    private void again(Programme programme) {
        String before = programme.health().at("/customers/lastSuccessAt").asText();
        programme.client().post(programme.integrationPath() + "/poll", null).expect(202);
        programme.importUntil(() -> !programme.health().at("/customers/lastSuccessAt").asText().equals(before));
    }

    private static void awaitImported(Programme programme, int customers) {
        programme.importUntil(() -> haveBeenImported(programme, customers));
    }

    private static boolean haveBeenImported(Programme programme, int customers) {
        JsonNode health = programme.health();
        return health.at("/customers/imported").asInt() == customers && !health.at("/customers/lastSuccessAt").isNull();
    }

    private static JsonNode participants(Programme programme) {
        return programme.client().get(programme.path() + "/participants?limit=200").expect(200).json().get("items");
    }
}
