package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.Poison;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Running an integration against a shop: trying, previewing, switching on, polling, and what it leaves behind. */
class OperationApiTest extends ApiOverHttp {

    private SandboxTray shop;

    @BeforeEach
    void openShop() {
        shop = SandboxTray.start();
    }

    @AfterEach
    void closeShop() {
        shop.close();
    }

    // --- live from the platform

    @Test
    void theCheckTriesEveryCallAndSaysOk() {
        Merchant merchant = merchant();
        String path = integration(merchant);

        JsonNode check = merchant.client().post(path + "/check", null).expect(200).json();

        assertThat(check.get("ok").asBoolean()).isTrue();
        assertThat(check.get("steps")).isNotEmpty().allSatisfy(step -> assertThat(step.get("ok").asBoolean()).isTrue());
        JsonNode after = merchant.client().get(path).json();
        assertThat(after.get("checkOk").asBoolean()).isTrue();
        assertThat(after.get("checkedAt").isNull()).isFalse();
        // New credentials have not been tried yet.
        assertThat(merchant.client().patch(path, fields("settings", fields("code", shop.install()))).expect(200).json().get("checkOk").isNull()).isTrue();
    }

    @Test
    void wrongCredentialsAreAnAnswerInWordsAndNoError() {
        Merchant merchant = merchant();
        Map<String, Object> wrong = settings(shop);
        wrong.put("code", "um-codigo-errado");
        String path = integration(merchant, "settings", wrong);

        JsonNode check = merchant.client().post(path + "/check", null).expect(200).json();

        assertThat(check.get("ok").asBoolean()).isFalse();
        JsonNode failed = check.get("steps").get(0);
        assertThat(failed.get("ok").asBoolean()).isFalse();
        assertThat(failed.get("detail").asText()).contains("Tray").containsPattern("autoriza|credenc|código").doesNotContain("um-codigo-errado");
        assertThat(check.toString()).doesNotContain("Exception").doesNotContain(shop.consumerSecret());
        assertThat(codes(merchant.client().get(path + "/readiness").json().get("blockers"))).contains("CHECK_FAILED");
    }

    @Test
    void anUnreachableShopIsSaidToBeOne() {
        Merchant merchant = merchant();
        String path = integration(merchant, "settings", settings("http://localhost:1/web_api", "codigo"));

        JsonNode check = merchant.client().post(path + "/check", null).expect(200).json();
        assertThat(check.get("ok").asBoolean()).isFalse();
        assertThat(check.at("/steps/0/detail").asText()).contains("conectar");

        Answer statuses = merchant.client().get(path + "/statuses").expect(502);
        assertThat(statuses.json().get("detail").asText()).contains("conectar");
        merchant.client().post(path + "/preview", null).expect(502);
        String nowhere = integration(merchant, "settings", settings("http://nao-existe.invalid/web_api", "codigo"));
        assertThat(merchant.client().post(nowhere + "/check", null).expect(200).json().at("/steps/0/detail").asText()).contains("não existe");
    }

    @Test
    void aShopOutOfOrderIsA502() {
        Merchant merchant = merchant();
        String path = integration(merchant);
        shop.fail("/orders/statuses", SandboxTray.ALWAYS, Fault.html());
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.serverError());

