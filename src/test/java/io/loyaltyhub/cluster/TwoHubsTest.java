package io.loyaltyhub.cluster;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.poll.Node;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Meeting;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hubs that share nothing but a database share the work, and nothing is paid twice for it. */
class TwoHubsTest {

    private static final int MERCHANTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Of a platform that may be called as often as one likes. */
    private static final RoutesCopy ROUTES = RoutesCopy.of("tray").with("perMinute", 600_000).with("perDay", 1_000_000).with("burst", 1_000);

    private static TestDatabase database;
    private static RunningHub one;
    private static RunningHub other;
    private SandboxTray shop;

    @BeforeAll
    static void startHubs() {
        database = TestDatabase.create();
        one = hub("one");
        other = hub("other");
    }

    /** One integration at a time for each hub, so that several need both. */
    private static RunningHub hub(String name) {
        // Two hubs in one JVM would share a Quartz scheduler if they had the same name.
        return RunningHub.start(database, Map.of("camel.main.name", name, "hub.poll.workers", 1, "hub.routes-dir", ROUTES,
                "logging.level.points", "warn"));
    }

    @AfterAll
    static void stopHubs() {
        one.close();
        other.close();
    }

    @BeforeEach
    void openShop() {
        shop = SandboxTray.start();
    }

    @AfterEach
    void closeShop() {
        shop.close();
        assertLedgerCoherent(one);
    }

    @Test
    void everyOrderIsPaidOncePerMerchantAndBothHubsWork() {
        shop.placeMany(200, SandboxStatus.A_ENVIAR);
        List<Programme> programmes = programmes();

        awaitPaid(programmes, 200);

        assertEachOrderIsPaidOnce(programmes);
        assertThat(nodesThatWorkedFor(programmes)).containsExactlyInAnyOrder(nameOf(one), nameOf(other));
    }

    @Test
    void whatBothHubsReadAgainIsNotPaidAgain() {
        shop.placeMany(60, SandboxStatus.A_ENVIAR);
        List<Programme> programmes = programmes();
        awaitPaid(programmes, 60);

        for (Programme programme : programmes) {
            JsonNode poll = programme.poll();
            assertThat(poll.get("outcome").asText()).isEqualTo("ok");
            assertThat(poll.get("read").asInt()).isEqualTo(60);
            assertThat(poll.get("duplicate").asInt()).isEqualTo(60);
        }

        assertEachOrderIsPaidOnce(programmes);
    }

    @Test
    void whenAHubStopsInTheMiddleOfItsWorkTheOthersGoOn() throws Exception {
        shop.placeMany(200, SandboxStatus.A_ENVIAR);
        stopPolling(one);
        stopPolling(other);
        List<Programme> programmes = programmes();
        RunningHub leaving = hub("leaving");
        String name = nameOf(leaving);
        try {
            await().atMost(PATIENCE).until(() -> programmes.stream().anyMatch(programme -> paid(programme) > 0));
        } finally {
            startPolling(one);
            startPolling(other);
            leaving.close();
        }

        awaitPaid(programmes, 200);
        assertEachOrderIsPaidOnce(programmes);
        assertThat(nodesThatWorkedFor(programmes)).contains(name).containsAnyOf(nameOf(one), nameOf(other));
        Long unfinished = one.jdbc().queryForObject("SELECT count(*) FROM polls WHERE node = ? AND finished_at IS NULL", Long.class, name);
        assertThat(unfinished).as("a hub that stops ends what it began").isZero();
    }

