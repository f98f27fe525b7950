package io.loyaltyhub.route;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import io.loyaltyhub.support.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A hub for all classes that want it as it is, one of their own for the others, and a shop for each test. Programmes are opened over an empty shop and their first poll, which
 * activation causes, is over: what a test does next is seen by the poll that it asks for and by no other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShopAndHub {

    private final List<Programme> opened = new ArrayList<>();
    RunningHub hub;
    SandboxTray shop;

    /** What is to differ from the hub as it ships; a class that names something has a hub of its own. */
    Map<String, Object> properties() {
        return Map.of();
    }

    @BeforeAll
    void startHub() {
        if (properties().isEmpty()) {
            hub = SharedHubs.usual();
        } else {
            Map<String, Object> properties = SharedHubs.usualProperties();
            // A hub of all platforms takes its time to start.
            properties.put("hub.routes-dir", RoutesCopy.of("tray").unlimited());
            properties.putAll(properties());
            hub = RunningHub.start(TestDatabase.create(), properties);
        }
    }

    @AfterAll
    void stopHub() {
        SharedHubs.leave(hub);
    }

    @BeforeEach
    void openShop() {
        shop = startShop();
    }

    SandboxTray startShop() {
        return SandboxTray.start();
    }

    @AfterEach
    void closeShop() {
        opened.forEach(programme -> programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200));
        opened.clear();
        shop.close();
        assertLedgerCoherent(hub);
    }

    Programme open() {
        return open(Map.of());
    }

    Programme open(Map<String, Object> differing) {
        Programme programme = hub.programme(shop, differing);
        opened.add(programme);
        poll(programme);
        shop.resetCounters();
        return programme;
    }

    JsonNode poll(Programme programme) {
        return poll(programme, "poll", null);
    }

    JsonNode poll(Programme programme, String operation, Object body) {
        long id = programme.client().post(programme.integrationPath() + "/" + operation, body).expect(202).json().get("pollId").asLong();
        return programme.awaitPoll(id);
    }

    /** Whoever posts a page with new buyers waits until the action is over. */
    <T> T whileNobodyCanBeRegistered(Programme programme, Supplier<T> action) {
        return hub.bean(TransactionTemplate.class).execute(status -> {
            hub.jdbc().queryForList("SELECT id FROM merchants WHERE id = ?::uuid FOR NO KEY UPDATE", programme.merchant());
            return action.get();
        });
    }

    static void tick(RunningHub hub) {
        hub.tick("tray");
    }

    /** Exactly 100.00, paid for, bought by the person with this index. */
    long placeHundred(int person) {
        return placeHundred(person, SandboxStatus.A_ENVIAR);
    }

    long placeHundred(int person, SandboxStatus status) {
        return shop.place(SandboxOrder.ofHundred().customer(person).status(status));
    }

    static String outcome(JsonNode poll) {
        return poll.get("outcome").asText();
    }

    static String error(JsonNode poll) {
        return poll.get("error").asText();
    }

    static String decision(JsonNode sale) {
        return sale.get("decision").asText();
    }

    static String reason(JsonNode sale) {
        return sale.get("reason").asText();
    }

    static long points(JsonNode sale) {
        return sale.get("points").asLong();
    }

    /** The one participant with this document or e-mail. */
    static JsonNode participant(Programme programme, String query) {
        JsonNode items = programme.client().get(programme.path() + "/participants?" + query).expect(200).json().get("items");
        if (items.size() != 1) {
            throw new AssertionError("expected one participant with " + query + ", found " + items.size());
        }
        return items.get(0);
    }
}
