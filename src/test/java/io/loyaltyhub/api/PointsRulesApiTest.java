package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PointsRulesApiTest extends ApiOverHttp {

    @Test
    void aRuleIsCreatedReadChangedAndDeleted() {
        Merchant merchant = merchant();
        JsonNode created = merchant.create("points-rules", ruleBody("name", "Black Friday", "pointsPerReal", "1.5", "base", "total",
                "minimumOrder", new BigDecimal("50.00"), "validFrom", "2026-11-01T00:00:00-03:00", "validTo", "2026-12-01T00:00:00-03:00",
                "multipliers", List.of(), "default", true));
        String path = merchant.path("points-rules/" + created.get("id").asText());

        assertThat(created.get("pointsPerReal").textValue()).isEqualTo("1.5");
        assertThat(created.get("base").asText()).isEqualTo("total");
        assertThat(created.get("minimumOrder").decimalValue()).isEqualByComparingTo("50.00");
        assertThat(java.time.OffsetDateTime.parse(created.get("validFrom").asText()).toInstant()).hasToString("2026-11-01T03:00:00Z");
        assertThat(created.get("multipliers")).isEmpty();
        assertThat(created.get("default").asBoolean()).isTrue();
        assertThat(merchant.client().get(path).expect(200).json()).isEqualTo(created);

        JsonNode changed = merchant.client().patch(path, fields("pointsPerReal", 2, "validTo", null, "minimumOrder", null)).expect(200).json();
        assertThat(changed.get("minimumOrder").decimalValue()).isEqualByComparingTo("0");
        assertThat(changed.get("pointsPerReal").asText()).isEqualTo("2");
        assertThat(changed.get("validTo").isNull()).isTrue();
        assertThat(changed.get("validFrom")).isEqualTo(created.get("validFrom"));
        assertThat(changed.get("name").asText()).isEqualTo("Black Friday");

        merchant.client().delete(path).expect(204);
        merchant.client().get(path).expect(404);
        merchant.client().patch(path, fields("name", "x")).expect(404);
        merchant.client().delete(path).expect(404);
        assertThat(merchant.get("points-rules").get("items")).isEmpty();
    }

    @Test
    void everyChangeMakesANewVersion() {
        Merchant merchant = merchant();
        JsonNode rule = merchant.create("points-rules", ruleBody());
        String path = merchant.path("points-rules/" + rule.get("id").asText());

        int first = rule.get("version").asInt();
        int second = merchant.client().patch(path, fields("pointsPerReal", "2")).expect(200).json().get("version").asInt();
        int third = merchant.client().patch(path, fields("pointsPerReal", "3")).expect(200).json().get("version").asInt();

        assertThat(List.of(first, second, third)).containsExactly(1, 2, 3);
    }

    @Test
    void multipliersAreKeptAsTheyWereGivenAndMakeANewVersion() {
        Merchant merchant = merchant();
        List<Map<String, Object>> multipliers = List.of(
                fields("when", fields("weekday", List.of("saturday", "sunday")), "factor", new BigDecimal("1.5")),
                fields("when", fields("from", "2026-11-27T03:00:00Z", "to", "2026-11-30T03:00:00Z", "skus", List.of("CAN-300")), "factor", 3),
                fields("when", fields("firstPurchase", true), "factor", 2));
        JsonNode rule = merchant.create("points-rules", ruleBody("multipliers", multipliers));
        String path = merchant.path("points-rules/" + rule.get("id").asText());
        assertThat(rule.get("multipliers")).isEqualTo(io.loyaltyhub.json.Json.parse(io.loyaltyhub.json.Json.write(multipliers)));
        assertThat(merchant.client().get(path).expect(200).json()).isEqualTo(rule);

        assertThat(merchant.client().patch(path, fields("name", "Outra")).expect(200).json().get("multipliers")).isEqualTo(rule.get("multipliers"));
        JsonNode none = merchant.client().patch(path, fields("multipliers", List.of())).expect(200).json();
        assertThat(none.get("multipliers")).isEmpty();
        assertThat(none.get("version").asInt()).isEqualTo(3);

        Map<String, Object> weekend = fields("weekday", List.of("saturday"));
        for (Object wrong : new Object[] {
            List.of(fields("when", fields(), "factor", 2)), List.of(fields("when", weekend)), List.of(fields("factor", 2)),
            List.of(fields("when", weekend, "factor", -1)), List.of(fields("when", weekend, "factor", "2")), List.of(fields("when", weekend, "factor", 51)),
            List.of(fields("when", fields("weekday", List.of("sábado")), "factor", 2)), List.of(fields("when", fields("weekday", List.of()), "factor", 2)),
            List.of(fields("when", fields("firstPurchase", false), "factor", 2)), List.of(fields("when", fields("lua", "cheia"), "factor", 2)),
            List.of(fields("when", fields("from", "2026-12-31T23:59:60Z"), "factor", 2)), List.of(fields("when", fields("from", "ontem"), "factor", 2)),
            List.of(fields("when", fields("from", "2026-11-27T00:00:00Z", "to", "2026-11-27T00:00:00Z"), "factor", 2)),
            List.of(fields("when", weekend, "factor", 8), fields("when", weekend, "factor", 7))}) {
            Answer answer = merchant.client().patch(path, fields("multipliers", wrong));
            assertThat(answer.status()).as(wrong + " " + answer.text()).isEqualTo(400);
            assertThat(fieldsOf(answer.json())).allSatisfy(field -> assertThat(field).startsWith("multipliers"));
        }
    }

    @Test
    void theFirstRuleIsTheDefaultUnlessItSaysOtherwise() {
        Merchant merchant = merchant();
        assertThat(merchant.create("points-rules", ruleBody()).get("default").asBoolean()).isTrue();
        assertThat(merchant.create("points-rules", ruleBody()).get("default").asBoolean()).isFalse();
        assertThat(merchant().create("points-rules", ruleBody("default", false)).get("default").asBoolean()).isFalse();
    }

    @Test
    void aNewDefaultTakesThePlaceOfTheOld() {
        Merchant merchant = merchant();
        String first = merchant.create("points-rules", ruleBody()).get("id").asText();
        String second = merchant.create("points-rules", ruleBody("default", true)).get("id").asText();
        assertThat(defaults(merchant)).containsExactly(second);

        merchant.client().patch(merchant.path("points-rules/" + first), fields("default", true)).expect(200);
        assertThat(defaults(merchant)).containsExactly(first);
    }

    @Test
    void ofManyNewDefaultsAtOnceOneRemains() {
        Merchant merchant = merchant();
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rules.add(merchant.create("points-rules", ruleBody("name", "Regra " + i)).get("id").asText());
        }

        List<CompletableFuture<Answer>> changes = rules.stream().map(rule -> CompletableFuture.supplyAsync(
                () -> merchant.client().patch(merchant.path("points-rules/" + rule), fields("default", true)))).toList();

        assertThat(changes).allSatisfy(change -> assertThat(change.join().status()).isEqualTo(200));
        assertThat(defaults(merchant)).hasSize(1);
    }

    @Test
    void aRuleThatAnIntegrationUsesIsNotDeleted() {
        Merchant merchant = merchant();
        merchant.create("points-rules", ruleBody());
        String used = merchant.create("points-rules", ruleBody("name", "Só do site")).get("id").asText();
        String integration = merchant.create("integrations", integrationBody("name", "Loja da praia", "pointsRuleId", used)).get("id").asText();

        JsonNode conflict = merchant.client().delete(merchant.path("points-rules/" + used)).expect(409).json();
        assertThat(conflict.get("detail").asText()).contains("Loja da praia");

        merchant.client().patch(merchant.path("integrations/" + integration), fields("pointsRuleId", null)).expect(200);
        merchant.client().delete(merchant.path("points-rules/" + used)).expect(204);
    }

    @Test
    void anIntegrationTakesNoRuleThatIsDeletedOrAnothers() {
        Merchant merchant = merchant();
        String deleted = merchant.create("points-rules", ruleBody()).get("id").asText();
        merchant.client().delete(merchant.path("points-rules/" + deleted)).expect(204);
        String anothers = merchant().create("points-rules", ruleBody()).get("id").asText();

        for (String rule : List.of(deleted, anothers)) {
            assertThat(fieldsOf(merchant.client().post(merchant.path("integrations"), integrationBody("pointsRuleId", rule)).expect(400).json()))
                    .containsExactly("pointsRuleId");
        }
    }

    @Test
    void theRulesAreListedPageByPage() {
        Merchant merchant = merchant();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(merchant.create("points-rules", ruleBody("name", "Regra " + i)).get("id").asText());
        }

        assertPaged(merchant.client(), merchant.path("points-rules"), ids);
    }

    @Test
    void whatARuleMayNotSayIsNamed() {
        Merchant merchant = merchant();
        Object[][] wrong = {
            {"name", ""}, {"name", "   "}, {"name", 7}, {"name", null}, {"name", "x".repeat(201)}, {"name", "nulo \u0000"},
            {"pointsPerReal", "0"}, {"pointsPerReal", "-1"}, {"pointsPerReal", 0}, {"pointsPerReal", -1}, {"pointsPerReal", "1,5"},
            {"pointsPerReal", "1.55555"}, {"pointsPerReal", "um"}, {"pointsPerReal", true}, {"pointsPerReal", null}, {"pointsPerReal", "1e3"},
            {"pointsPerReal", "999999999"}, {"pointsPerReal", " 1"}, {"pointsPerReal", List.of("1")},
            {"base", "frete"}, {"base", "GOODS"}, {"base", 1}, {"base", null},
            {"minimumOrder", -1}, {"minimumOrder", "50"}, {"minimumOrder", new BigDecimal("0.001")}, {"minimumOrder", new BigDecimal("1e40")},
            {"validFrom", "2026-11-01"}, {"validFrom", "2026-11-01T00:00:00"}, {"validFrom", 5}, {"validFrom", "ontem"},
            {"validFrom", "2026-02-30T00:00:00Z"}, {"validFrom", "2026-12-31T23:59:60Z"}, {"validTo", "2026-11-01T24:00:00Z"},
            {"validTo", "2026-11-01T00:00:00.1234567890123Z"}, {"validTo", "999999999-01-01T00:00:00Z"},
            {"multipliers", List.of(fields("when", "always", "factor", 2))}, {"multipliers", "2"},
            {"default", "sim"}, {"default", 1}, {"pontos", 5}, {"id", "x"}, {"version", 7}};
        String existing = merchant.path("points-rules/" + merchant.create("points-rules", ruleBody()).get("id").asText());
        JsonNode before = merchant.client().get(existing).json();
        for (Object[] one : wrong) {
            Answer created = merchant.client().post(merchant.path("points-rules"), ruleBody(one));
            Answer changed = merchant.client().patch(existing, fields(one));
            for (Answer answer : List.of(created, changed)) {
                assertThat(answer.status()).as(java.util.Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
                assertThat(fieldsOf(answer.json())).as(answer.text()).singleElement().asString().startsWith((String) one[0]);
            }
        }
        assertThat(merchant.client().get(existing).json()).isEqualTo(before);
        assertThat(merchant.get("points-rules").get("items")).hasSize(1);
        assertThat(fieldsOf(merchant.client().post(merchant.path("points-rules"), fields("base", "total")).expect(400).json()))
                .containsExactlyInAnyOrder("name", "pointsPerReal");
    }

    @Test
    void aRuleEndsAfterItBegins() {
        Merchant merchant = merchant();
        String begin = "2026-11-01T00:00:00-03:00";
        for (String end : List.of(begin, "2026-11-01T03:00:00Z", "2026-10-31T23:59:59-03:00")) {
            assertThat(fieldsOf(merchant.client().post(merchant.path("points-rules"), ruleBody("validFrom", begin, "validTo", end)).expect(400).json()))
                    .containsExactly("validTo");
        }
        String rule = merchant.path("points-rules/" + merchant.create("points-rules", ruleBody("validFrom", begin)).get("id").asText());
        // Against what is stored, too.
        merchant.client().patch(rule, fields("validTo", "2026-10-01T00:00:00Z")).expect(400);
        merchant.client().patch(rule, fields("validTo", "2026-10-01T00:00:00Z", "validFrom", null)).expect(200);
        merchant.client().patch(rule, fields("validFrom", begin)).expect(400);
    }

    @Test
    void unknownRulesAreNotFound() {
        Merchant merchant = merchant();
        for (String unknown : unknownIds(false)) {
            String path = merchant.path("points-rules/" + unknown);
            merchant.client().get(path).expect(404);
            merchant.client().patch(path, fields("name", "x")).expect(404);
            merchant.client().delete(path).expect(404);
        }
    }

    private static List<String> defaults(Merchant merchant) {
        List<String> defaults = new ArrayList<>();
        merchant.get("points-rules").get("items").forEach(rule -> {
            if (rule.get("default").asBoolean()) {
                defaults.add(rule.get("id").asText());
            }
        });
        return defaults;
    }
}
