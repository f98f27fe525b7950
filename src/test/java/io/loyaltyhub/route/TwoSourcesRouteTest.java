package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TinyV2Shop;
import io.loyaltyhub.sandbox.kit.Limits;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Stage;
import io.loyaltyhub.support.Programme;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A merchant's second source, from its activation to what members see of it. */
class TwoSourcesRouteTest extends ShopAndHub {

    private static final LocalDateTime BEFORE = LocalDateTime.of(2024, 5, 10, 10, 0);
    private static final LocalDateTime AFTER = LocalDateTime.of(2024, 5, 20, 10, 0);

    /** Those of all platforms: there is another than the tests' own. */
    @Override
    Map<String, Object> properties() {
        return Map.of("hub.routes-dir", RoutesCopy.withoutLimits());
    }

    @Test
    void aShopAndItsErpPayASaleOnceAndAskWhereTheyCannotTell() {
        try (TinyV2Shop erp = new TinyV2Shop()) {
            erp.limits(Limits.none());
            Programme programme = open();
            Programme erps = second(programme, "tiny", erp.settings(), erp.scoringStatuses(), erp.reversalStatuses());
            JsonNode readiness = programme.client().get(erps.integrationPath() + "/readiness").expect(200).json();
            assertThat(readiness.get("ready").asBoolean()).isTrue();
            assertThat(codes(readiness.get("warnings"))).contains("SALES_ALSO_IMPORTED_BY");
            // What was read while the shop was alone is recognised, too.
            long before = placeHundred(1);
            poll(programme);
            programme.client().post(erps.integrationPath() + "/activate", null).expect(200);
            erps.poll();

            erp.place(Order.ofHundred().person(1).externalNumber("" + before));
            long later = erp.place(Order.ofHundred().person(2).externalNumber("99999"));
            JsonNode poll = erps.poll();
            assertThat(poll.get("duplicate").asInt()).isEqualTo(1);
            assertThat(poll.get("awarded").asInt()).isEqualTo(1);

            long number = shop.place(SandboxOrder.ofHundred().id(99999).customer(2));
            poll(programme);
            assertThat(decision(programme.sale(later))).isEqualTo("duplicate");
            assertThat(programme.sale(later).get("linkedSaleId")).isEqualTo(programme.sale(number).get("id"));
            assertThat(programme.totalOfBalances()).isEqualTo(200);

            long unnumbered = erp.place(Order.ofHundred().person(1));
            assertThat(erps.poll().get("held").asInt()).isEqualTo(1);
            JsonNode held = programme.client().get(programme.path() + "/sales?decision=held").expect(200).json().get("items").get(0);
            assertThat(held).isEqualTo(programme.sale(unnumbered));
            assertThat(programme.totalOfBalances()).isEqualTo(200);
            String path = programme.path() + "/sales/" + held.get("id").asText();
            assertThat(decision(programme.client().post(path + "/discard", null).expect(200).json())).isEqualTo("duplicate");
            assertThat(points(programme.client().post(path + "/release", null).expect(200).json())).isEqualTo(100);
            assertThat(programme.totalOfBalances()).isEqualTo(300);
            programme.client().post(programme.path() + "/sales/" + programme.sale(before).get("id").asText() + "/release", null).expect(409);

            shop.changeStatus(before, SandboxStatus.CANCELADO);
            erp.move(later, Stage.CANCELLED);
            poll(programme);
            erps.poll();
            assertThat(programme.totalOfBalances()).isEqualTo(200);
            programme.client().post(erps.integrationPath() + "/deactivate", null).expect(200);
        }
    }

    @Test
    void thePreviewOfAnErpSaysWhichOrdersAreTheShopsOnceMore() {
        try (TinyV2Shop erp = new TinyV2Shop()) {
            erp.limits(Limits.none());
            // No number of the ERP's.
            long sold = shop.place(SandboxOrder.ofHundred().id(99999).customer(1));
            Programme programme = open();
            Programme erps = second(programme, "tiny", erp.settings(), erp.scoringStatuses(), erp.reversalStatuses());
            String copy = "" + erp.place(Order.ofHundred().person(1).externalNumber("" + sold));
            String alike = "" + erp.place(Order.ofHundred().person(1));
            String own = "" + erp.place(Order.ofHundred().person(2));
            Map<String, String> foreseen = Map.of(copy, "duplicate 0", alike, "held 0", own, "awarded 100");
            assertThat(previewed(erps)).as("while the shop is the only source").isEqualTo(foreseen);
            assertThat(programme.sales()).hasSize(1);

            programme.client().post(erps.integrationPath() + "/activate", null).expect(200);
            assertThat(previewed(erps)).isEqualTo(foreseen);
            erps.poll();

            foreseen.forEach((order, expected) -> assertThat(decision(programme.sale(order)) + " " + points(programme.sale(order))).isEqualTo(expected));
            assertThat(reason(programme.sale(copy))).contains("" + sold);
            Map<String, String> tried = new HashMap<>();
            programme.client().post(programme.path() + "/points-rules/preview", Map.of("name", "Em dobro", "pointsPerReal", "2")).expect(200).json()
                    .forEach(one -> tried.put(one.at("/sale/id").asText(), decision(one) + " " + points(one)));
            assertThat(tried).isEqualTo(Map.of(copy, "duplicate 0", alike, "held 0", own, "awarded 200", "" + sold, "awarded 200"));

            programme.client().post(programme.path() + "/sales/" + programme.sale(alike).get("id").asText() + "/release", null).expect(200);
            assertThat(previewed(erps)).as("what the merchant said counts").containsEntry(alike, "awarded 100");
            programme.client().post(erps.integrationPath() + "/deactivate", null).expect(200);
        }
    }

