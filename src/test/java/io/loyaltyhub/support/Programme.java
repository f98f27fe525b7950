package io.loyaltyhub.support;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** One merchant's programme on a running hub, with its one integration, seen through the API. */
public record Programme(RunningHub hub, HubClient client, String merchant, String apiKey, String integration) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public String path() {
        return "merchants/" + merchant;
    }

    public String integrationPath() {
        return path() + "/integrations/" + integration;
    }

    /** Polls now, whatever the clock says, and waits for that poll to end; returns it. */
    public JsonNode poll() {
        long id = client.post(integrationPath() + "/poll", null).expect(202).json().get("pollId").asLong();
        return awaitPoll(id);
    }

    public JsonNode awaitPoll(long id) {
        if (hub == null) {
            return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50)).until(() -> findPoll(id), Programme::isOver);
        }
        return hub.runUntil(platform() + "-orders", () -> findPoll(id), Programme::isOver);
    }

    /** Imports the shop's customers, whatever the clock says, until what one looks for is there. */
    public void importUntil(Callable<Boolean> condition) {
        hub.runUntil(platform() + "-customers-import", condition);
    }

    private String platform() {
        return hub.jdbc().queryForObject("SELECT platform FROM integrations WHERE id = ?::uuid", String.class, integration);
    }

    private static boolean isOver(JsonNode poll) {
        return poll != null && !poll.get("finishedAt").isNull();
    }

    private JsonNode findPoll(long id) {
        for (JsonNode poll : client.get(integrationPath() + "/polls?limit=50").expect(200).json()) {
            if (poll.get("id").asLong() == id) {
                return poll;
            }
        }
        return null;
    }

    /** The sale made of an order; null where there is none. */
    public JsonNode sale(Object orderId) {
        JsonNode items = client.get(path() + "/sales?orderId=" + orderId).expect(200).json().get("items");
        return items.isEmpty() ? null : items.get(0);
    }

    public JsonNode sales() {
        return client.get(path() + "/sales?limit=200").expect(200).json().get("items");
    }

    public JsonNode deadLetters() {
        return client.get(path() + "/dead-letters?limit=200").expect(200).json().get("items");
    }

    public JsonNode health() {
        return client.get(integrationPath() + "/health").expect(200).json();
    }

    /** Balances by document; participants without one are left out. */
    public Map<String, Long> balances() {
        Map<String, Long> balances = new HashMap<>();
        String cursor = "";
        do {
            JsonNode page = client.get(path() + "/participants?limit=200" + cursor).expect(200).json();
            page.get("items").forEach(one -> balances.put(one.get("document").asText(), one.get("balance").asLong()));
            cursor = page.get("nextCursor").isNull() ? null : "&cursor=" + page.get("nextCursor").asText();
        } while (cursor != null);
        return balances;
    }

    public long totalOfBalances() {
        return balances().values().stream().mapToLong(Long::longValue).sum();
    }
}
