package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.json.Json;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What merchants configure of an integration; nothing here is switched on. */
class IntegrationsApiTest extends ApiOverHttp {

    @Test
    void anIntegrationIsCreatedWithAllItsFieldsAndReadAgain() {
        Merchant merchant = merchant();
        String rule = merchant.create("points-rules", ruleBody()).get("id").asText();
        JsonNode body = Json.parse("""
                {"platform": "tray", "name": "Loja principal",
                 "settings": {"apiAddress": "https://www.loja.com.br/web_api", "code": "codigo-secreto-1"},
                 "pollInterval": "PT10M", "timezone": "-04:00", "importFrom": "2026-11-01T00:00:00-03:00",
                 "siteUrl": "https://www.loja.com.br", "signupUrl": "https://www.loja.com.br/cadastro",
                 "catalogFeedUrl": "https://www.loja.com.br/xml/google.xml",
                 "scoringStatuses": ["1", "69"], "reversalStatuses": ["9"],
                 "importCustomers": true, "importSales": true, "salesCutover": "2026-12-01T00:00:00-03:00",
                 "registerBuyers": false, "cpfAsPassword": true,
                 "branchId": null, "pointsRuleId": "%s", "couponValidityDays": 30, "rewardSkus": ["CAM-BAS-01", "CAN-300"]}
                """.formatted(rule));

        JsonNode created = merchant.create("integrations", body);

        body.fields().forEachRemaining(field -> {
            JsonNode value = created.get(field.getKey());
            switch (field.getKey()) {
                case "settings" -> assertThat(value).isEqualTo(Json.parse("""
                        {"apiAddress": "https://www.loja.com.br/web_api", "code": "********"}"""));
                case "importFrom", "salesCutover" -> assertThat(OffsetDateTime.parse(value.asText()).toInstant())
                        .isEqualTo(OffsetDateTime.parse(field.getValue().asText()).toInstant());
                default -> assertThat(value).as(field.getKey()).isEqualTo(field.getValue());
            }
        });
        assertThat(created.get("active").asBoolean()).isFalse();
        assertThat(created.get("activatedAt").isNull()).isTrue();
        assertThat(merchant.get("integrations/" + created.get("id").asText())).isEqualTo(created);
        assertThat(merchant.get("integrations").get("items")).containsExactly(created);
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        Merchant merchant = merchant();
        merchant.client().patch(merchant.path(""), fields("timezone", "-04:00")).expect(200);
        JsonNode created = merchant.create("integrations", integrationBody());

        assertThat(created.get("pollInterval").asText()).isEqualTo("PT5M");
        assertThat(created.get("timezone").asText()).isEqualTo("-04:00");
        assertThat(created.get("importSales").asBoolean()).isFalse();
        assertThat(created.get("importCustomers").asBoolean()).isFalse();
        assertThat(created.get("registerBuyers").asBoolean()).isTrue();
        assertThat(created.get("cpfAsPassword").asBoolean()).isFalse();
        assertThat(created.get("couponValidityDays").asInt()).isEqualTo(365);
        for (String list : List.of("scoringStatuses", "reversalStatuses", "rewardSkus")) {
            assertThat(created.get(list).isArray()).as(list).isTrue();
            assertThat(created.get(list)).as(list).isEmpty();
        }
        for (String nothing : List.of("importFrom", "siteUrl", "signupUrl", "catalogFeedUrl", "salesCutover", "branchId", "pointsRuleId", "checkOk")) {
            assertThat(created.get(nothing).isNull()).as(nothing).isTrue();
        }
    }

    @Test
    void inAChangeWhatIsAbsentStaysAndNullClears() {
        Merchant merchant = merchant();
        String rule = merchant.create("points-rules", ruleBody()).get("id").asText();
        JsonNode created = merchant.create("integrations", integrationBody("siteUrl", "https://a.com.br", "signupUrl", "https://a.com.br/c",
                "catalogFeedUrl", "https://a.com.br/f.xml", "importFrom", "2026-11-01T00:00:00-03:00", "salesCutover", "2026-12-01T00:00:00-03:00",
                "pointsRuleId", rule, "scoringStatuses", List.of("1", "4", "69"), "pollInterval", "PT1H", "timezone", "+00:00"));
        String path = merchant.path("integrations/" + created.get("id").asText());

        assertThat(same(merchant.client().patch(path, fields()).expect(200).json())).isEqualTo(same(created));
        JsonNode renamed = merchant.client().patch(path, fields("name", "Outro nome")).expect(200).json();
        assertThat(renamed.get("name").asText()).isEqualTo("Outro nome");
        assertThat(without(renamed, "name")).isEqualTo(without(created, "name"));

        for (String nullable : List.of("siteUrl", "signupUrl", "catalogFeedUrl", "importFrom", "salesCutover", "pointsRuleId")) {
            JsonNode before = merchant.client().get(path).json();
            JsonNode after = merchant.client().patch(path, fields(nullable, null)).expect(200).json();
            assertThat(after.get(nullable).isNull()).as(nullable).isTrue();
            assertThat(without(after, nullable)).isEqualTo(without(before, nullable));
        }
        assertThat(merchant.client().patch(path, fields("scoringStatuses", List.of())).expect(200).json().get("scoringStatuses")).isEmpty();
        for (String needed : List.of("name", "settings", "pollInterval", "timezone", "scoringStatuses", "importSales", "couponValidityDays")) {
            assertThat(fieldsOf(merchant.client().patch(path, fields(needed, null)).expect(400).json())).containsExactly(needed);
        }
        // The platform is chosen once.
        assertThat(fieldsOf(merchant.client().patch(path, fields("platform", "tray")).expect(400).json())).containsExactly("platform");
    }

