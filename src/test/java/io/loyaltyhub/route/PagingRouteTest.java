package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxItem;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.Programme;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Orders over several pages, while the shop goes on living. At most three pages a poll, and no limit on calls in the way. */
class PagingRouteTest extends ShopAndHub {

    private static final String DETAILS = "/orders/*/complete";

    @Override
    Map<String, Object> properties() {
        return Map.of("hub.routes-dir", RoutesCopy.of("tray").with("perMinute", 600_000).with("perDay", 1_000_000).with("burst", 10_000).with("maxPages", 3));
    }

    @Test
    void everyOrderOfThreePagesIsPaidOnce() {
        Programme programme = open();
        placeHundreds(120);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(poll.get("read").asInt()).isEqualTo(120);
        assertThat(shop.calls("/orders")).isEqualTo(3);
        assertThat(shop.calls(DETAILS)).isEqualTo(120);
        assertThat(paid(programme)).isEqualTo(120);
        assertThat(programme.totalOfBalances()).isEqualTo(12_000);
    }

    @Test
    void anOrderThatStandsOnTwoPagesIsPaidOnce() {
        Programme programme = open();
        List<Long> orders = placeHundreds(60);
        // Two older orders come into the window while page 1 is on its way: the last two of it stand on page 2 again.
        onceBefore(page(2), () -> {
            shop.place(SandboxOrder.ofHundred().id(10).customer(8));
            shop.place(SandboxOrder.ofHundred().id(11).customer(9));
        });

        JsonNode poll = poll(programme);

        assertThat(poll.get("read").asInt()).isEqualTo(62);
        assertThat(poll.get("duplicate").asInt()).isEqualTo(2);
        assertThat(shop.calls(DETAILS)).as("known by then, though page 1 was still being posted when page 2 came").isEqualTo(60);
        assertThat(points(programme.sale(orders.get(49)))).isEqualTo(100);
        poll(programme);
        assertThat(points(programme.sale(10))).isEqualTo(100);
        assertThat(points(programme.sale(11))).isEqualTo(100);
        assertThat(paid(programme)).isEqualTo(62);
        assertThat(programme.totalOfBalances()).isEqualTo(6_200);
    }

    @Test
    void anOrderEditedAfterItsPageWasReadIsCorrectedByTheNextPoll() {
        Programme programme = open();
        List<Long> orders = placeHundreds(60);
        onceBefore(page(2), () -> {
            shop.edit(orders.get(0), basket -> basket.items(SandboxItem.of("CAN-300", "Caneca 300ml", 1, "30.00")));
            shop.changeStatus(orders.get(1), SandboxStatus.CANCELADO);
        });
        poll(programme);

        poll(programme);

        assertThat(points(programme.sale(orders.get(0)))).isEqualTo(30);
        assertThat(decision(programme.sale(orders.get(1)))).isEqualTo("reversed");
        assertThat(programme.totalOfBalances()).isEqualTo(5_830);
    }

