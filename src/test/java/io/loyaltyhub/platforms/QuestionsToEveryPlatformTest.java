package io.loyaltyhub.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.sandbox.kit.Stage;
import io.loyaltyhub.support.Programme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a merchant asks before switching an integration on, whatever the platform. */
class QuestionsToEveryPlatformTest extends EveryPlatform {

    private static final String PORTUGUESE = "(?s).*\\b(?:[oa]s?|d[aeo]s?|não|foi|para)\\b.*";

    @ParameterizedTest
    @MethodSource("shops")
    void aCheckWithTheRightCredentialsIsOkAtEveryStep(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            JsonNode check = ask(open.programme(), "check", null);

            assertThat(check.get("ok").asBoolean()).as("%s", check).isTrue();
            assertThat(check.get("steps")).isNotEmpty();
            assertThat(check.get("steps").findValuesAsText("ok")).containsOnly("true");
        }
    }

    @ParameterizedTest
    @MethodSource("shops")
    void aCheckWithWrongCredentialsSaysInPlainPortugueseWhatFailed(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Shop shop = open.shop();

            JsonNode check = ask(draft(open.programme(), shop, shop.wrongSettings()), "check", null);

            assertThat(check.get("ok").asBoolean()).as("%s", check).isFalse();
            List<JsonNode> failed = failedSteps(check);
            assertThat(failed).isNotEmpty().allSatisfy(step -> {
                assertThat(step.get("name").asText()).isNotBlank();
                assertThat(step.get("detail").asText()).matches(PORTUGUESE);
            });
            shop.wrongSettings().forEach((name, value) -> {
                if (!value.equals(shop.settings().get(name))) {
                    assertThat(check.toString()).doesNotContain(value.toString());
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("shops")
    void theStatusesThatCountAreThereWithWhatToDoWithThem(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Map<String, String> suggestions = new HashMap<>();
            JsonNode statuses = open.programme().client().get(open.programme().integrationPath() + "/statuses").expect(200).json();
            statuses.forEach(status -> suggestions.put(status.get("id").asText(), status.get("suggestion").asText()));

            assertThat(open.shop().scoringStatuses()).allSatisfy(status -> assertThat(suggestions).containsEntry(status, "scoring"));
            assertThat(open.shop().reversalStatuses()).allSatisfy(status -> assertThat(suggestions).containsEntry(status, "reversal"));
            assertThat(statuses.findValuesAsText("name")).noneMatch(String::isBlank);
        }
    }

    @ParameterizedTest
    @MethodSource("shops")
    void thereAreStoresWhereThePlatformHasThem(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            JsonNode stores = open.programme().client().get(open.programme().integrationPath() + "/stores").expect(200).json();

            assertThat(!stores.isEmpty()).isEqualTo(open.platform().can("stores"));
            assertThat(stores.findValuesAsText("name")).noneMatch(String::isBlank);
        }
    }

    /** A preview asks for the newest orders. */
    static Stream<Named<Class<? extends Shop>>> shopsThatCanBeAsked() {
        return shops().filter(type -> !announcesOnly(type.getPayload()));
    }

    private static boolean announcesOnly(Class<? extends Shop> type) {
        try (Shop shop = Shops.open(type)) {
            return shop.announcesOnly();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shopsThatCanBeAsked")
    void aPreviewShowsSaleAndPointsAndWritesNothing(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            Order paid = Order.ofHundred().person(1).shipping("12.90");
            Order unpaid = Order.ofHundred().person(2).stage(Stage.NEW);
            open.shop().place(unpaid);
            open.shop().place(paid);
            Map<String, String> before = open.written();

            JsonNode previewed = ask(open.programme(), "preview", Map.of("limit", 5));

            Map<String, String> decisions = new HashMap<>();
            previewed.forEach(one -> decisions.put(one.get("sale").at("/customer/document").asText(""), one.get("decision").asText() + " " + one.get("points")));
            assertThat(decisions).containsEntry(paid.document(), "awarded 100");
            assertThat(previewed.findValuesAsText("decision")).containsExactlyInAnyOrder("awarded", "ignored");
            assertThat(open.written()).isEqualTo(before);
            open.poll();
            open.assertBalancesExact("after a preview");
        }
    }

    private static JsonNode ask(Programme programme, String operation, Object body) {
        return programme.client().post(programme.integrationPath() + "/" + operation, body).expect(200).json();
    }

    private static List<JsonNode> failedSteps(JsonNode check) {
        List<JsonNode> steps = new ArrayList<>();
        check.get("steps").forEach(step -> {
            if (!step.get("ok").asBoolean()) {
                steps.add(step);
            }
        });
        return steps;
    }

    /** Another integration of the same merchant, never activated. */
    private static Programme draft(Programme programme, Shop shop, Map<String, Object> settings) {
        String integration = programme.client().post(programme.path() + "/integrations", Map.of("platform", shop.platform(), "name", "Rascunho",
                "settings", settings)).expect(201).json().get("id").asText();
        return new Programme(programme.hub(), programme.client(), programme.merchant(), programme.apiKey(), integration);
    }
}