    /** A pair of tokens belongs to the integration, not to the hub that fetched it. */
    @Test
    void aPairOfTokensIsRenewedOnceBetweenThemAndAHubThatStartsLaterNeedsNoNewOne() throws Exception {
        // The poll is then the one's, and the preview the other's.
        stopPolling(other);
        try {
            Programme programme = one.programme(shop);
            programme.poll();
            shop.placeMany(1, SandboxStatus.A_ENVIAR);
            shop.resetCounters();
            shop.expireAccessToken();
            Meeting bothRefused = new Meeting(2);
            AtomicBoolean refreshing = new AtomicBoolean();
            shop.onCall("/auth", () -> refreshing.set(true));
            shop.onCall("/orders", () -> {
                if (!refreshing.get()) {
                    bothRefused.join();
                }
            });

            CompletableFuture<Integer> preview = CompletableFuture.supplyAsync(
                    () -> other.operator().post(programme.integrationPath() + "/preview", Map.of("limit", 1)).status(), work -> new Thread(work).start());
            assertThat(programme.poll().get("outcome").asText()).isEqualTo("ok");

            assertThat(preview.get(30, TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(shop.authCalls()).isEqualTo(1);
            shop.clearFaults();
            shop.placeMany(1, SandboxStatus.A_ENVIAR);

            stopPolling(one);
            try (RunningHub later = hub("later")) {
                assertThat(later.see(programme).poll().get("outcome").asText()).isEqualTo("ok");
                assertThat(nodesThatWorkedFor(List.of(programme))).contains(nameOf(later));
            }
            assertThat(shop.authCalls()).isEqualTo(1);
            assertEachOrderIsPaidOnce(List.of(programme));
            assertThat(paid(programme)).isEqualTo(2);
        } finally {
            startPolling(one);
            startPolling(other);
        }
    }

    /** Several merchants who sell through the same shop, each with an installation of their own. */
    private List<Programme> programmes() {
        List<Programme> programmes = new ArrayList<>();
        for (int i = 0; i < MERCHANTS; i++) {
            programmes.add((i % 2 == 0 ? one : other).programme(shop, Map.of("settings", Map.of(
                    "apiAddress", shop.apiAddress().toString(), "code", shop.install(),
                    "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret()))));
        }
        return programmes;
    }

    private static void stopPolling(RunningHub hub) throws Exception {
        hub.bean(CamelContext.class).getRouteController().stopRoute("tray-orders");
    }

    private static void startPolling(RunningHub hub) throws Exception {
        hub.bean(CamelContext.class).getRouteController().startRoute("tray-orders");
    }

    private static void awaitPaid(List<Programme> programmes, int orders) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(programmes).allSatisfy(programme -> assertThat(paid(programme)).isEqualTo(orders)));
        await().atMost(PATIENCE).until(() -> programmes.stream().noneMatch(TwoHubsTest::isBeingPolled));
    }

    private static long paid(Programme programme) {
        return count("SELECT count(*) FROM sales WHERE merchant_id = ? AND decision = 'awarded'", programme);
    }

    private static boolean isBeingPolled(Programme programme) {
        return count("SELECT count(*) FROM polls WHERE merchant_id = ? AND finished_at IS NULL", programme) > 0;
    }

    private void assertEachOrderIsPaidOnce(List<Programme> programmes) {
        long worth = shop.orderIds().stream()
                .mapToLong(id -> shop.order(id).paidForGoods().setScale(0, RoundingMode.FLOOR).longValueExact()).sum();
        assertThat(programmes).allSatisfy(programme -> {
            assertThat(count("SELECT count(*) FROM entries WHERE merchant_id = ?", programme)).isEqualTo(shop.orderIds().size());
            assertThat(count("SELECT count(DISTINCT order_id) FROM entries WHERE merchant_id = ? AND kind = 'earn'", programme))
                    .isEqualTo(shop.orderIds().size());
            assertThat(count("SELECT sum(balance) FROM balances WHERE merchant_id = ?", programme)).isEqualTo(worth);
            assertThat(programme.deadLetters()).isEmpty();
        });
    }

    private static List<String> nodesThatWorkedFor(List<Programme> programmes) {
        return one.jdbc().queryForList("SELECT DISTINCT node FROM polls WHERE merchant_id = ANY (?) AND node IS NOT NULL", String.class,
                (Object) programmes.stream().map(programme -> UUID.fromString(programme.merchant())).toArray(UUID[]::new));
    }

    private static String nameOf(RunningHub hub) {
        return hub.bean(Node.class).name();
    }

    private static long count(String sql, Programme programme) {
        Long count = one.jdbc().queryForObject(sql, Long.class, UUID.fromString(programme.merchant()));
        return count == null ? 0 : count;
    }
}