    private static Map<String, String> previewed(Programme programme) {
        Map<String, String> decisions = new HashMap<>();
        programme.client().post(programme.integrationPath() + "/preview", null).expect(200).json()
                .forEach(one -> decisions.put(one.at("/sale/id").asText(), decision(one) + " " + points(one)));
        return decisions;
    }

    @Test
    void aShopThatSucceedsAnotherCountsFromTheCutoverOn() {
        try (SandboxTray successor = startShop()) {
            for (SandboxTray one : List.of(shop, successor)) {
                one.place(SandboxOrder.ofHundred().id(101).customer(1).placedAt(BEFORE));
                one.place(SandboxOrder.ofHundred().id(102).customer(2).placedAt(AFTER));
            }
            Programme programme = open();
            assertThat(programme.totalOfBalances()).isEqualTo(200);
            Programme second = second(programme, "tray", Map.of("apiAddress", successor.apiAddress().toString(), "code", successor.code(),
                    "consumerKey", successor.consumerKey(), "consumerSecret", successor.consumerSecret()), List.of("1", "4", "69"), List.of("9"));
            String path = second.integrationPath();
            assertThat(programme.client().post(path + "/activate", null).expect(409).text()).contains("salesCutover");

            programme.client().patch(path, Map.of("salesCutover", "2024-05-15T12:00:00-03:00", "importFrom", "2024-06-01T00:00:00-03:00")).expect(200);
            JsonNode readiness = programme.client().get(path + "/readiness").expect(200).json();
            assertThat(codes(readiness.get("blockers"))).containsExactly("CUTOVER_BEFORE_IMPORT");
            assertThat(codes(readiness.get("warnings"))).contains("CUTOVER_WITHIN_A_DAY");
            programme.client().patch(path, Map.of("salesCutover", "2024-05-15T00:00:00-03:00", "importFrom", "2020-01-01T00:00:00-03:00")).expect(200);
            Map<String, String> foreseen = Map.of("101", "ignored 0", "102", "awarded 100");
            assertThat(previewed(second)).as("before the cut-over is in force").isEqualTo(foreseen);
            programme.client().post(path + "/activate", null).expect(200);
            assertThat(programme.totalOfBalances()).as("what the old source paid for the new one's sales is taken back").isEqualTo(100);

            poll(second);
            poll(programme);
            assertThat(programme.totalOfBalances()).isEqualTo(200);
            List<String> counting = new ArrayList<>();
            programme.sales().forEach(sale -> counting.add(sale.at("/sale/id").asText() + (sale.get("integrationId").asText().equals(second.integration())
                    ? " new " : " old ") + decision(sale)));
            assertThat(counting).containsExactlyInAnyOrder("101 old awarded", "102 old ignored", "101 new ignored", "102 new awarded");
            assertThat(previewed(second)).isEqualTo(foreseen);

            assertThat(programme.client().patch(path, Map.of("salesCutover", "2024-05-16T00:00:00-03:00")).expect(409).text()).contains("salesCutover");
            programme.client().delete(path).expect(409);
            programme.client().post(path + "/deactivate", null).expect(200);
            poll(programme);
            assertThat(programme.totalOfBalances()).as("a pause gives nothing back to the old source").isEqualTo(200);
        }
    }

    @Test
    void aCutoverOfASourceThatNeverPaidGoesWithIt() {
        long order = shop.place(SandboxOrder.ofHundred().placedAt(AFTER));
        Programme programme = open();
        Programme mistaken = second(programme, "tray", Map.of("apiAddress", "http://localhost:9/web_api", "code", "x", "consumerKey", "x", "consumerSecret", "x"),
                List.of("1"), List.of("9"));
        programme.client().patch(mistaken.integrationPath(), Map.of("salesCutover", "2024-05-15T00:00:00-03:00")).expect(200);
        programme.client().post(mistaken.integrationPath() + "/activate", null).expect(200);
        assertThat(decision(programme.sale(order))).isEqualTo("ignored");

        programme.client().delete(mistaken.integrationPath()).expect(204);

        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    private static Programme second(Programme programme, String platform, Map<String, Object> settings, List<String> scoring, List<String> reversal) {
        Map<String, Object> body = new HashMap<>(Map.of("platform", platform, "name", "Segunda fonte", "settings", settings, "scoringStatuses", scoring,
                "reversalStatuses", reversal, "importSales", true, "importFrom", "2020-01-01T00:00:00-03:00", "pollInterval", "PT1H"));
        String id = programme.client().post(programme.path() + "/integrations", body).expect(201).json().get("id").asText();
        return new Programme(programme.hub(), programme.client(), programme.merchant(), programme.apiKey(), id);
    }

    private static List<String> codes(JsonNode remarks) {
        List<String> codes = new ArrayList<>();
        remarks.forEach(remark -> codes.add(remark.get("code").asText()));
        return codes;
    }
}
