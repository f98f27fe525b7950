package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.mail.Mails;
import io.loyaltyhub.sandbox.Poison;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.ApiContract;
import io.loyaltyhub.support.ApiContract.Operation;
import io.loyaltyhub.support.ContractClient;
import io.loyaltyhub.support.Programme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Two merchants with sales, people and dead letters, and every operation of the contract: whatever operation is added is
 * tried here too. A kind of id that this test does not know makes it fail until somebody says where to find one.
 */
class TenantIsolationTest extends ApiOverHttp {

    private static SandboxTray shop;
    private static Tenant ours;
    private static Tenant theirs;

    /** A merchant and one of everything it has, by the name of the path's parameter. */
    private record Tenant(Merchant merchant, Map<String, String> ids) {

        ContractClient client() {
            return merchant.client();
        }

        String at(Operation operation) {
            return address(operation, ids);
        }
    }

    @BeforeAll
    static void twoMerchants() {
        shop = SandboxTray.start();
        shop.place(SandboxOrder.ofHundred().customer(1));
        shop.place(SandboxOrder.ofHundred().customer(2));
        shop.poison(shop.place(SandboxOrder.ofHundred().customer(3)), Poison.TOTAL_IS_TEXT);
        ours = tenant();
        theirs = tenant();
    }

    @AfterAll
    static void closeShop() {
        shop.close();
    }