    @Test
    void changesOfDifferentFieldsAtOnceAllArrive() {
        Merchant merchant = merchant();
        String path = merchant.path("integrations/" + merchant.create("integrations", integrationBody()).get("id").asText());
        for (int round = 1; round <= 5; round++) {
            Map<String, Object> wanted = fields("name", "Nome " + round, "siteUrl", "https://site" + round + ".com.br", "couponValidityDays", round,
                    "scoringStatuses", List.of("1", "" + (100 + round)), "signupUrl", "https://cadastro" + round + ".com.br", "pollInterval", "PT" + round + "H");

            List<CompletableFuture<Answer>> changes = wanted.entrySet().stream().map(one -> CompletableFuture.supplyAsync(
                    () -> merchant.client().patch(path, Map.of(one.getKey(), one.getValue())))).toList();

            assertThat(changes).allSatisfy(change -> assertThat(change.join().status()).isEqualTo(200));
            JsonNode after = merchant.client().get(path).json();
            wanted.forEach((field, value) -> assertThat(after.get(field)).as(field).isEqualTo(Json.mapper().valueToTree(value)));
        }
    }

    @Test
    void withinTheSettingsASecretSentAsStarsKeepsItsValue() {
        Merchant merchant = merchant();
        JsonNode created = merchant.create("integrations", integrationBody("settings", settings("http://localhost:9/web_api", "codigo-que-fica")));
        String path = merchant.path("integrations/" + created.get("id").asText());
        UUID id = UUID.fromString(created.get("id").asText());
        UUID owner = UUID.fromString(merchant.id());

        merchant.client().patch(path, fields("settings", fields("apiAddress", "http://localhost:10/web_api", "code", "********"))).expect(200);
        assertThat(stored(owner, id)).containsEntry("code", "codigo-que-fica").containsEntry("apiAddress", "http://localhost:10/web_api");

        merchant.client().patch(path, fields("settings", fields("consumerKey", "outra-chave"))).expect(200);
        assertThat(stored(owner, id)).containsEntry("code", "codigo-que-fica").containsEntry("consumerKey", "outra-chave");

        JsonNode cleared = merchant.client().patch(path, fields("settings", fields("consumerKey", null))).expect(200).json();
        assertThat(cleared.get("settings").has("consumerKey")).isFalse();
        assertThat(stored(owner, id)).doesNotContainKey("consumerKey").containsEntry("code", "codigo-que-fica");

        // What must be there cannot be taken away, and stars are no code where none is stored.
        assertThat(fieldsOf(merchant.client().patch(path, fields("settings", fields("code", null))).expect(400).json())).containsExactly("settings.code");
        assertThat(stored(owner, id)).containsEntry("code", "codigo-que-fica");
    }

    @Test
    void starsAreNoSecretWhereNoneIsStored() {
        Merchant merchant = merchant();
        assertThat(fieldsOf(merchant.client().post(merchant.path("integrations"),
                integrationBody("settings", settings("http://localhost:9/web_api", "********"))).expect(400).json())).containsExactly("settings.code");
    }

    @Test
    void anIntegrationThatWasRemovedIsGoneForEveryOperation() {
        Merchant merchant = merchant();
        String path = merchant.path("integrations/" + merchant.create("integrations", integrationBody()).get("id").asText());

        merchant.client().delete(path).expect(204);

        assertThat(merchant.get("integrations").get("items")).isEmpty();
        assertNothingAt(merchant, path);
    }

    @Test
    void unknownIntegrationsAreNotFound() {
        Merchant merchant = merchant();
        for (String unknown : unknownIds(false)) {
            assertNothingAt(merchant, merchant.path("integrations/" + unknown));
        }
    }

