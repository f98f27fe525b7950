package io.loyaltyhub.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SettableClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What stand-ins have from the kit, seen through the smallest of them. */
class ShopTest {

    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final CornerShop shop = new CornerShop(clock);

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void ordersComeWithAnIdANumberAndABuyer() throws Exception {
        long id = shop.place(Order.ofHundred().person(3).shipping("12.90").surcharge("1.00"));

        JsonNode row = json(get("/orders/" + id));

        assertThat(row.get("goods").asText()).isEqualTo("100.00");
        assertThat(row.get("total").decimalValue()).isEqualByComparingTo("113.90");
        assertThat(row.get("document").asText()).isEqualTo(shop.order(id).document()).hasSize(14);
        assertThat(shop.order(id).number()).isNotEqualTo("" + id);
    }

    @Test
    void whatIsGivenForGoodsIsWhatIsLeftAfterTheDiscount() {
        long id = shop.place(Order.ofHundred().discount("10.00").coupon("DEZ"));

        assertThat(shop.order(id).goods()).isEqualByComparingTo("90.00");
        shop.edit(id, "45.50");
        assertThat(shop.order(id).goods()).isEqualByComparingTo("45.50");
        assertThat(shop.order(id).subtotal()).isEqualByComparingTo("55.50");
    }

    @Test
    void theHistoryOfAnOrderIsKept() {
        long id = shop.place(Order.ofHundred().stage(Stage.NEW));
        clock.advance(Duration.ofHours(2));
        shop.move(id, Stage.PAID);

        Order order = shop.order(id);
        assertThat(order.history()).extracting(Order.Step::stage).containsExactly(Stage.NEW, Stage.PAID);
        assertThat(order.placedAt()).isEqualTo(START);
        assertThat(order.changedAt()).isEqualTo(order.reached(Stage.PAID)).isEqualTo(START.plus(Duration.ofHours(2)));
        assertThat(order.reached(Stage.SENT)).isNull();
    }

    @Test
    void whatChangedSinceComesInTheOrderOfTheChanges() {
        long first = shop.place(Order.ofHundred());
        clock.advance(Duration.ofMinutes(1));
        long second = shop.place(Order.ofHundred());
        long third = shop.place(Order.ofHundred());
        clock.advance(Duration.ofMinutes(1));
        shop.move(first, Stage.SENT);

        assertThat(shop.changedSince(START.plusSeconds(1))).extracting(order -> order.id()).containsExactly(second, third, first);
        assertThat(shop.changedSince(START.plusSeconds(61))).extracting(order -> order.id()).containsExactly(first);
    }

    @Test
    void pagesEndWithTheLastOrder() throws Exception {
        for (int person = 0; person < 3; person++) {
            shop.place(Order.ofHundred().person(person));
        }

        assertThat(json(get("/orders")).get("pages").asInt()).isEqualTo(2);
        assertThat(json(get("/orders?page=2")).get("orders")).hasSize(1);
        assertThat(json(get("/orders?page=3")).get("orders")).isEmpty();
    }

    @Test
    void aPoisonedOrderHasNonsenseForAmountsUntilItIsHealed() throws Exception {
        long id = shop.place(Order.ofHundred());

        shop.poison(id);
        assertThat(json(get("/orders/" + id)).get("goods").asText()).isEqualTo("R$ cem");
        assertThat(json(get("/orders/" + id)).get("total").asText()).isEqualTo("R$ cem");

        shop.heal(id);
        assertThat(json(get("/orders/" + id)).get("goods").asText()).isEqualTo("100.00");
    }

