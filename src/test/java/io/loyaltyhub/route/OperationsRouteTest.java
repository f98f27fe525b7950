package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.support.Programme;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a merchant does with an integration: preview, check, statuses, backfill, switching off and on. */
class OperationsRouteTest extends ShopAndHub {

    private static final String DETAILS = "/orders/*/complete";

    // preview

    @Test
    void aPreviewShowsWhatOrdersWouldEarnAndWritesNothing() {
        Programme programme = open();
        long paid = placeHundred(1);
        long unpaid = placeHundred(2, SandboxStatus.AGUARDANDO_PAGAMENTO);
        long cancelled = placeHundred(3, SandboxStatus.CANCELADO);
        Map<String, Long> before = rows(programme);

        JsonNode previewed = programme.client().post(programme.integrationPath() + "/preview", Map.of("limit", 10)).expect(200).json();

        Map<String, JsonNode> byOrder = new HashMap<>();
        previewed.forEach(one -> byOrder.put(one.at("/sale/id").asText(), one));
        assertThat(byOrder).containsOnlyKeys("" + paid, "" + unpaid, "" + cancelled);
        assertThat(decision(byOrder.get("" + paid))).isEqualTo("awarded");
        assertThat(points(byOrder.get("" + paid))).isEqualTo(100);
        assertThat(byOrder.get("" + paid).at("/sale/customer/document").asText()).isNotEmpty();
        assertThat(byOrder.get("" + paid).at("/raw/Order/id").asText()).isEqualTo("" + paid);
        assertThat(decision(byOrder.get("" + unpaid))).isEqualTo("ignored");
        assertThat(reason(byOrder.get("" + unpaid))).contains("AGUARDANDO PAGAMENTO");
        assertThat(decision(byOrder.get("" + cancelled))).isEqualTo("reversed");
        assertThat(rows(programme)).isEqualTo(before);
    }

    @Test
    void aPreviewShowsTheNewestAndNoMoreThanWereAskedFor() {
        Programme programme = open();
        placeHundred(1);
        long second = placeHundred(2);
        long newest = placeHundred(3);

        JsonNode previewed = programme.client().post(programme.integrationPath() + "/preview", Map.of("limit", 2)).expect(200).json();

        assertThat(previewed).hasSize(2);
        assertThat(previewed.at("/0/sale/id").asText()).isEqualTo("" + newest);
        assertThat(previewed.at("/1/sale/id").asText()).isEqualTo("" + second);
        assertThat(shop.calls(DETAILS)).isEqualTo(2);
    }

    // check and statuses

    @Test
    void aCheckWithTheRightCredentialsSaysOkForEachCall() {
        Programme draft = draft(Map.of());

        JsonNode check = check(draft);

        assertThat(check.get("ok").asBoolean()).isTrue();
        assertThat(check.get("steps").findValuesAsText("name")).containsExactly("Autorização e situações dos pedidos", "Pedidos");
        assertThat(check.get("steps").findValuesAsText("ok")).containsOnly("true");
    }

    @Test
    void aCheckMendsAnAddressPastedWithoutItsEnd() {
        String pasted = shop.apiAddress().toString().replace("/web_api", "/");

        assertThat(check(draft(Map.of("apiAddress", pasted))).get("ok").asBoolean()).isTrue();
    }

    @Test
    void aCheckWithAWrongCodeSaysThatTheAuthorisationIsRefused() {
        Programme draft = draft(Map.of("code", "codigo-que-nunca-existiu"));

        JsonNode check = check(draft);

        assertThat(check.get("ok").asBoolean()).isFalse();
        assertThat(check.at("/steps/0/ok").asBoolean()).isFalse();
        assertThat(check.at("/steps/0/detail").asText()).contains("instale o aplicativo de novo");
        assertThat(check.toString()).doesNotContain("codigo-que-nunca-existiu");
        assertThat(draft.client().get(draft.integrationPath() + "/readiness").expect(200).json().get("blockers").findValuesAsText("code")).contains("CHECK_FAILED");
    }

    @Test
    void aCheckOfAnUnreachableHostSaysSo() {
        // Port 1 of this machine: nobody listens there.
        JsonNode refused = check(draft(Map.of("apiAddress", "http://localhost:1/web_api")));
        assertThat(refused.get("ok").asBoolean()).isFalse();
        assertThat(refused.at("/steps/0/detail").asText()).isEqualTo("não foi possível conectar à plataforma");

        JsonNode unknown = check(draft(Map.of("apiAddress", "http://loja-que-nao-existe.invalid/web_api")));
        assertThat(unknown.at("/steps/0/detail").asText()).contains("endereço da plataforma não existe");
    }

    @Test
    void theStatusesOfAShopWithManyAreReadToTheLastPage() {
        shop.manyStatuses(120);
        Programme draft = draft(Map.of());

        JsonNode statuses = draft.client().get(draft.integrationPath() + "/statuses").expect(200).json();

        assertThat(statuses).hasSize(120);
        assertThat(new HashSet<>(statuses.findValuesAsText("id"))).hasSize(120);
        Map<String, String> suggestions = new HashMap<>();
        statuses.forEach(status -> suggestions.put(status.get("name").asText(), status.get("suggestion").asText()));
        assertThat(suggestions).containsEntry("A ENVIAR", "scoring").containsEntry("CANCELADO", "reversal").containsEntry("EM SEPARAÇÃO 1", "none");
        assertThat(shop.calls("/orders/statuses")).isEqualTo(3);
    }

