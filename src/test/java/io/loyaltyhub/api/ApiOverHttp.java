package io.loyaltyhub.api;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.ContractClient;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import io.loyaltyhub.support.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;

/** One hub for all of these classes unless they say otherwise, and callers that hold every answer against the contract. */
abstract class ApiOverHttp {

    static RunningHub hub;
    static ContractClient operator;

    @BeforeAll
    static void startHub(TestInfo test) {
        boolean own = test.getTestClass().orElseThrow().isAnnotationPresent(OwnHub.class);
        hub = own ? node(TestDatabase.create()) : SharedHubs.usual();
        operator = new ContractClient(hub.operator());
    }

    @AfterAll
    static void stopHub() {
        try {
            assertLedgerCoherent(hub);
        } finally {
            SharedHubs.leave(hub);
        }
    }

    /** A node, or a further one, on that database. */
    static RunningHub node(TestDatabase database) {
        return RunningHub.start(database, SharedHubs.usualProperties());
    }

    /** A merchant of the test's own, and a caller with its key. */
    record Merchant(String id, String key, ContractClient client) {

        String path(String below) {
            return "merchants/" + id + (below.isEmpty() ? "" : "/" + below);
        }

        JsonNode get(String below) {
            return client.get(path(below)).expect(200).json();
        }

        /** What a 201 brings. */
        JsonNode create(String below, Object body) {
            return client.post(path(below), body).expect(201).json();
        }
    }

    static Merchant merchant(String name) {
        JsonNode created = operator.post("merchants", Map.of("name", name)).expect(201).json();
        String key = created.get("apiKey").asText();
        return new Merchant(created.get("id").asText(), key, operator.merchant(key));
    }

    static Merchant merchant() {
        return merchant("Loja de Teste");
    }

    /** A body that is accepted and as short as can be; the shop need not exist. */
    static Map<String, Object> integrationBody(Object... differing) {
        return with(new HashMap<>(Map.of("platform", "tray", "name", "Loja principal",
                "settings", settings("http://localhost:9/web_api", "codigo-da-instalacao"))), differing);
    }

    static Map<String, Object> settings(String apiAddress, String code) {
        return new HashMap<>(Map.of("apiAddress", apiAddress, "code", code, "consumerKey", "chave", "consumerSecret", "segredo"));
    }

    static Map<String, Object> settings(SandboxTray shop) {
        return new HashMap<>(Map.of("apiAddress", shop.apiAddress().toString(), "code", shop.code(),
                "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret()));
    }

    static Map<String, Object> ruleBody(Object... differing) {
        return with(new HashMap<>(Map.of("name", "Um por real", "pointsPerReal", "1")), differing);
    }

    static Map<String, Object> fields(Object... namesAndValues) {
        return with(new HashMap<>(), namesAndValues);
    }

    private static Map<String, Object> with(Map<String, Object> body, Object... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            body.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return body;
    }

    /** The values of one field, item by item. */
    static List<String> each(JsonNode items, String field) {
        List<String> values = new ArrayList<>();
        items.forEach(item -> values.add(item.get(field).asText()));
        return values;
    }

    /** Walks a list page by page; that no page is larger than asked for is checked on the way. */
    static List<JsonNode> walk(ContractClient client, String path, int limit) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            String query = (path.contains("?") ? "&" : "?") + "limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor);
            JsonNode page = client.get(path + query).expect(200).json();
            assertThat(page.get("items").size()).isBetween(0, limit);
            page.get("items").forEach(all::add);
            cursor = page.get("nextCursor").isNull() ? null : page.get("nextCursor").asText();
            assertThat(++pages).as("pages of a list that must end").isLessThan(100);
        } while (cursor != null);
        return all;
    }

    /** That a list, walked in small steps, gives exactly these ids, each once. */
    static void assertPaged(ContractClient client, String path, List<String> ids) {
        for (int limit : new int[] {1, 2, ids.size(), ids.size() + 1, 200}) {
            assertThat(walk(client, path, limit)).as("limit " + limit).extracting(item -> item.get("id").asText())
                    .containsExactlyInAnyOrderElementsOf(ids);
        }
        assertThat(client.get(path).expect(200).json().get("nextCursor").isNull()).isTrue();
        for (String bad : List.of("limit=0", "limit=201", "limit=-1", "limit=muitos", "limit=1e2", "cursor=%C3%A7", "cursor=AA", "cursor=bmFkYQ")) {
            JsonNode problem = client.get(path + (path.contains("?") ? "&" : "?") + bad).expect(400).json();
            assertThat(each(problem.get("errors"), "field")).as(bad).containsExactly(bad.substring(0, bad.indexOf('=')));
        }
    }

    static List<String> fieldsOf(JsonNode problem) {
        return each(problem.get("errors"), "field");
    }

    static List<String> codes(JsonNode remarks) {
        return each(remarks, "code");
    }

    /** Ids that were never given to anything, of the right shape and of none. */
    static List<String> unknownIds(boolean number) {
        return number ? List.of("999999999", "0", "-1", "99999999999999999999999", "abc", "1e3", "1.0", UUID.randomUUID().toString(), "%27")
                : List.of(UUID.randomUUID().toString(), "0", "abc", "null", "undefined", "1-1-1-1-1", "00000000-0000-0000-0000-000000000000",
                "%27", "a%20b", "%C3%A7", "%2B", "{{env:HOME}}".replace("{", "%7B").replace("}", "%7D"));
    }
}