    @Test
    void whatOnlyTheOperatorMaySetAMerchantSendsBackAndNeitherChangesNorTakesAway() {
        Merchant merchant = merchant("Loja");
        String path = merchant.path("integrations/") + operator.post(merchant.path("integrations"), fields("platform", "loja-integrada", "name", "LI",
                "settings", fields("apiKey", "k", "applicationKey", "a", "baseUrl", "http://localhost:1/"))).expect(201).json().get("id").asText();
        JsonNode settings = merchant.client().get(path).expect(200).json().get("settings");

        merchant.client().patch(path, fields("settings", settings)).expect(200);
        assertThat(fieldsOf(merchant.client().patch(path, fields("settings", fields("baseUrl", null))).expect(400).json())).containsExactly("settings.baseUrl");
        assertThat(fieldsOf(merchant.client().patch(path, fields("settings", fields("baseUrl", "http://localhost:2/"))).expect(400).json()))
                .containsExactly("settings.baseUrl");

        assertThat(merchant.client().get(path).expect(200).json().at("/settings/baseUrl").asText()).isEqualTo("http://localhost:1/");
        operator.patch(path, fields("settings", fields("baseUrl", null))).expect(200);
    }

    private static void assertNothingAt(Merchant merchant, String path) {
        merchant.client().get(path).expect(404);
        merchant.client().patch(path, fields("name", "x")).expect(404);
        merchant.client().delete(path).expect(404);
        for (String read : List.of("readiness", "health", "polls", "statuses")) {
            merchant.client().get(path + "/" + read).expect(404);
        }
        for (String done : List.of("check", "preview", "activate", "deactivate", "poll")) {
            merchant.client().post(path + "/" + done, null).expect(404);
        }
        merchant.client().post(path + "/backfill", fields("from", "2026-01-01T00:00:00-03:00")).expect(404);
    }

    @Test
    void theIntegrationsAreListedPageByPage() {
        Merchant merchant = merchant();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(merchant.create("integrations", integrationBody("name", "Loja " + i)).get("id").asText());
        }

        assertPaged(merchant.client(), merchant.path("integrations"), ids);
    }

    @Test
    void theAuditSaysWhoChangedWhatAndSecretsAreFingerprints() {
        Merchant merchant = merchant();
        String path = "integrations/" + operator.post(merchant.path("integrations"),
                integrationBody("settings", settings("http://localhost:9/web_api", "segredo-da-auditoria-1"))).expect(201).json().get("id").asText();
        merchant.client().patch(merchant.path(path), fields("settings", fields("code", "segredo-da-auditoria-2"), "name", "Nova")).expect(200);
        merchant.client().patch(merchant.path(path), fields("settings", fields("code", "segredo-da-auditoria-1"))).expect(200);
        merchant.client().patch(merchant.path(path), fields("settings", fields("code", "********"))).expect(200);
        merchant.client().delete(merchant.path(path)).expect(204);

        List<JsonNode> audit = walk(operator, "audit?merchant=" + merchant.id(), 2);
        List<JsonNode> ours = audit.stream().filter(record -> record.get("action").asText().startsWith("integration.")).toList();
        assertThat(ours).extracting(record -> record.get("action").asText()).containsExactly("integration.delete", "integration.update",
                "integration.update", "integration.update", "integration.create");
        assertThat(ours).allSatisfy(record -> {
            assertThat(record.get("merchantId").asText()).isEqualTo(merchant.id());
            assertThat(record.get("subject").asText()).isEqualTo(path.replace("integrations/", ""));
        });
        assertThat(ours.get(4).get("actor").asText()).isEqualTo("operator");
        assertThat(ours.get(3).get("actor").asText()).isEqualTo("merchant:" + merchant.id());
        assertThat(ours.get(3).at("/detail/name").asText()).isEqualTo("Nova");
        String first = ours.get(4).at("/detail/settings/code").asText();
        String second = ours.get(3).at("/detail/settings/code").asText();
        assertThat(first).isNotEqualTo(second).isEqualTo(ours.get(2).at("/detail/settings/code").asText());
        // Stars changed nothing, so nothing is to be seen of them.
        assertThat(ours.get(1).at("/detail/settings/code").isMissingNode()).isTrue();
        assertThat(audit.toString()).doesNotContain("segredo-da-auditoria");
        assertThat(Database.tablesWith(hub, "segredo-da-auditoria")).isEmpty();
    }

    private static Map<String, Object> stored(UUID merchant, UUID id) {
        return hub.bean(io.loyaltyhub.integration.Integrations.class).find(merchant, id).orElseThrow().settings();
    }

    private static JsonNode same(JsonNode integration) {
        return without(integration);
    }

    private static JsonNode without(JsonNode integration, String... fields) {
        com.fasterxml.jackson.databind.node.ObjectNode copy = integration.deepCopy();
        copy.remove(List.of(fields));
        copy.remove("updatedAt");
        return copy;
    }
}
