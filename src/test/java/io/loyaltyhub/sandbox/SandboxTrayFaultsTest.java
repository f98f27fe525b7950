package io.loyaltyhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SandboxTrayFaultsTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2024-05-15T12:00:00Z"));
    private final SandboxTray shop = SandboxTray.start(clock);
    private final SandboxClient client = new SandboxClient(shop);

    @BeforeEach
    void authorise() throws Exception {
        client.authorised();
        shop.placeMany(60, SandboxStatus.A_ENVIAR);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void faultsWaitInLineAndThenAllIsWell() throws Exception {
        shop.fail("/orders", 2, Fault.serverError());
        shop.fail("/orders", 1, Fault.tooManyRequests(7));

        assertThat(client.get("/orders/statuses").status()).as("another path").isEqualTo(200);
        assertThat(client.get("/orders").status()).isEqualTo(500);
        assertThat(client.get("/orders").status()).isEqualTo(500);
        SandboxClient.Reply limited = client.get("/orders");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.response().headers().firstValue("Retry-After")).contains("7");
        assertThat(client.get("/orders").status()).isEqualTo(200);
    }

    @Test
    void bodiesCanBeAnythingButWhatWasPromised() throws Exception {
        shop.fail("/orders", 1, Fault.html());
        shop.fail("/orders", 1, Fault.halfJson());
        shop.fail("/orders", 1, Fault.emptyBody());
        shop.fail("/orders", 1, Fault.wrongContentType());
        shop.fail("/orders", 1, Fault.redirect(URI.create("http://127.0.0.1:9/")));
        shop.fail("/orders", 1, Fault.unauthorised(1003));

        assertThat(client.get("/orders").response().body()).startsWith("<!DOCTYPE html>");
        assertThatThrownBy(client.get("/orders")::json).isInstanceOf(UncheckedIOException.class).hasCauseInstanceOf(JsonProcessingException.class);
        assertThat(client.get("/orders").response().body()).isEmpty();
        assertThat(client.get("/orders").response().headers().firstValue("Content-Type")).contains("text/plain");
        assertThat(client.get("/orders").response().headers().firstValue("Location")).contains("http://127.0.0.1:9/");
        assertThat(client.get("/orders").errorCode()).isEqualTo(1003);
    }

    @Test
    void theSamePageForEverNeverReachesItsTotal() throws Exception {
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.samePageForEver());

        JsonNode first = client.get("/orders?limit=50").json();
        JsonNode ninth = client.get("/orders?limit=50&page=9").json();

        assertThat(ninth.path("Orders")).isEqualTo(first.path("Orders")).isNotEmpty();
        assertThat(ninth.path("paging").path("page").asInt()).isEqualTo(9);
        assertThat(ninth.path("paging").path("total").asInt()).isEqualTo(1_000_000);
        shop.clearFaults();
        assertThat(client.get("/orders?limit=50&page=2").json().path("Orders")).hasSize(10);
    }

    @Test
    void theConnectionCanHangBreakOrEndHalfWay() throws Exception {
        shop.fail("/orders", 1, Fault.hang(Duration.ofSeconds(20)));
        assertThatThrownBy(() -> client.get("/orders")).isInstanceOf(HttpTimeoutException.class);
        // A client may repeat a GET whose connection broke, as the JDK's does: hence always.
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.connectionDropped());
        assertThatThrownBy(() -> client.get("/orders")).isInstanceOf(IOException.class);
        shop.clearFaults();
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.cutOff());
        assertThatThrownBy(() -> client.get("/orders")).isInstanceOf(IOException.class);
        shop.clearFaults();
        assertThat(client.get("/orders").status()).isEqualTo(200);
    }

    @Test
    void aDripEndsInTheRightAnswerAndAHugeBodyIsHuge() throws Exception {
        String right = client.get("/orders").response().body();
        shop.fail("/orders", 1, Fault.slowDrip(10_000, Duration.ofMillis(5)));
        assertThat(client.get("/orders").response().body()).isEqualTo(right);
        shop.fail("/orders", 1, Fault.hugeBody(25_000_000));
        assertThat(client.get("/orders").response().body().length()).isGreaterThan(25_000_000);
    }

    @Test
    void aRefreshWhoseAnswerIsLostHasUsedTheTokenUp() throws Exception {
        shop.fail("/auth", 1, Fault.hang(Duration.ofSeconds(20)));
        assertThatThrownBy(client::refresh).isInstanceOf(HttpTimeoutException.class);

        assertThat(client.refresh().status()).isEqualTo(401);
        assertThat(client.authorised().get("/orders").status()).isEqualTo(200);
    }

    @Test
    void aPoisonedOrderIsWrongEverywhereAndItsNeighboursAreNot() throws Exception {
        long id = shop.orderIds().get(1);
        shop.poison(id, Poison.TOTAL_IS_TEXT);
        shop.poison(shop.orderIds().get(2), Poison.STATUS_MISSING);

        JsonNode rows = client.get("/orders").json().path("Orders");

        assertThat(rows.path(0).path("Order").path("total").asText()).matches("\\d+\\.\\d\\d");
        assertThat(rows.path(1).path("Order").path("total").asText()).isEqualTo("abc");
        assertThat(rows.path(2).path("Order").has("OrderStatus")).isFalse();
        assertThat(client.get("/orders/" + id + "/complete").json().path("Order").path("total").asText()).isEqualTo("abc");
        shop.heal(id);
        assertThat(client.get("/orders/" + id).json().path("Order").path("total").asText()).matches("\\d+\\.\\d\\d");
    }

    @Test
    void aHookChangesTheShopBetweenTwoPages() throws Exception {
        shop.onCall(call -> call.path().equals("/orders") && call.page() == 2, shop::place);

        assertThat(client.get("/orders?limit=50").json().path("paging").path("total").asInt()).isEqualTo(60);
        assertThat(client.get("/orders?limit=50&page=2").json().path("paging").path("total").asInt()).isEqualTo(61);
    }

    @Test
    void theBudgetOfAMinuteAndOfADayIsKept() throws Exception {
        shop.resetCounters();
        shop.enforceLimits(true);
        for (int call = 0; call < 180; call++) {
            assertThat(client.get("/orders/statuses").status()).isEqualTo(200);
        }
        SandboxClient.Reply refused = client.get("/orders/statuses");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.response().headers().firstValue("Retry-After")).isEmpty();
        assertThat(shop.callsPerMinuteMax()).isEqualTo(181);

        clock.advance(Duration.ofSeconds(60));
        shop.limits(180, 181);
        assertThat(client.get("/orders/statuses").status()).isEqualTo(200);
        shop.retryAfter(3600);
        assertThat(client.get("/orders/statuses").response().headers().firstValue("Retry-After")).contains("3600");
        clock.advance(Duration.ofDays(1));
        client.authorised();
        assertThat(client.get("/orders/statuses").status()).isEqualTo(200);
    }

    @Test
    void callsAreCountedByPattern() throws Exception {
        shop.resetCounters();
        long id = shop.orderIds().get(0);
        client.get("/orders?page=1");
        client.get("/orders/" + id + "/complete");
        client.get("/orders/" + id);
        client.get("/orders/statuses");
        client.authorised();

        assertThat(shop.calls("/orders")).isEqualTo(1);
        assertThat(shop.calls("/orders/*/complete")).isEqualTo(1);
        assertThat(shop.calls("/orders/" + id)).isEqualTo(1);
        assertThat(shop.calls("/orders**")).isEqualTo(4);
        assertThat(shop.authCalls()).isEqualTo(1);
        assertThat(shop.newestCalls().get(0).query("page")).isEqualTo("1");
    }
}
