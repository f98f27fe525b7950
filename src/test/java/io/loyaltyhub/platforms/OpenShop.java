package io.loyaltyhub.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A shop of some platform and its merchant's programme, which has been polled once and found nothing: what a test does next is seen
 * by the poll that it asks for and by no other.
 */
final class OpenShop implements AutoCloseable {

    private static final List<String> TABLES = List.of("sales", "entries", "participants", "balances", "dead_letters", "audit");
    private static final int POLLS_TO_RECOVER = 3;

    private final RunningHub hub;
    private final Shop shop;
    private final Programme programme;
    /** Where the shop says of itself what it has: when the orders changed that were announced. */
    private final Map<Long, Instant> announced = new HashMap<>();

    private OpenShop(RunningHub hub, Shop shop) {
        this.hub = hub;
        this.shop = shop;
        this.programme = hub.programme(shop);
    }

    /** With the platform's limits in force. */
    static OpenShop limited(RunningHub hub, Class<? extends Shop> type) {
        return open(hub, Shops.open(type));
    }

    /** Without them, for tests that are about something else and have no time to wait. */
    static OpenShop unlimited(RunningHub hub, Class<? extends Shop> type) {
        Shop shop = Shops.open(type);
        shop.limits(Limits.none());
        return open(hub, shop);
    }

    /** The same on a clock of the test's own. */
    static OpenShop unlimited(RunningHub hub, Class<? extends Shop> type, Clock clock) {
        Shop shop = Shops.open(type, clock);
        shop.limits(Limits.none());
        return open(hub, shop);
    }

    private static OpenShop open(RunningHub hub, Shop shop) {
        try {
            OpenShop open = new OpenShop(hub, shop);
            JsonNode first = open.poll();
            assertThat(outcome(first)).as("the first poll, of an empty shop: %s", first).isEqualTo("ok");
            return open;
        } catch (RuntimeException | AssertionError e) {
            shop.close();
            throw e;
        }
    }

    Shop shop() {
        return shop;
    }

    Programme programme() {
        return programme;
    }

    Platform platform() {
        return hub.bean(Platforms.class).get(shop.platform());
    }

    static String outcome(JsonNode poll) {
        return poll.get("outcome").asText();
    }

    JsonNode poll() {
        if (shop.announcesOnly()) {
            announce();
        }
        return programme.poll();
    }

    /** Whatever has changed since the last time. */
    private void announce() {
        Announcements announcements = Announcements.to(hub.address(), programme);
        for (Order order : shop.orders()) {
            if (!order.changedAt().equals(announced.put(order.id(), order.changedAt()))) {
                assertThat(announcements.send(shop.hook(order).orElseThrow())).isEqualTo(200);
            }
        }
    }

    void tick() {
        hub.tick(shop.platform());
    }

    /** All is well again, and what waits apart is read again: soon a poll succeeds and nothing waits any more. */
    void recover() {
        shop.clearFaults();
        JsonNode poll;
        int polls = 0;
        do {
            programme.client().post(programme.path() + "/dead-letters/replay", Map.of()).expect(202);
            // By then, what was announced and put off is due.
            hub.jdbc().update("UPDATE hints SET retry_at = now() WHERE integration_id = ?::uuid", programme.integration());
            hub.jdbc().update("UPDATE polling SET hinted_at = now() WHERE integration_id = ?::uuid AND hinted_at IS NOT NULL", programme.integration());
            poll = poll();
        } while (++polls < POLLS_TO_RECOVER && !(outcome(poll).equals("ok") && programme.deadLetters().isEmpty()));
        assertThat(outcome(poll)).as("%s", poll).isEqualTo("ok");
        assertThat(programme.deadLetters()).isEmpty();
    }

    /** Every person has the points of the orders that stand where points are earned, and nobody else has any. */
    void assertBalancesExact(String when) {
        Map<String, Long> balances = new TreeMap<>(programme.balances());
        balances.values().removeIf(points -> points == 0);
        assertThat(balances).as("balances at %s, %s", shop.platform(), when).isEqualTo(owed());
    }

    private Map<String, Long> owed() {
        Map<String, Long> owed = new TreeMap<>();
        for (Order order : shop.orders()) {
            if (order.stage().earns()) {
                owed.merge(order.document(), order.goods().setScale(0, RoundingMode.FLOOR).longValueExact(), Long::sum);
            }
        }
        owed.values().removeIf(points -> points == 0);
        return owed;
    }

    /** Of each table how many rows the merchant has and which transaction wrote the newest: equal where nothing was written. */
    Map<String, String> written() {
        Map<String, String> written = new TreeMap<>();
        for (String table : TABLES) {
            written.put(table, hub.jdbc().queryForObject("SELECT count(*) || ' rows, the newest by ' || coalesce(max(xmin::text::bigint), 0) FROM "
                    + table + " WHERE merchant_id = ?", String.class, merchant()));
        }
        return written;
    }

    /** So much time goes by at once as the hub needs to make so many calls: for its own budget and for the shop's limits alike. */
    void timeFor(int calls) {
        Platform.Limits limits = platform().limits();
        long millis = 60_000L * calls / Math.max(1, limits.perMinute() - limits.burst());
        hub.jdbc().update("UPDATE call_budgets SET next_free_at = next_free_at - make_interval(secs => ?) WHERE merchant_id = ?",
                millis / 1000.0, merchant());
        shop.pass(Duration.ofMillis(millis));
    }

    /** What the hub was told of and has not fetched yet: how often it has asked in vain, by order. */
    List<Integer> attemptsInVain() {
        return hub.jdbc().queryForList("SELECT attempts FROM hints WHERE merchant_id = ? AND retry_at > now()", Integer.class, merchant());
    }

    /** Rather than wait for the time at which it would be asked for again. */
    void askAgainNow() {
        hub.jdbc().update("UPDATE hints SET retry_at = now() WHERE merchant_id = ?", merchant());
        hub.jdbc().update("UPDATE polling SET hinted_at = now() WHERE merchant_id = ?", merchant());
        tick();
    }

    private UUID merchant() {
        return UUID.fromString(programme.merchant());
    }

    @Override
    public void close() {
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);
        shop.close();
    }
}