        assertThat(merchant.client().get(path + "/statuses").expect(502).json().get("detail").asText()).contains("Tray");
        assertThat(merchant.client().post(path + "/preview", null).expect(502).json().get("detail").asText()).contains("Tray");
    }

    @Test
    void theStatusesComeFromTheShopEachWithASuggestion() {
        Merchant merchant = merchant();
        shop.manyStatuses(70);

        JsonNode statuses = merchant.client().get(integration(merchant) + "/statuses").expect(200).json();

        assertThat(statuses.size()).isEqualTo(70);
        assertThat(each(statuses, "id")).doesNotHaveDuplicates().contains("1", "3", "4", "9", "69");
        assertThat(suggestion(statuses, "69")).isEqualTo("scoring");
        assertThat(suggestion(statuses, "9")).isEqualTo("reversal");
        assertThat(suggestion(statuses, "3")).isEqualTo("none");
    }

    private static String suggestion(JsonNode statuses, String id) {
        for (JsonNode status : statuses) {
            if (status.get("id").asText().equals(id)) {
                return status.get("suggestion").asText();
            }
        }
        throw new AssertionError("no status " + id);
    }

    @Test
    void thePreviewShowsWhatTheNewestOrdersWouldEarnAndWritesNothing() {
        Merchant merchant = merchant();
        merchant.create("points-rules", ruleBody("pointsPerReal", "2"));
        String path = integration(merchant, "scoringStatuses", List.of("1"), "reversalStatuses", List.of("9"));
        String paid = "" + shop.place(SandboxOrder.ofHundred().status(SandboxStatus.A_ENVIAR));
        String waiting = "" + shop.place(SandboxOrder.ofHundred().status(SandboxStatus.AGUARDANDO_PAGAMENTO));
        String cancelled = "" + shop.place(SandboxOrder.ofHundred().status(SandboxStatus.CANCELADO));
        long broken = shop.place(SandboxOrder.ofHundred().status(SandboxStatus.A_ENVIAR));
        shop.poison(broken, Poison.TOTAL_IS_TEXT);

        JsonNode preview = merchant.client().post(path + "/preview", fields("limit", 10)).expect(200).json();

        assertThat(preview.size()).isEqualTo(4);
        assertThat(previewed(preview, paid).get("decision").asText()).isEqualTo("awarded");
        assertThat(previewed(preview, paid).get("points").asLong()).isEqualTo(200);
        assertThat(previewed(preview, paid).at("/sale/amounts/goods").decimalValue()).isEqualByComparingTo("100.00");
        assertThat(previewed(preview, waiting).get("decision").asText()).isEqualTo("ignored");
        assertThat(previewed(preview, waiting).get("points").asLong()).isZero();
        assertThat(previewed(preview, cancelled).get("decision").asText()).isEqualTo("reversed");
        assertThat(preview).anySatisfy(order -> {
            assertThat(order.get("sale").isNull()).isTrue();
            assertThat(order.get("decision").isNull()).isTrue();
            assertThat(order.get("reason").asText()).contains("não pôde ser lido");
        });
        assertThat(merchant.client().post(path + "/preview", fields("limit", 2)).expect(200).json().size()).isEqualTo(2);
        assertThat(merchant.get("sales").get("items")).isEmpty();
        assertThat(merchant.get("participants").get("items")).isEmpty();
        assertThat(merchant.get("dead-letters").get("items")).isEmpty();
        for (Object limit : new Object[] {0, 51, "10", 1.5, true}) {
            assertThat(fieldsOf(merchant.client().post(path + "/preview", fields("limit", limit)).expect(400).json())).containsExactly("limit");
        }
    }

    private static JsonNode previewed(JsonNode preview, String order) {
        for (JsonNode one : preview) {
            if (one.at("/sale/id").asText().equals(order)) {
                return one;
            }
        }
        throw new AssertionError("no order " + order + " in " + preview);
    }

    // --- readiness and activation

    @Test
    void whatEmailsAndRewardsNeedIsWarnedOf() throws Exception {
        Merchant merchant = merchant();
        String path = merchant.path("integrations/" + merchant.create("integrations", integrationBody("rewardSkus", List.of("CAM-BAS-01"))).get("id").asText());
        com.sun.net.httpserver.HttpServer site = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("localhost", 0), 0);
        site.createContext("/", exchange -> exchange.sendResponseHeaders(200, -1));
        site.start();
        String address = "http://localhost:" + site.getAddress().getPort();

        assertThat(codes(merchant.client().get(path + "/readiness").json().get("warnings"))).contains("SITE_URL_MISSING", "FEED_MISSING")
                .doesNotContain("SITE_URL_UNREACHABLE");

        merchant.client().patch(merchant.path(""), fields("siteUrl", address)).expect(200);
        merchant.client().patch(path, fields("catalogFeedUrl", address + "/feed.xml")).expect(200);
        assertThat(codes(merchant.client().get(path + "/readiness").json().get("warnings")))
                .doesNotContain("SITE_URL_MISSING", "FEED_MISSING", "SITE_URL_UNREACHABLE");

        site.stop(0);
        assertThat(codes(merchant.client().get(path + "/readiness").json().get("warnings"))).contains("SITE_URL_UNREACHABLE");
    }

    @Test
    void whatIsMissingIsNamedByCodesAndWords() {
        Merchant merchant = merchant();
        String path = integration(merchant, "scoringStatuses", List.of());

        JsonNode readiness = merchant.client().get(path + "/readiness").expect(200).json();
        assertThat(readiness.get("ready").asBoolean()).isFalse();
        assertThat(codes(readiness.get("blockers"))).containsExactlyInAnyOrder("NO_SCORING_STATUS", "NO_POINTS_RULE");
        assertThat(readiness.get("blockers")).allSatisfy(blocker -> assertThat(blocker.get("message").asText()).contains(" "));

        Answer refused = merchant.client().post(path + "/activate", null).expect(409);
        assertThat(refused.json().get("detail").asText()).contains("situação", "regra de pontos");
        assertThat(merchant.client().get(path).json().get("active").asBoolean()).isFalse();

        merchant.create("points-rules", ruleBody());
        merchant.client().patch(path, fields("scoringStatuses", List.of("1"))).expect(200);
        JsonNode now = merchant.client().get(path + "/readiness").expect(200).json();
        assertThat(now.get("ready").asBoolean()).isTrue();
        assertThat(now.get("blockers")).isEmpty();
        assertThat(codes(now.get("warnings"))).contains("FEWER_THAN_THREE_STATUSES");
        merchant.client().patch(path, fields("scoringStatuses", List.of("1", "4", "69"))).expect(200);
        assertThat(codes(merchant.client().get(path + "/readiness").json().get("warnings"))).doesNotContain("FEWER_THAN_THREE_STATUSES");
        assertThat(operator.send("GET", path + "/readiness", null, "Accept-Language", "en").json().at("/warnings/0/message").asText()).containsPattern("(?i)\\bthe\\b|\\bno\\b");
    }

    @Test
    void activationIsIdempotentAndAnsweredWithTheIntegration() {
        Merchant merchant = merchant();
        merchant.create("points-rules", ruleBody());
        String path = integration(merchant, "importFrom", null);

        JsonNode active = merchant.client().post(path + "/activate", null).expect(200).json();
        assertThat(active.get("active").asBoolean()).isTrue();
        assertThat(active.get("activatedAt").isNull()).isFalse();
        assertThat(active.get("importFrom").isNull()).isFalse();
        JsonNode again = merchant.client().post(path + "/activate", null).expect(200).json();
        assertThat(again.get("activatedAt")).isEqualTo(active.get("activatedAt"));

        assertThat(merchant.client().post(path + "/deactivate", null).expect(200).json().get("active").asBoolean()).isFalse();
        assertThat(merchant.client().post(path + "/deactivate", null).expect(200).json().get("active").asBoolean()).isFalse();
        assertThat(each(operator.get("audit?merchant=" + merchant.id()).json().get("items"), "action"))
                .filteredOn(action -> action.contains("activate")).containsExactly("integration.deactivate", "integration.activate");
    }

    @Test
    void twoSourcesOfTheSameSalesAreNotSwitchedOn() {
        Merchant merchant = merchant();
        merchant.create("points-rules", ruleBody());
        String first = integration(merchant, "name", "Loja principal");
        String second = integration(merchant, "name", "A mesma loja outra vez");
        merchant.client().post(first + "/activate", null).expect(200);

        JsonNode blockers = merchant.client().get(second + "/readiness").expect(200).json().get("blockers");
        assertThat(codes(blockers)).containsExactly("SALES_ALREADY_IMPORTED_BY");
        assertThat(blockers.get(0).get("message").asText()).contains("Loja principal");
        assertThat(merchant.client().post(second + "/activate", null).expect(409).json().get("detail").asText()).contains("Loja principal");

        // Nor through the back door: active without sales, and then the sales switched on.
        merchant.client().patch(second, fields("importSales", false)).expect(200);
        merchant.client().post(second + "/activate", null).expect(200);
        assertThat(merchant.client().patch(second, fields("importSales", true)).expect(409).json().get("detail").asText()).contains("Loja principal");
        assertThat(merchant.client().get(second).json().get("importSales").asBoolean()).isFalse();

        merchant.client().post(first + "/deactivate", null).expect(200);
        merchant.client().patch(second, fields("importSales", true)).expect(200);
        merchant.client().post(first + "/activate", null).expect(409);
    }

    @Test
    void ofTwoActivationsAtOnceOneWins() {
        for (int round = 0; round < 5; round++) {
            Merchant merchant = merchant();
            merchant.create("points-rules", ruleBody());
            List<String> paths = List.of(integration(merchant), integration(merchant), integration(merchant));

            List<Integer> statuses = paths.stream()
                    .map(path -> CompletableFuture.supplyAsync(() -> merchant.client().post(path + "/activate", null).status()))
                    .toList().stream().map(CompletableFuture::join).toList();

            assertThat(statuses).containsExactlyInAnyOrder(200, 409, 409);
            assertThat(each(merchant.get("integrations").get("items"), "active")).containsOnlyOnce("true");
        }
    }

    // --- polling

    @Test
    void anInactiveIntegrationIsNotPolled() {
        Merchant merchant = merchant();
        merchant.create("points-rules", ruleBody());
        String path = integration(merchant);

        merchant.client().post(path + "/poll", null).expect(409);
        merchant.client().post(path + "/backfill", fields("from", "2026-01-01T00:00:00-03:00")).expect(409);
        assertThat(merchant.client().get(path + "/polls").expect(200).json()).isEmpty();
        JsonNode health = merchant.client().get(path + "/health").expect(200).json();
        assertThat(health.get("state").asText()).isEqualTo("paused");
        assertThat(health.get("nextPollAt").isNull()).isTrue();

        merchant.client().patch(path, fields("importSales", false)).expect(200);
        merchant.client().post(path + "/activate", null).expect(200);
        assertThat(merchant.client().post(path + "/poll", null).expect(409).json().get("detail").asText()).contains("importSales");
    }

    @Test
    void aPollLeavesSalesPointsDeadLettersAndCounts() {
        long paid = shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.A_ENVIAR));
        long waiting = shop.place(SandboxOrder.ofHundred().customer(2).status(SandboxStatus.AGUARDANDO_PAGAMENTO));
        long later = shop.place(SandboxOrder.ofHundred().customer(3).status(SandboxStatus.FINALIZADO));
        long broken = shop.place(SandboxOrder.ofHundred().customer(4).status(SandboxStatus.A_ENVIAR));
        shop.poison(broken, Poison.TOTAL_IS_TEXT);
        Programme programme = hub.programme(shop);
        Merchant merchant = new Merchant(programme.merchant(), programme.apiKey(), operator.merchant(programme.apiKey()));
        String path = programme.integrationPath();

        JsonNode poll = programme.poll();

        assertThat(poll.get("outcome").asText()).isEqualTo("ok");
        JsonNode polls = merchant.client().get(path + "/polls").expect(200).json();
        assertThat(sum(polls, "awarded")).isEqualTo(2);
        assertThat(sum(polls, "ignored")).isEqualTo(1);
        assertThat(sum(polls, "deadLettered")).isGreaterThanOrEqualTo(1);
        assertThat(merchant.client().get(path + "/polls?limit=1").expect(200).json().size()).isEqualTo(1);
        merchant.client().get(path + "/polls?limit=0").expect(400);

        // Sales
        List<String> ids = walk(merchant.client(), merchant.path("sales"), 1).stream().map(sale -> sale.get("id").asText()).toList();
        assertPaged(merchant.client(), merchant.path("sales"), ids);
        assertThat(ids).hasSize(3);
        JsonNode sale = merchant.get("sales?orderId=" + paid).get("items").get(0);
        assertThat(sale.get("decision").asText()).isEqualTo("awarded");
        assertThat(sale.get("points").asLong()).isEqualTo(100);
        assertThat(sale.get("integrationId").asText()).isEqualTo(programme.integration());
        assertThat(sale.at("/sale/id").asText()).isEqualTo("" + paid);
        assertThat(sale.at("/sale/amounts/total").decimalValue()).isEqualByComparingTo("100.00");
        assertThat(merchant.get("sales/" + sale.get("id").asText())).isEqualTo(sale);
        assertThat(merchant.get("sales?decision=awarded").get("items").size()).isEqualTo(2);
        assertThat(merchant.get("sales?decision=ignored").get("items")).singleElement().satisfies(
                one -> assertThat(one.at("/sale/id").asText()).isEqualTo("" + waiting));
        assertThat(merchant.get("sales?integration=" + programme.integration()).get("items").size()).isEqualTo(3);
        assertThat(merchant.get("sales?integration=" + java.util.UUID.randomUUID()).get("items")).isEmpty();
        assertThat(merchant.get("sales?orderId=80412'--").get("items")).isEmpty();
        assertThat(fieldsOf(merchant.client().get(merchant.path("sales?integration=abc")).expect(400).json())).containsExactly("integration");
        assertThat(fieldsOf(merchant.client().get(merchant.path("sales?decision=paga")).expect(400).json())).containsExactly("decision");
        for (String unknown : unknownIds(true)) {
            merchant.client().get(merchant.path("sales/" + unknown)).expect(404);
        }

        // Points
        JsonNode person = merchant.get("participants?document=" + sale.at("/sale/customer/document").asText()).get("items").get(0);
        assertThat(person.get("balance").asLong()).isEqualTo(100);
        assertThat(person.get("id")).isEqualTo(sale.get("participantId"));
        JsonNode entry = merchant.get("participants/" + person.get("id").asText() + "/entries").get("items").get(0);
        assertThat(entry.get("kind").asText()).isEqualTo("earn");
        assertThat(entry.get("saleId")).isEqualTo(sale.get("id"));
        shop.changeStatus(paid, SandboxStatus.CANCELADO);
        programme.poll();
        JsonNode entries = merchant.get("participants/" + person.get("id").asText() + "/entries").get("items");
        assertThat(each(entries, "kind")).containsExactly("reversal", "earn");
        assertThat(each(entries, "points")).containsExactly("-100", "100");
        assertThat(entries.get(0).get("corrects")).isEqualTo(entries.get(1).get("id"));
        assertThat(merchant.get("sales/" + sale.get("id").asText()).get("decision").asText()).isEqualTo("reversed");

        // Dead letters
        JsonNode letter = merchant.get("dead-letters").get("items").get(0);
        assertThat(letter.get("payload").asText()).contains("\"" + broken + "\"", "abc");
        assertThat(letter.get("integrationId").asText()).isEqualTo(programme.integration());
        assertThat(letter.get("reason").asText()).isNotBlank();
        assertThat(letter.get("attempts").asInt()).isPositive();
        for (String unknown : unknownIds(true)) {
            merchant.client().post(merchant.path("dead-letters/" + unknown + "/replay"), null).expect(404);
            merchant.client().delete(merchant.path("dead-letters/" + unknown)).expect(404);
        }
        shop.heal(broken);
        assertThat(merchant.client().post(merchant.path("dead-letters/" + letter.get("id").asText() + "/replay"), null).expect(202).json()
                .get("queued").asInt()).isEqualTo(1);
        hub.runUntil("tray-orders", () -> merchant.get("dead-letters").get("items").isEmpty());
        assertThat(programme.sale(broken).get("points").asLong()).isEqualTo(100);

        // Health, and what the operator sees of it all
        JsonNode health = merchant.client().get(path + "/health").expect(200).json();
        assertThat(health.get("state").asText()).isIn("healthy", "lagging");
        assertThat(health.get("lastSuccessAt").isNull()).isFalse();
        assertThat(health.get("consecutiveFailures").asInt()).isZero();
        assertThat(health.at("/budget/usedToday").asInt()).isPositive();
        assertThat(health.at("/budget/limitPerDay").asInt()).isEqualTo(10_000);
        assertThat(health.at("/budget/limitPerMinute").asInt()).isEqualTo(hub.bean(Platforms.class).get("tray").limits().perMinute());
        JsonNode verification = operator.get("ledger/verification").expect(200).json();
        assertThat(verification.get("ok").asBoolean()).isTrue();
        assertThat(verification.get("entries").asLong()).isPositive();
        assertThat(verification.get("mismatches")).isEmpty();
        assertThat(later).isPositive();
    }

    private static int sum(JsonNode polls, String count) {
        int sum = 0;
        for (JsonNode poll : polls) {
            sum += poll.get(count).asInt();
        }
        return sum;
    }

    @Test
    void deadLettersAreReplayedTogetherAndDiscardedOneByOne() {
        List<Long> broken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            broken.add(shop.place(SandboxOrder.ofHundred().customer(i)));
            shop.poison(broken.get(i), Poison.TOTAL_IS_TEXT);
        }
        Programme programme = hub.programme(shop);
        programme.poll();
        Merchant merchant = new Merchant(programme.merchant(), programme.apiKey(), operator.merchant(programme.apiKey()));
        List<String> ids = each(merchant.get("dead-letters").get("items"), "id");
        assertThat(ids).hasSize(4);
        assertPaged(merchant.client(), merchant.path("dead-letters"), ids);
        assertThat(merchant.get("dead-letters?integration=" + programme.integration()).get("items").size()).isEqualTo(4);
        assertThat(merchant.get("dead-letters?integration=" + java.util.UUID.randomUUID()).get("items")).isEmpty();

        merchant.client().delete(merchant.path("dead-letters/" + ids.get(0))).expect(204);
        merchant.client().delete(merchant.path("dead-letters/" + ids.get(0))).expect(404);
        assertThat(merchant.client().post(merchant.path("dead-letters/replay"), fields("integrationId", java.util.UUID.randomUUID().toString()))
                .expect(202).json().get("queued").asInt()).isZero();
        merchant.client().post(merchant.path("dead-letters/replay"), fields("integrationId", "abc")).expect(400);
        broken.forEach(shop::heal);
        assertThat(merchant.client().post(merchant.path("dead-letters/replay"), null).expect(202).json().get("queued").asInt()).isEqualTo(3);
        hub.runUntil("tray-orders", () -> merchant.get("dead-letters").get("items").isEmpty());
        assertThat(programme.totalOfBalances()).isGreaterThanOrEqualTo(300);
        operator.post("dead-letters/replay", null).expect(202);
    }

    @Test
    void aBackfillReadsAgainAndPaysNothingTwice() {
        long order = shop.place(SandboxOrder.ofHundred());
        Programme programme = hub.programme(shop);
        programme.poll();
        assertThat(programme.sale(order).get("points").asLong()).isEqualTo(100);

        long poll = operator.post(programme.integrationPath() + "/backfill", fields("from", "2020-01-01T00:00:00-03:00")).expect(202).json().get("pollId").asLong();

        programme.awaitPoll(poll);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
        for (Object from : new Object[] {"ontem", "2026-01-01", 5, null, "2026-12-31T23:59:60Z"}) {
            assertThat(fieldsOf(operator.post(programme.integrationPath() + "/backfill", fields("from", from)).expect(400).json())).containsExactly("from");
        }
        assertThat(fieldsOf(operator.post(programme.integrationPath() + "/backfill", fields()).expect(400).json())).containsExactly("from");
        operator.post(programme.integrationPath() + "/backfill", null).expect(400);
    }

    @Test
    void aShopThatFailsIsSaidToFail() {
        Programme programme = hub.programme(shop);
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.serverError());

        JsonNode poll = programme.poll();

        assertThat(poll.get("outcome").asText()).isEqualTo("failed");
        assertThat(poll.get("error").asText()).contains("Tray");
        JsonNode health = operator.get(programme.integrationPath() + "/health").expect(200).json();
        assertThat(health.get("state").asText()).isEqualTo("failing");
        assertThat(health.get("consecutiveFailures").asInt()).isPositive();
        assertThat(health.get("lastError").asText()).contains("Tray");
    }

    @Test
    void aStatusThatNobodySaidAnythingAboutIsAWarningAndPaysNothing() {
        for (int i = 0; i < 2; i++) {
            shop.place(SandboxOrder.ofHundred().status(SandboxStatus.FINALIZADO));
        }
        shop.place(SandboxOrder.ofHundred().status(SandboxStatus.AGUARDANDO_PAGAMENTO));
        Programme programme = hub.programme(shop, Map.of("scoringStatuses", List.of("1")));
        programme.poll();

        JsonNode warnings = operator.get(programme.integrationPath() + "/health").expect(200).json().get("warnings");

        assertThat(programme.totalOfBalances()).isZero();
        assertThat(warnings).singleElement().satisfies(warning -> {
            assertThat(warning.get("code").asText()).isEqualTo("STATUS_WITHOUT_EFFECT");
            assertThat(warning.get("message").asText()).contains("FINALIZADO", "2 pedidos");
        });
        operator.patch(programme.integrationPath(), fields("scoringStatuses", List.of("1", SandboxStatus.FINALIZADO.name()))).expect(200);
        assertThat(operator.get(programme.integrationPath() + "/health").expect(200).json().get("warnings")).isEmpty();
    }

    @Test
    void aRuleIsTriedOnTheLastOrdersAndNothingIsStored() {
        long first = shop.place(SandboxOrder.ofHundred().customer(1));
        shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.CANCELADO));
        long second = shop.place(SandboxOrder.ofHundred().customer(1));
        Programme programme = hub.programme(shop);
        programme.poll();

        JsonNode tried = operator.post(programme.path() + "/points-rules/preview", ruleBody("pointsPerReal", "1.5",
                "multipliers", List.of(fields("when", fields("firstPurchase", true), "factor", 3)))).expect(200).json();

        assertThat(each(tried, "points")).containsExactly("150", "450");
        assertThat(each(tried, "recordedPoints")).containsExactly("100", "100");
        assertThat(List.of(tried.get(0).at("/sale/id").asText(), tried.get(1).at("/sale/id").asText())).containsExactly("" + second, "" + first);
        assertThat(tried.get(0).get("saleId")).isEqualTo(programme.sale(second).get("id"));
        assertThat(operator.get(programme.path() + "/points-rules").json().get("items")).hasSize(1);
        assertThat(programme.totalOfBalances()).isEqualTo(200);
        operator.post(programme.path() + "/points-rules/preview", fields("name", "x")).expect(400);
    }

    private String integration(Merchant merchant, Object... differing) {
        Map<String, Object> body = integrationBody("settings", settings(shop), "scoringStatuses", List.of("1", "4", "69"),
                "reversalStatuses", List.of("9"), "importSales", true, "importFrom", "2020-01-01T00:00:00-03:00", "pollInterval", "PT1H");
        for (int i = 0; i < differing.length; i += 2) {
            body.put((String) differing[i], differing[i + 1]);
        }
        return merchant.path("integrations/" + merchant.create("integrations", body).get("id").asText());
    }
}