    @Test
    void anOrderCancelledBetweenItsRowAndItsDetailPaysNothing() {
        Programme programme = open();
        List<Long> orders = placeHundreds(3);
        onceBefore(call -> call.path().equals("/orders/" + orders.get(1) + "/complete"), () -> shop.changeStatus(orders.get(1), SandboxStatus.CANCELADO));
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(200);

        poll(programme);

        assertThat(decision(programme.sale(orders.get(1)))).isEqualTo("reversed");
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    @Test
    void anOrderPaidBetweenItsPageAndTheNextPollIsNotLost() {
        Programme programme = open();
        long unpaid = placeHundred(1, SandboxStatus.AGUARDANDO_PAGAMENTO);
        placeHundreds(60);
        onceBefore(page(2), () -> shop.changeStatus(unpaid, SandboxStatus.A_ENVIAR));
        poll(programme);
        assertThat(decision(programme.sale(unpaid))).isEqualTo("ignored");

        poll(programme);

        assertThat(points(programme.sale(unpaid))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(6_100);
    }

    @Test
    void ordersPlacedWhilePagesAreReadAreNotLost() {
        Programme programme = open();
        placeHundreds(60);
        shop.onCall(call -> call.path().equals("/orders") && call.page() == 2, () -> placeHundreds(5));
        poll(programme);
        shop.clearFaults();

        poll(programme);

        assertThat(paid(programme)).isEqualTo(65);
        assertThat(programme.totalOfBalances()).isEqualTo(6_500);
    }

    @Test
    void morePagesThanOnePollMayReadAreReadByTheNext() {
        Programme programme = open();
        placeHundreds(230);

        JsonNode first = poll(programme);

        assertThat(outcome(first)).isEqualTo("more");
        assertThat(first.get("read").asInt()).isEqualTo(150);
        poll(programme);
        assertThat(paid(programme)).isEqualTo(230);
        assertThat(programme.totalOfBalances()).isEqualTo(23_000);
        assertThat(pagesAskedFor()).startsWith(1, 2, 3, 4, 5);
        assertThat(programme.health().get("state").asText()).isEqualTo("healthy");
    }

    @Test
    void aPollThatStopsAtItsCapIsFollowedByTheNextWithoutBeingAsked() {
        Programme programme = open();
        placeHundreds(160);
        assertThat(poll(programme).get("read").asInt()).isEqualTo(150);

        tick(hub);

        JsonNode newest = programme.client().get(programme.integrationPath() + "/polls?limit=1").expect(200).json().get(0);
        programme.awaitPoll(newest.get("id").asLong());
        assertThat(paid(programme)).isEqualTo(160);
    }

    @Test
    void aPollThatFailsOnALaterPageGoesOnFromThereAndLosesNothing() {
        Programme programme = open();
        placeHundreds(120);
        shop.fail(page(2), SandboxTray.ALWAYS, Fault.serverError());

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(failed.get("awarded").asInt()).isEqualTo(50);
        assertThat(programme.totalOfBalances()).isEqualTo(5_000);
        shop.clearFaults();
        shop.resetCounters();
        assertThat(outcome(poll(programme))).isEqualTo("ok");
        assertThat(pagesAskedFor()).containsExactly(2, 3);
        assertThat(paid(programme)).isEqualTo(120);
        assertThat(programme.totalOfBalances()).isEqualTo(12_000);
    }

    @Test
    void aShopThatRepeatsOnePageForEverFailsThePollAndLosesNothing() {
        Programme programme = open();
        placeHundreds(160);
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.samePageForEver());
        for (int i = 0; i < 4; i++) {
            JsonNode failed = poll(programme);
            assertThat(outcome(failed)).isEqualTo("failed");
            assertThat(error(failed)).contains("repetiu a mesma página");
        }
        shop.clearFaults();

        poll(programme);
        poll(programme);

        assertThat(paid(programme)).isEqualTo(160);
        assertThat(programme.totalOfBalances()).isEqualTo(16_000);
    }

    @Test
    void whileAPageIsBeingPostedTheNextIsReadAndNoneAfterIt() {
        Programme programme = open();
        placeHundreds(120);

        long poll = whileNobodyCanBeRegistered(programme, () -> {
            long begun = programme.client().post(programme.integrationPath() + "/poll", null).expect(202).json().get("pollId").asLong();
            await().atMost(Duration.ofSeconds(20)).until(() -> shop.calls(DETAILS) == 100);
            await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(() -> shop.calls("/orders") == 2);
            assertThat(paid(programme)).isZero();
            assertThat(nextPage(programme)).as("the cursor waits for what it has passed").isNull();
            return begun;
        });

        assertThat(outcome(programme.awaitPoll(poll))).isEqualTo("ok");
        assertThat(paid(programme)).isEqualTo(120);
        assertThat(programme.totalOfBalances()).isEqualTo(12_000);
    }

    @Test
    void aPageThatWasReadWhileTheOneBeforeItCouldNotBePostedIsNotPostedEither() {
        Programme programme = open();
        long first = placeHundreds(120).get(0);
        hub.jdbc().execute("""
                CREATE FUNCTION out_of_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
                CREATE TRIGGER out_of_order BEFORE INSERT ON sales FOR EACH ROW WHEN (NEW.order_id = '%d') EXECUTE FUNCTION out_of_order()
                """.formatted(first));
        try {
            JsonNode failed = poll(programme);

            assertThat(outcome(failed)).isEqualTo("failed");
            assertThat(error(failed)).startsWith("erro interno, referência ");
            assertThat(failed.get("read").asInt()).isZero();
            assertThat(shop.calls("/orders")).as("page 2 was read").isEqualTo(2);
            assertThat(paid(programme)).isZero();
            assertThat(nextPage(programme)).isNull();
        } finally {
            hub.jdbc().execute("DROP TRIGGER out_of_order ON sales; DROP FUNCTION out_of_order");
        }

        assertThat(outcome(poll(programme))).isEqualTo("ok");
        assertThat(paid(programme)).isEqualTo(120);
        assertThat(programme.totalOfBalances()).isEqualTo(12_000);
    }

    private String nextPage(Programme programme) {
        return hub.jdbc().queryForObject("SELECT next_page FROM polling WHERE integration_id = ?::uuid", String.class, programme.integration());
    }

    private List<Long> placeHundreds(int count) {
        for (int i = 0; i < count; i++) {
            placeHundred(i % 40);
        }
        return shop.orderIds();
    }

    private static int paid(Programme programme) {
        return programme.hub().jdbc().queryForObject("SELECT count(*) FROM entries WHERE merchant_id = ?::uuid AND kind = 'earn'", Integer.class, programme.merchant());
    }

    private List<Integer> pagesAskedFor() {
        return shop.newestCalls().stream().filter(call -> call.path().equals("/orders")).map(TrayCall::page).toList();
    }

    private static Predicate<TrayCall> page(int number) {
        return call -> call.path().equals("/orders") && call.page() == number;
    }

    private void onceBefore(Predicate<TrayCall> calls, Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        shop.onCall(calls, () -> {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        });
    }
}