    private static Tenant tenant() {
        Programme programme = hub.programme(shop, Map.of("settings", fields("apiAddress", shop.apiAddress().toString(), "code", shop.install(),
                "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret())));
        programme.poll();
        Merchant merchant = new Merchant(programme.merchant(), programme.apiKey(), operator.merchant(programme.apiKey()));
        Map<String, String> ids = new HashMap<>();
        ids.put("merchant", programme.merchant());
        ids.put("integration", programme.integration());
        ids.put("platform", "tray");
        ids.put("month", "2026-11");
        ids.put("key", first(merchant, "api-keys"));
        ids.put("rule", first(merchant, "points-rules"));
        ids.put("sale", first(merchant, "sales"));
        ids.put("participant", first(merchant, "participants"));
        ids.put("deadLetter", first(merchant, "dead-letters"));
        merchant.client().post(merchant.path("rewards"), Map.of("title", "Vale de R$ 20", "price", 20)).expect(201);
        ids.put("reward", first(merchant, "rewards"));
        hub.bean(TransactionTemplate.class).executeWithoutResult(status -> hub.bean(Mails.class)
                .passwordReset(UUID.fromString(programme.merchant()), UUID.fromString(ids.get("participant")), "https://loja.exemplo/senha"));
        ids.put("mail", first(merchant, "mails"));
        ids.put("redemption", merchant.client().send("POST", merchant.path("participants/" + ids.get("participant") + "/redemptions"), "{\"amount\": 1}",
                "Idempotency-Key", "one").expect(202).json().get("id").asText());
        merchant.client().post(merchant.path("branches"), Map.of("name", "Filial Centro")).expect(201);
        ids.put("branch", first(merchant, "branches"));
        merchant.client().patch(merchant.path("integrations/" + programme.integration()), Map.of("catalogFeedUrl", "http://localhost:1/feed.xml")).expect(200);
        merchant.client().post(merchant.path("integrations/" + programme.integration() + "/catalog/refresh"), null).expect(202);
        return new Tenant(merchant, ids);
    }

    private static String first(Merchant merchant, String list) {
        return merchant.get(list).get("items").get(0).get("id").asText();
    }

    static Stream<Operation> everyOperation() {
        return ApiContract.current().operations().stream();
    }

    static Stream<Operation> operationsOfAMerchant() {
        return everyOperation().filter(operation -> operation.parameters().contains("merchant"));
    }

    static Stream<Operation> operationsOnSomethingOfAMerchant() {
        return operationsOfAMerchant().filter(operation -> operation.parameters().size() > 1);
    }

    static Stream<Operation> operationsForTheOperator() {
        return everyOperation().filter(Operation::operatorOnly);
    }

    @ParameterizedTest
    @MethodSource("operationsOfAMerchant")
    void anothersPathDoesNotExist(Operation operation) {
        String before = picture(theirs);

        for (String body : bodies(operation)) {
            Answer answer = ours.client().send(operation.method(), theirs.at(operation), body);
            assertThat(answer.status()).as(answer.text()).isEqualTo(404);
            assertSaysNothingOf(theirs, answer);
        }

        assertThat(picture(theirs)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("operationsOnSomethingOfAMerchant")
    void anothersThingIsNotFoundUnderOnesOwnPath(Operation operation) {
        String before = picture(theirs);
        for (String parameter : operation.parameters()) {
            // A month is everybody's.
            if (!parameter.equals("merchant") && !parameter.equals("month")) {
                Map<String, String> mixed = new HashMap<>(ours.ids());
                mixed.put(parameter, theirs.ids().get(parameter));
                for (ContractClient client : List.of(ours.client(), operator)) {
                    Answer answer = client.send(operation.method(), address(operation, mixed), body(operation));
                    assertThat(answer.status()).as(parameter + " " + answer.text()).isEqualTo(404);
                    assertSaysNothingOf(theirs, answer);
                }
            }
        }
        assertThat(picture(theirs)).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void withoutALoginNothingIsAnswered(Operation operation) {
        for (String body : bodies(operation)) {
            Answer answer = operator.anonymous().send(operation.method(), ours.at(operation), body);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers()).containsKey("www-authenticate");
        }
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void withAKeyThatIsNoneNothingIsAnswered(Operation operation) {
        JsonNode issued = ours.client().post(ours.merchant().path("api-keys"), null).expect(201).json();
        String revoked = issued.get("apiKey").asText();
        ours.client().delete(ours.merchant().path("api-keys/" + issued.get("id").asText())).expect(204);
        String good = ours.merchant().key();
        String forged = good.replace(ours.merchant().id().replace("-", ""), theirs.merchant().id().replace("-", ""));
        for (String key : List.of(revoked, forged, good.substring(0, good.length() - 1), good + "A", good.toUpperCase(), "lhk_", "x", "")) {
            assertThat(operator.merchant(key).send(operation.method(), ours.at(operation), body(operation)).status()).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @MethodSource("operationsForTheOperator")
    void whatIsTheOperatorsIsForbiddenToMerchants(Operation operation) {
        for (String body : bodies(operation)) {
            assertThat(ours.client().send(operation.method(), ours.at(operation), body).status()).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @MethodSource("operationsOfAMerchant")
    void noParameterAndNoHeaderLeadsToAnother(Operation operation) {
        // What only reads is asked for one's own, what changes something for another's.
        boolean reads = operation.method().equals("GET");
        String address = reads ? ours.at(operation) : theirs.at(operation);
        String before = picture(theirs);
        List<String> queries = List.of("merchant=" + theirs.merchant().id(), "merchant_id=" + theirs.merchant().id(), "merchant=" + theirs.merchant().id() + "&merchant=" + ours.merchant().id(),
                "MERCHANT=" + theirs.merchant().id(), "integration=" + theirs.ids().get("integration"), "CamelHttpPath=/api/v1/merchants/" + theirs.merchant().id(),
                "CamelHttpQuery=merchant%3D" + theirs.merchant().id());
        for (String query : queries) {
            assertStaysAtHome(operation, reads, ours.client().unchecked().send(operation.method(), address + "?" + query, body(operation)));
        }
        String[][] headers = {{"merchant", theirs.merchant().id()}, {"Merchant", theirs.merchant().id()}, {"integration", theirs.ids().get("integration")},
            {"CamelHttpPath", "/api/v1/merchants/" + theirs.merchant().id()}, {"CamelHttpUri", "/api/v1/merchants/" + theirs.merchant().id()}, {"CamelHttpQuery", "merchant=" + theirs.merchant().id()},
            {"CamelHttpMethod", "DELETE"}, {"X-HTTP-Method-Override", "DELETE"}, {"X-Forwarded-User", "operator"}, {"X-Original-URL", "/api/v1/merchants"}, {"X-Forwarded-Prefix", "/x"}};
        for (String[] header : headers) {
            assertStaysAtHome(operation, reads, ours.client().unchecked().send(operation.method(), address, body(operation), header));
        }
        // Names of other things of theirs, all at once.
        List<String> all = new ArrayList<>();
        theirs.ids().forEach((name, id) -> all.addAll(List.of(name, id)));
        assertStaysAtHome(operation, reads, ours.client().unchecked().send(operation.method(), address, body(operation), all.toArray(String[]::new)));
        assertThat(picture(theirs)).isEqualTo(before);
    }

    private static void assertStaysAtHome(Operation operation, boolean reads, Answer answer) {
        assertThat(answer.status()).as(answer.text()).isIn(reads ? List.of(200, 400) : List.of(404));
        assertSaysNothingOf(theirs, answer);
        if (reads && answer.status() == 200 && operation.id().equals("getMerchant")) {
            assertThat(answer.json().get("id").asText()).isEqualTo(ours.merchant().id());
        }
    }

    @Test
    void listsHoldNothingOfAnothers() {
        for (Operation operation : operationsOfAMerchant().filter(one -> one.method().equals("GET")).toList()) {
            assertSaysNothingOf(theirs, ours.client().get(ours.at(operation)).expect(200));
        }
        assertThat(walk(ours.client(), ours.merchant().path("sales"), 1)).extracting(sale -> sale.get("id").asText()).doesNotContain(theirs.ids().get("sale"));
        // A cursor is a place in a list, and no way into another's.
        String cursor = theirs.client().get(theirs.merchant().path("sales?limit=1")).json().get("nextCursor").asText();
        assertSaysNothingOf(theirs, ours.client().get(ours.merchant().path("sales?limit=200&cursor=" + cursor)).expect(200));
        assertThat(ours.client().get(ours.merchant().path("sales?integration=" + theirs.ids().get("integration"))).json().get("items")).isEmpty();
        assertThat(ours.client().get(ours.merchant().path("dead-letters?integration=" + theirs.ids().get("integration"))).json().get("items")).isEmpty();
        String document = theirs.client().get(theirs.merchant().path("participants/" + theirs.ids().get("participant"))).json().get("document").asText();
        ours.client().get(ours.merchant().path("participants?document=" + document)).json().get("items")
                .forEach(one -> assertThat(one.get("id").asText()).isNotEqualTo(theirs.ids().get("participant")));
    }

    @Test
    void anothersThingsAreNotTakenIntoOnesOwn() {
        String integration = ours.merchant().path("integrations/" + ours.ids().get("integration"));
        ours.client().patch(integration, fields("pointsRuleId", theirs.ids().get("rule"))).expect(400);
        assertThat(ours.client().post(ours.merchant().path("dead-letters/replay"), fields("integrationId", theirs.ids().get("integration"))).expect(202)
                .json().get("queued").asInt()).isZero();
    }

    @Test
    void aMerchantSeesTheHubThroughTheApiAlone() {
        for (String path : List.of("/hawtio/", "/hawtio/jolokia/version", "/jolokia/version", "/prometheus", "/actuator/prometheus", "/api/v1/audit?merchant=" + ours.merchant().id())) {
            assertThat(ours.client().unchecked().get(path).status()).as(path).isEqualTo(403);
        }
    }

    /** An example that would do, nothing at all, and nonsense: a stranger is sent away whatever he brings. */
    private static List<String> bodies(Operation operation) {
        String example = body(operation);
        return example == null ? java.util.Collections.singletonList(null) : List.of(example, "{}", "{", "");
    }

    private static String body(Operation operation) {
        JsonNode example = ApiContract.current().exampleBody(operation);
        if (example instanceof ObjectNode body) {
            // Only what may be said together, and what is one's own to say.
            body.remove(List.of("branchId", "pointsRuleId"));
            body.replace("integrationId", body.has("integrationId") ? body.textNode(ours.ids().get("integration")) : null);
            if (!body.path("integrationId").isTextual()) {
                body.remove("integrationId");
            }
        }
        return example == null ? null : example.toString();
    }

    private static String address(Operation operation, Map<String, String> ids) {
        String address = operation.path().substring(1);
        for (String parameter : operation.parameters()) {
            assertThat(ids).as("an id for {" + parameter + "}").containsKey(parameter);
            address = address.replace("{" + parameter + "}", ids.get(parameter));
        }
        return address;
    }

    private static void assertSaysNothingOf(Tenant tenant, Answer answer) {
        for (String parameter : List.of("merchant", "integration", "key", "rule", "participant")) {
            assertThat(answer.text()).as(parameter).doesNotContain(tenant.ids().get(parameter));
        }
    }

    /** All that a merchant can see of itself, but for what changes by itself: polls, health, keys' own list. */
    private static String picture(Tenant tenant) {
        ArrayNode picture = io.loyaltyhub.json.Json.mapper().createArrayNode();
        for (String list : List.of("", "integrations", "points-rules", "branches", "sales", "participants", "api-keys", "dead-letters")) {
            JsonNode seen = tenant.client().unchecked().get(tenant.merchant().path(list)).expect(200).json();
            seen.path("items").forEach(item -> ((ObjectNode) item).remove(List.of("attempts", "lastAttemptAt")));
            picture.add(seen);
        }
        picture.add(tenant.client().unchecked().get(tenant.merchant().path("participants/" + tenant.ids().get("participant") + "/entries")).json());
        return picture.toString();
    }
}