    @Test
    void wrongCredentialsAreRefused() throws Exception {
        assertThat(HTTP.send(HttpRequest.newBuilder(shop.address().resolve("/orders")).build(), BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void whatIsOneTooManyIsRefusedAndCounted() throws Exception {
        shop.limits(Limits.perSecond(1000).and(Limits.perMinute(3)));
        for (int call = 0; call < 3; call++) {
            assertThat(get("/orders").statusCode()).isEqualTo(200);
        }
        assertThat(shop.exceeded()).isZero();

        assertThat(get("/orders").statusCode()).isEqualTo(429);

        assertThat(shop.exceeded()).isEqualTo(1);
        assertThat(shop.busiestMinute()).isEqualTo(4);
        shop.resetCounters();
        assertThat(get("/orders").statusCode()).isEqualTo(200);
    }

    @Test
    void callsAreCountedByPatternAndKept() throws Exception {
        get("/orders?page=2&since=2026-03-02T12%3A00%3A00Z");
        get("/orders/17");

        assertThat(shop.calls("/orders")).isEqualTo(1);
        assertThat(shop.calls("GET /orders/*")).isEqualTo(1);
        assertThat(shop.calls("POST /orders**")).isZero();
        assertThat(shop.calls(shop::isDetail)).isEqualTo(1);
        assertThat(shop.lastCalls().get(0).query("since")).isEqualTo("2026-03-02T12:00:00Z");
        assertThat(shop.lastCalls().get(0).basicPassword()).isEqualTo("segredo");
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void troubleDisturbsAsOftenAsItIsToldAndThenAllIsWell(Trouble trouble) throws Exception {
        shop.place(Order.ofHundred());
        shop.hang(Duration.ofMillis(50));
        byte[] right = get("/orders").body();
        shop.fail("/orders", 1, trouble);

        assertThat(asItShouldBe(right)).isFalse();
        assertThat(asItShouldBe(right)).isTrue();
    }

    @Test
    void troubleForOneKindOfCallsLeavesTheOthersAlone() throws Exception {
        shop.fail(shop::isDetail, Shop.ALWAYS, Trouble.SERVER_ERROR);

        assertThat(get("/orders").statusCode()).isEqualTo(200);
        assertThat(get("/orders/1").statusCode()).isEqualTo(500);
        shop.clearFaults();
        assertThat(get("/orders/1").statusCode()).isEqualTo(404);
    }

    @Test
    void anAnnouncementReadsLikeAnyCall() {
        long id = shop.place(Order.ofHundred());

        assertThat(shop.hook(shop.order(id)).orElseThrow().form()).containsEntry("order", "" + id);
        assertThat(Call.postJson(List.of(id)).json().get(0).asLong()).isEqualTo(id);
        assertThat(Call.post("text/xml", "<a><b>x</b></a>").xml().getDocumentElement().getTextContent()).isEqualTo("x");
        assertThat(Call.post("text/xml", "no").xml()).isNull();
    }

    @Test
    void theKitsOwnShopsStandForNoPlatform() {
        assertThat(Shops.all()).doesNotContain(CornerShop.class);
        assertThatThrownBy(() -> shop.move(17, Stage.PAID)).hasMessageContaining("17");
    }

    /** Whether the list comes back as it is, under its own name, soon, and at the first attempt: this client quietly repeats dropped calls. */
    private boolean asItShouldBe(byte[] right) throws Exception {
        int before = shop.calls("/orders");
        try {
            HttpResponse<byte[]> response = HTTP.sendAsync(request("/orders"), BodyHandlers.ofByteArray()).get(3, TimeUnit.SECONDS);
            return response.statusCode() == 200 && Arrays.equals(right, response.body()) && shop.calls("/orders") == before + 1
                    && response.headers().firstValue("content-type").orElse("").startsWith("application/json");
        } catch (ExecutionException | TimeoutException disturbed) {
            return false;
        }
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return HTTP.send(request(path), BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String path) {
        String basic = Base64.getEncoder().encodeToString("ana:segredo".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(shop.address() + path)).header("Authorization", "Basic " + basic).build();
    }

    private static JsonNode json(HttpResponse<byte[]> response) throws IOException {
        return Reply.MAPPER.readTree(response.body());
    }
}
