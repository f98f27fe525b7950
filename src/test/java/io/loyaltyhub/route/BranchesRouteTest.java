package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.support.Programme;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What it means for an integration to belong to a branch. */
class BranchesRouteTest extends ShopAndHub {

    @Test
    void aSaleBearsTheNameOfItsIntegrationsBranch() {
        Programme programme = open();
        belongsTo(programme, branch(programme, null));
        long order = placeHundred(1);

        poll(programme);

        assertThat(programme.sale(order).at("/sale/branch").asText()).isEqualTo("Filial Centro");
        assertThat(programme.client().post(programme.integrationPath() + "/preview", Map.of()).expect(200).json().at("/0/sale/branch").asText())
                .isEqualTo("Filial Centro");
    }

    @Test
    void theIntegrationsRuleGoesBeforeTheBranchsAndThatBeforeTheDefault() {
        Programme programme = open();
        long byDefault = placeHundred(1);
        poll(programme);

        belongsTo(programme, branch(programme, rule(programme, "2")));
        long byBranch = placeHundred(1);
        poll(programme);

        programme.client().patch(programme.integrationPath(), Map.of("pointsRuleId", rule(programme, "3"))).expect(200);
        long byIntegration = placeHundred(1);
        poll(programme);

        assertThat(points(programme.sale(byDefault))).isEqualTo(100);
        assertThat(points(programme.sale(byBranch))).isEqualTo(200);
        assertThat(points(programme.sale(byIntegration))).isEqualTo(300);
    }

    private static void belongsTo(Programme programme, String branch) {
        programme.client().patch(programme.integrationPath(), Map.of("branchId", branch)).expect(200);
    }

    private static String branch(Programme programme, String rule) {
        Map<String, Object> body = new HashMap<>(Map.of("name", "Filial Centro"));
        body.put("pointsRuleId", rule);
        return programme.client().post(programme.path() + "/branches", body).expect(201).json().get("id").asText();
    }

    private static String rule(Programme programme, String pointsPerReal) {
        return programme.client().post(programme.path() + "/points-rules", Map.of("name", pointsPerReal + " por real", "pointsPerReal", pointsPerReal, "default", false))
                .expect(201).json().get("id").asText();
    }
}