    // backfill and changed terms

    @Test
    void aBackfillReadsAgainAndPaysNothingTwice() {
        Programme programme = open();
        long one = placeHundred(1);
        placeHundred(2);
        poll(programme);

        JsonNode poll = poll(programme, "backfill", Map.of("from", "2020-01-01T00:00:00-03:00"));

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(poll.get("read").asInt()).isEqualTo(2);
        assertThat(points(programme.sale(one))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    @Test
    void aBackfillReachesOrdersFromBeforeTheImport() {
        LocalDateTime longAgo = LocalDateTime.of(2024, 5, 14, 16, 3);
        long old = shop.place(SandboxOrder.ofHundred().customer(1).placedAt(longAgo));
        Programme programme = open(Map.of("importFrom", "2025-01-01T00:00:00-03:00"));
        assertThat(programme.sale(old)).isNull();

        poll(programme, "backfill", Map.of("from", "2024-05-01T00:00:00-03:00"));
        poll(programme, "backfill", Map.of("from", "2024-01-01T00:00:00-03:00"));

        assertThat(points(programme.sale(old))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aBackfillDecidesAnewOnceMoreStatusesScore() {
        Programme programme = open();
        long old = shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.ENVIADO)
                .placedAt(LocalDateTime.of(2024, 5, 14, 16, 3)));
        programme.client().patch(programme.integrationPath(), Map.of("scoringStatuses", List.of("1"))).expect(200);
        poll(programme, "backfill", Map.of("from", "2024-05-01T00:00:00-03:00"));
        assertThat(decision(programme.sale(old))).isEqualTo("ignored");
        programme.client().patch(programme.integrationPath(), Map.of("scoringStatuses", List.of("1", "4", "69"))).expect(200);

        poll(programme, "backfill", Map.of("from", "2024-05-01T00:00:00-03:00"));

        assertThat(decision(programme.sale(old))).isEqualTo("awarded");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void ordersOfTodayAreDecidedAnewWithoutABackfill() {
        Programme programme = open(Map.of("scoringStatuses", List.of("4")));
        long order = placeHundred(1, SandboxStatus.FINALIZADO);
        poll(programme);
        assertThat(decision(programme.sale(order))).isEqualTo("ignored");
        programme.client().patch(programme.integrationPath(), Map.of("scoringStatuses", List.of("4", "69"))).expect(200);

        poll(programme);

        assertThat(decision(programme.sale(order))).isEqualTo("awarded");
    }

    // switching off and on

    @Test
    void aSwitchedOffIntegrationIsNotPolledAndGoesOnWhereItStood() {
        Programme programme = open();
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);
        long order = placeHundred(1);
        tick(hub);
        assertThat(shop.calls("/**")).isZero();
        assertThat(programme.client().post(programme.integrationPath() + "/poll", null).status()).isEqualTo(409);
        assertThat(programme.health().get("state").asText()).isEqualTo("paused");

        programme.client().post(programme.integrationPath() + "/activate", null).expect(200);
        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(100);
    }

    @Test
    void switchingOffInTheMiddleOfAPollPostsNothingMoreAndKeepsTheCursor() {
        Programme programme = open();
        shop.placeMany(60, SandboxStatus.AGUARDANDO_PAGAMENTO);
        shop.onCall(call -> call.path().equals("/orders") && call.page() == 2,
                () -> programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200));

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("lost");
        assertThat(error(poll)).isEqualTo("a integração foi desativada");
        assertThat(programme.sales()).hasSize(50);
        assertThat(cursor(programme)).isEqualTo("2");

        shop.clearFaults();
        shop.resetCounters();
        programme.client().post(programme.integrationPath() + "/activate", null).expect(200);
        poll(programme);

        assertThat(programme.sales()).hasSize(60);
        assertThat(shop.newestCalls().stream().filter(call -> call.path().equals("/orders")).findFirst().orElseThrow().page()).isEqualTo(2);
    }

    private String cursor(Programme programme) {
        return hub.jdbc().queryForObject("SELECT next_page FROM polling WHERE merchant_id = ? AND integration_id = ?", String.class,
                UUID.fromString(programme.merchant()), UUID.fromString(programme.integration()));
    }

    private Map<String, Long> rows(Programme programme) {
        Map<String, Long> rows = new HashMap<>();
        for (String table : Set.of("sales", "entries", "participants", "balances", "dead_letters", "polls", "audit")) {
            rows.put(table, hub.jdbc().queryForObject("SELECT count(*) FROM " + table + " WHERE merchant_id = ?", Long.class, UUID.fromString(programme.merchant())));
        }
        return rows;
    }

    private static JsonNode check(Programme draft) {
        return draft.client().post(draft.integrationPath() + "/check", null).expect(200).json();
    }

    /** An integration that was never activated. */
    private Programme draft(Map<String, Object> differing) {
        Programme programme = open();
        programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200);
        Map<String, Object> settings = new HashMap<>(Map.of("apiAddress", shop.apiAddress().toString(), "code", shop.code(),
                "consumerKey", shop.consumerKey(), "consumerSecret", shop.consumerSecret()));
        settings.putAll(differing);
        String integration = programme.client().post(programme.path() + "/integrations", Map.of("platform", "tray", "name", "Rascunho", "settings", settings,
                "scoringStatuses", List.of("1"), "importSales", true)).expect(201).json().get("id").asText();
        shop.resetCounters();
        return new Programme(hub, programme.client(), programme.merchant(), programme.apiKey(), integration);
    }
}
