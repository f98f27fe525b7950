package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BranchesApiTest extends ApiOverHttp {

    @Test
    void aBranchIsCreatedReadChangedAndDeleted() {
        Merchant merchant = merchant();
        String rule = merchant.create("points-rules", ruleBody()).get("id").asText();
        JsonNode created = merchant.create("branches", fields("name", "Filial Centro", "code", "001", "pointsRuleId", rule));
        String path = merchant.path("branches/" + created.get("id").asText());

        assertThat(created.get("name").asText()).isEqualTo("Filial Centro");
        assertThat(created.get("code").asText()).isEqualTo("001");
        assertThat(created.get("pointsRuleId").asText()).isEqualTo(rule);
        assertThat(merchant.client().get(path).expect(200).json()).isEqualTo(created);

        JsonNode changed = merchant.client().patch(path, fields("name", "Filial Norte", "pointsRuleId", null)).expect(200).json();
        assertThat(changed.get("name").asText()).isEqualTo("Filial Norte");
        assertThat(changed.get("code").asText()).as("what is absent stays").isEqualTo("001");
        assertThat(changed.get("pointsRuleId").isNull()).isTrue();

        merchant.client().delete(path).expect(204);
        merchant.client().get(path).expect(404);
        merchant.client().patch(path, fields("name", "x")).expect(404);
        merchant.client().delete(path).expect(404);
        assertThat(each(operator.get("audit?merchant=" + merchant.id()).json().get("items"), "action"))
                .contains("branch.create", "branch.update", "branch.delete");
    }

    @Test
    void aCodeIsOneBranchsOwnWithinTheMerchant() {
        Merchant merchant = merchant();
        merchant.create("branches", fields("name", "Centro", "code", "001"));
        String other = merchant.create("branches", fields("name", "Norte")).get("id").asText();

        assertThat(merchant.client().post(merchant.path("branches"), fields("name", "Sul", "code", "001")).expect(409).json().get("detail").asText()).contains("001");
        merchant.client().patch(merchant.path("branches/" + other), fields("code", "001")).expect(409);
        merchant().create("branches", fields("name", "Centro", "code", "001"));
    }

    @Test
    void aBranchThatAnIntegrationBelongsToIsNotDeleted() {
        Merchant merchant = merchant();
        String branch = merchant.create("branches", fields("name", "Centro")).get("id").asText();
        JsonNode integration = merchant.create("integrations", integrationBody("name", "Loja da praia", "branchId", branch));
        assertThat(integration.get("branchId").asText()).isEqualTo(branch);

        JsonNode conflict = merchant.client().delete(merchant.path("branches/" + branch)).expect(409).json();
        assertThat(conflict.get("detail").asText()).contains("Loja da praia");

        merchant.client().delete(merchant.path("integrations/" + integration.get("id").asText())).expect(204);
        merchant.client().delete(merchant.path("branches/" + branch)).expect(204);
    }

    @Test
    void anIntegrationTakesNoBranchThatIsDeletedOrAnothers() {
        Merchant merchant = merchant();
        String deleted = merchant.create("branches", fields("name", "Centro")).get("id").asText();
        merchant.client().delete(merchant.path("branches/" + deleted)).expect(204);
        String anothers = merchant().create("branches", fields("name", "Centro")).get("id").asText();

        for (String branch : List.of(deleted, anothers)) {
            assertThat(fieldsOf(merchant.client().post(merchant.path("integrations"), integrationBody("branchId", branch)).expect(400).json()))
                    .containsExactly("branchId");
        }
    }

    @Test
    void aBranchTakesNoRuleThatIsAnothersAndARuleOfABranchIsNotDeleted() {
        Merchant merchant = merchant();
        merchant.create("points-rules", ruleBody());
        String used = merchant.create("points-rules", ruleBody("name", "Só do centro")).get("id").asText();
        String anothers = merchant().create("points-rules", ruleBody()).get("id").asText();
        merchant.create("branches", fields("name", "Filial Centro", "pointsRuleId", used));

        assertThat(fieldsOf(merchant.client().post(merchant.path("branches"), fields("name", "Norte", "pointsRuleId", anothers)).expect(400).json()))
                .containsExactly("pointsRuleId");
        assertThat(merchant.client().delete(merchant.path("points-rules/" + used)).expect(409).json().get("detail").asText()).contains("Filial Centro");
    }

    @Test
    void theBranchesAreListedPageByPage() {
        Merchant merchant = merchant();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(merchant.create("branches", fields("name", "Filial " + i)).get("id").asText());
        }

        assertPaged(merchant.client(), merchant.path("branches"), ids);
    }

    @Test
    void whatABranchMayNotSayIsNamed() {
        Merchant merchant = merchant();
        String existing = merchant.path("branches/" + merchant.create("branches", fields("name", "Centro")).get("id").asText());
        Object[][] wrong = {{"name", ""}, {"name", "  "}, {"name", 7}, {"name", null}, {"name", "x".repeat(201)}, {"name", "nulo \u0000"},
            {"code", ""}, {"code", 1}, {"code", "x".repeat(101)}, {"pointsRuleId", "x"}, {"pointsRuleId", 5}, {"id", "x"}, {"filial", "x"}};
        for (Object[] one : wrong) {
            Map<String, Object> body = fields("name", "Norte");
            body.put((String) one[0], one[1]);
            for (Answer answer : List.of(merchant.client().post(merchant.path("branches"), body), merchant.client().patch(existing, fields(one)))) {
                assertThat(answer.status()).as(java.util.Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
                assertThat(fieldsOf(answer.json())).as(answer.text()).containsExactly((String) one[0]);
            }
        }
        assertThat(merchant.get("branches").get("items")).hasSize(1);
    }

    @Test
    void unknownBranchesAreNotFound() {
        Merchant merchant = merchant();
        for (String unknown : unknownIds(false)) {
            String path = merchant.path("branches/" + unknown);
            merchant.client().get(path).expect(404);
            merchant.client().patch(path, fields("name", "x")).expect(404);
            merchant.client().delete(path).expect(404);
        }
    }
}
