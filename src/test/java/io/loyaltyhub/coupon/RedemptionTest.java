package io.loyaltyhub.coupon;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.participant.Merging;
import io.loyaltyhub.points.RedemptionEntries;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayAnswer;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** Points into coupons: on the shop, or from the pool. */
class RedemptionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COUPONS = "/discount_coupons**";

    private static RunningHub hub;
    private SandboxTray shop;
    private Programme programme;
    private String member;

    @BeforeAll
    static void startHub() {
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.coupon.retry-delay", "PT0.2S", "hub.http.response-timeout", "700", "hub.http.answer-timeout", "PT1S",
                "hub.routes-dir", RoutesCopy.of("tray").unlimited()));
    }

    @AfterAll
    static void stopHub() {
        hub.close();
    }

    @BeforeEach
    void openShop() {
        shop = SandboxTray.start();
        programme = hub.programme(shop);
        member = buyer(1, 1);
    }

    @AfterEach
    void closeShop() {
        shop.close();
        assertLedgerCoherent(hub);
    }

    @Test
    void pointsBecomeACouponOfTheShopForThisMemberAlone() {
        JsonNode asked = redeem(member, "k1", Map.of("amount", 5)).expect(202).json();
        assertThat(asked.get("points").asLong()).as("20 points a real").isEqualTo(100);
        assertThat(asked.get("coupon").isNull()).as("before the shop has it").isTrue();

        JsonNode issued = ended(asked);

        assertThat(issued.get("state").asText()).as("%s", issued).isEqualTo("issued");
        JsonNode coupon = issued.get("coupon");
        assertThat(coupon.get("value").decimalValue()).isEqualByComparingTo("5.00");
        LocalDate lastDay = LocalDate.now(ZoneOffset.ofHours(-3)).plusDays(365);
        assertThat(OffsetDateTime.parse(coupon.get("expiresAt").asText()).toInstant()).isEqualTo(lastDay.plusDays(1).atStartOfDay().toInstant(ZoneOffset.ofHours(-3)));
        String customer = programme.sale(shop.orderIds().get(0)).at("/sale/customer/id").asText();
        assertThat(shop.coupons()).isEqualTo(Map.of(coupon.get("code").asText(), List.of(customer)));
        assertThat(balance(member)).isZero();
        assertThat(entries(member)).containsExactly("redeem -100", "earn 100");
        assertThat(mails(member)).contains("coupon-issued").doesNotContain("coupon-failed");
    }

    @Test
    void askedForAgainWithTheSameKeyItIsOneRedemptionAndAnotherWishIsRefused() {
        JsonNode one = redeem(member, "k1", Map.of("amount", 2)).expect(202).json();
        JsonNode again = redeem(member, "k1", Map.of("amount", 2)).expect(202).json();

        assertThat(again.get("id")).isEqualTo(one.get("id"));
        redeem(member, "k1", Map.of("amount", 3)).expect(409);
        redeem(member, "k1", Map.of("amount", 2, "integrationId", programme.integration())).expect(202);
        redeem(member, "k1", Map.of("amount", 2, "integrationId", UUID.randomUUID())).expect(409);
        ended(one);
        assertThat(shop.coupons()).hasSize(1);
        assertThat(balance(member)).isEqualTo(60);
    }

    @Test
    void fiftyRequestsAtOnceNeverTakeMoreThanThereIs() throws Exception {
        ExecutorService members = Executors.newFixedThreadPool(25);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String key = "k" + i;
            answers.add(members.submit(() -> redeem(member, key, Map.of("amount", 1)).status()));
        }
        Map<Integer, Integer> statuses = answers.stream().collect(Collectors.toMap(RedemptionTest::get, one -> 1, Integer::sum));
        members.shutdownNow();

        assertThat(statuses).isEqualTo(Map.of(202, 5, 409, 45));
        assertThat(balance(member)).isZero();
        // By the route's own clock: the other tests do not wait for it.
        await().atMost(PATIENCE).until(() -> shop.coupons().size() == 5);
    }

    @Test
    void whoRedeemsWhileTheyAreMergedWaitsForIt() {
        ExecutorService elsewhere = Executors.newSingleThreadExecutor();
        Future<HubClient.Answer> redeeming = hub.bean(TransactionTemplate.class).execute(merging -> {
            hold("participants", "id");
            Future<HubClient.Answer> asked = elsewhere.submit(() -> redeem(member, "k1", Map.of("amount", 1)));
            await().atMost(PATIENCE).until(RedemptionTest::somebodyWaits);
            hold("balances", "participant_id");
            return asked;
        });

        assertThat(get(redeeming).status()).isEqualTo(202);
        elsewhere.shutdownNow();
    }

    private void hold(String table, String id) {
        hub.jdbc().queryForList("SELECT FROM " + table + " WHERE merchant_id = ?::uuid AND " + id + " = ?::uuid FOR UPDATE", programme.merchant(), member);
    }

    private static boolean somebodyWaits() {
        return hub.jdbc().queryForObject("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Integer.class) > 0;
    }

    @Test
    void whatComesBackWhileItsOwnerIsMergedOnceMoreGoesToWhoIsLeft() {
        List<String> three = buyers(3);
        UUID merchant = UUID.fromString(programme.merchant());
        UUID redemption = UUID.fromString(ended(redeem(three.get(0), "k1", Map.of("amount", 5)).expect(202).json()).get("id").asText());
        hub.operator().post(participant(three.get(1)) + "/merge", Map.of("from", three.get(0))).expect(200);
        TransactionTemplate transactions = hub.bean(TransactionTemplate.class);
        ExecutorService elsewhere = Executors.newSingleThreadExecutor();

        Future<Boolean> refunding = transactions.execute(merging -> {
            hub.bean(Merging.class).merge(merchant, UUID.fromString(three.get(2)), UUID.fromString(three.get(1)), "test");
            Future<Boolean> refund = elsewhere.submit(() -> transactions.execute(other -> hub.bean(RedemptionEntries.class).giveBack(merchant, redemption, "Devolução", "test")));
            await().atMost(PATIENCE).until(RedemptionTest::somebodyWaits);
            return refund;
        });

        assertThat(get(refunding)).isTrue();
        assertThat(balance(three.get(2))).isEqualTo(300);
        hub.jdbc().update("UPDATE redemptions SET returned_at = now() WHERE id = ?", redemption);
        elsewhere.shutdownNow();
    }

    @Test
    void whatTheShopRefusesForGoodGivesThePointsBackAndSaysWhy() {
        shop.fail(COUPONS, SandboxTray.ALWAYS, Fault.status(400));

        JsonNode failed = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(failed.get("state").asText()).isEqualTo("failed");
        assertThat(failed.get("coupon").isNull()).isTrue();
        assertThat(failed.get("reason").asText()).contains("seus pontos voltaram");
        assertThat(balance(member)).isEqualTo(100);
        assertThat(entries(member)).containsExactly("refund 100", "redeem -100", "earn 100");
        assertThat(mails(member)).contains("coupon-failed").doesNotContain("coupon-issued");
    }

    @Test
    void aTimeOutIsNoRefusalTheCodeIsLookedUpBeforeItIsAskedForAgain() {
        shop.fail(call -> call.method().equals("POST") && call.path().contains("discount_coupons") && !call.path().contains("create_relationship"), 1, Fault.hang(Duration.ofSeconds(2)));

        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(issued.get("state").asText()).isEqualTo("issued");
        assertThat(shop.coupons().keySet()).containsExactly(issued.at("/coupon/code").asText());
        assertThat(shop.coupons().values().iterator().next()).as("tied all the same").hasSize(1);
    }

    @Test
    void aShopThatRefusesToBeAskedHasRefusedNoCoupon() {
        shop.fail(RedemptionTest::makesCoupon, 1, Fault.hang(Duration.ofSeconds(2)));
        shop.fail(RedemptionTest::looksForCoupon, 1, Fault.status(400));

        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(issued.get("state").asText()).isEqualTo("issued");
        assertThat(shop.coupons()).hasSize(1);
        assertThat(balance(member)).isZero();
    }

    @Test
    void aCodeThatIsTakenAfterATimeOutMayBeOursAndIsLookedUpOnceMore() {
        shop.fail(RedemptionTest::makesCoupon, 1, Fault.hang(Duration.ofSeconds(2)));
        // Still at it when it is asked what it has.
        shop.fail(RedemptionTest::looksForCoupon, 1, (call, answering) -> TrayAnswer.of(200, "application/json",
                "{\"paging\":{\"total\":0,\"page\":1,\"limit\":30},\"DiscountCoupons\":[]}"));

        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(issued.get("state").asText()).isEqualTo("issued");
        assertThat(shop.coupons()).hasSize(1);
        assertThat(balance(member)).isZero();
    }

    @Test
    void anotherCouponThanTheOneThatWasLookedForIsLeftAlone() {
        shop.fail(RedemptionTest::makesCoupon, 1, Fault.serverError());
        shop.fail(RedemptionTest::looksForCoupon, 1, (call, answering) -> TrayAnswer.of(200, "application/json",
                "{\"paging\":{\"total\":1,\"page\":1,\"limit\":30},\"DiscountCoupons\":[{\"DiscountCoupon\":{\"id\":\"77\",\"code\":\"NATAL\"}}]}"));

        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(shop.coupons().keySet()).containsExactly(issued.at("/coupon/code").asText());
        assertThat(shop.newestCalls()).noneMatch(call -> call.path().contains("77"));
    }

    @Test
    void aShopOutOfOrderIsAskedLaterAndTheMemberKeepsTheClaim() {
        shop.fail(COUPONS, 3, Fault.serverError());

        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(issued.get("state").asText()).isEqualTo("issued");
        assertThat(shop.coupons()).hasSize(1);
    }

    @Test
    void whatAShopHasNotMadeInADayGivesThePointsBackOnceItSaysThatItHasNone() {
        shop.fail(call -> call.method().equals("POST") && call.path().contains("discount_coupons"), SandboxTray.ALWAYS, Fault.serverError());
        JsonNode asked = redeem(member, "k1", Map.of("amount", 5)).expect(202).json();
        hub.runUntil("coupons", () -> shop.calls(COUPONS) > 2);
        assertThat(redemption(asked).get("state").asText()).isEqualTo("pending");

        hub.jdbc().update("UPDATE redemptions SET created_at = now() - interval '25 hours' WHERE id = ?::uuid", asked.get("id").asText());

        assertThat(ended(asked).get("state").asText()).isEqualTo("failed");
        assertThat(shop.coupons()).isEmpty();
        assertThat(balance(member)).isEqualTo(100);
    }

    @Test
    void aCouponThatCannotBeTiedToItsMemberIsTakenBackAndSoAreThePoints() {
        shop.fail("/discount_coupons/create_relationship/*", SandboxTray.ALWAYS, Fault.status(400));

        JsonNode failed = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(failed.get("state").asText()).isEqualTo("failed");
        assertThat(shop.coupons()).isEmpty();
        assertThat(balance(member)).isEqualTo(100);
    }

    @Test
    void takenBackWithoutAWordOfItThePointsComeBackAllTheSame() {
        shop.fail("/discount_coupons/create_relationship/*", SandboxTray.ALWAYS, Fault.status(400));
        shop.fail(call -> call.method().equals("DELETE") && call.path().contains("discount_coupons"), 1, Fault.hang(Duration.ofSeconds(2)));

        JsonNode failed = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());

        assertThat(failed.get("state").asText()).isEqualTo("failed");
        assertThat(shop.coupons()).isEmpty();
        assertThat(balance(member)).isEqualTo(100);
    }

    @Test
    void aRewardCostsItsPointsAndOneThatIsGoneCannotBeHad() {
        long reward = programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 10", "price", 10, "points", 70)).expect(201).json().get("id").asLong();

        JsonNode issued = ended(redeem(member, "k1", Map.of("rewardId", reward)).expect(202).json());

        assertThat(issued.at("/coupon/value").decimalValue()).isEqualByComparingTo("10.00");
        assertThat(issued.get("title").asText()).isEqualTo("Vale de R$ 10");
        assertThat(balance(member)).isEqualTo(30);
        programme.client().patch(programme.path() + "/rewards/" + reward, Map.of("available", false)).expect(200);
        redeem(member, "k2", Map.of("rewardId", reward)).expect(409);
        assertThat(redeem(member, "k3", Map.of("rewardId", 999_999)).expect(400).json().at("/errors/0/field").asText()).isEqualTo("rewardId");
    }

    @Test
    void aRequestThatMakesNoSenseIsExplained() {
        programme.client().post(participant(member) + "/redemptions", Map.of("amount", 5)).expect(400);
        redeem(member, "k1", Map.of()).expect(400);
        redeem(member, "k1", Map.of("amount", 5, "rewardId", 1)).expect(400);
        assertThat(redeem(member, "k1", Map.of("amount", 6)).expect(409).json().get("detail").asText()).isEqualTo("O saldo é de 100 pontos e o prêmio custa 120.");
        redeem(UUID.randomUUID().toString(), "k1", Map.of("amount", 5)).expect(404);
        assertThat(balance(member)).isEqualTo(100);
    }

    @Test
    void aCouponSeenOnAnOrderIsUsed() {
        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());
        shop.place(SandboxOrder.ofHundred().customer(2).status(SandboxStatus.A_ENVIAR).coupon(issued.at("/coupon/code").asText(), "5.00"));

        programme.poll();

        assertThat(redemption(issued).get("usedAt").isNull()).isFalse();
    }

    @Test
    void ofTwoCouponsOnOneOrderBothAreUsed() {
        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());
        shop.place(SandboxOrder.ofHundred().customer(2).status(SandboxStatus.A_ENVIAR).coupon("NATAL, " + issued.at("/coupon/code").asText(), "5.00"));

        programme.poll();

        assertThat(redemption(issued).get("usedAt").isNull()).isFalse();
    }

    @Test
    void anExpiredUnusedCouponGivesItsPointsBackWhereTheMerchantSaysSo() {
        JsonNode unused = ended(redeem(member, "k1", Map.of("amount", 3)).expect(202).json());
        JsonNode used = ended(redeem(member, "k2", Map.of("amount", 1)).expect(202).json());
        shop.place(SandboxOrder.ofHundred().customer(2).status(SandboxStatus.A_ENVIAR).coupon(used.at("/coupon/code").asText(), "1.00"));
        programme.poll();
        expired(unused, "6 days");
        expired(used, "8 days");
        returnExpired();
        assertThat(balance(member)).as("unless the merchant says so").isEqualTo(20);

        hub.operator().patch(programme.path(), Map.of("returnExpiredCoupons", true)).expect(200);
        returnExpired();
        assertThat(balance(member)).as("orders come in late").isEqualTo(20);
        expired(unused, "8 days");
        returnExpired();
        returnExpired();

        assertThat(balance(member)).isEqualTo(80);
        assertThat(entries(member)).containsExactly("refund 60", "redeem -20", "redeem -60", "earn 100");
        assertThat(redemption(unused).get("returnedAt").isNull()).isFalse();
        assertThat(redemption(used).get("returnedAt").isNull()).isTrue();
    }

    @Test
    void whereTheShopsOrdersAreNotReadNobodyKnowsThatACouponWasNotUsed() {
        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());
        hub.operator().patch(programme.path(), Map.of("returnExpiredCoupons", true)).expect(200);
        expired(issued, "8 days");

        programme.client().patch(programme.integrationPath(), Map.of("importSales", false)).expect(200);
        returnExpired();
        assertThat(balance(member)).as("an ERP reports them, say").isZero();
        programme.client().patch(programme.integrationPath(), Map.of("importSales", true)).expect(200);
        hub.jdbc().update("UPDATE polling SET since = now() - interval '2 days', next_poll_at = 'infinity' WHERE integration_id = ?::uuid", programme.integration());
        returnExpired();
        assertThat(balance(member)).as("while the shop is out of order").isZero();

        programme.poll();
        returnExpired();
        assertThat(balance(member)).isEqualTo(100);
    }

    // --- pool

    @Test
    void fiftyMembersAtOnceAndThirtyCodesThirtyAreIssuedAndTwentyGetTheirPointsBack() throws Exception {
        programme.client().patch(programme.integrationPath(), Map.of("couponSource", "pool")).expect(200);
        JsonNode added = pool(Map.of("codes", IntStream.range(0, 30).mapToObj(i -> "VALE-" + i).toList(), "value", 5)).expect(201).json();
        assertThat(added.get("added").asInt()).isEqualTo(30);
        List<String> members = buyers(50);

        ExecutorService threads = Executors.newFixedThreadPool(25);
        List<Future<JsonNode>> asked = members.stream().map(one -> threads.submit(() -> redeem(one, "k", Map.of("amount", 5)).expect(202).json())).toList();
        List<JsonNode> ended = asked.stream().map(RedemptionTest::get).map(this::ended).toList();
        threads.shutdownNow();

        Map<String, List<JsonNode>> byState = ended.stream().collect(Collectors.groupingBy(one -> one.get("state").asText()));
        assertThat(byState.get("issued").stream().map(one -> one.at("/coupon/code").asText()).distinct()).hasSize(30);
        assertThat(byState.get("failed")).hasSize(20).allSatisfy(one -> assertThat(one.get("reason").asText()).contains("não há mais cupons"));
        assertThat(members.stream().mapToLong(this::balance).sum()).isEqualTo(20 * 100);
        assertThat(programme.client().get(programme.integrationPath() + "/coupon-pool").expect(200).json().get("free").asInt()).isZero();
        assertThat(shop.calls(COUPONS)).as("the shop is not asked").isZero();
    }

    @Test
    void aCodeOfThePoolIsSeenUsedWhateverItsCase() {
        programme.client().patch(programme.integrationPath(), Map.of("couponSource", "pool")).expect(200);
        pool(Map.of("codes", List.of("Vale-a1"), "value", 5)).expect(201);
        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());
        shop.place(SandboxOrder.ofHundred().customer(2).status(SandboxStatus.A_ENVIAR).coupon("vale-a1", "5.00"));

        programme.poll();

        assertThat(redemption(issued).get("usedAt").isNull()).isFalse();
    }

    @Test
    void aCodeThatSomebodyHasAlreadyIsNotTakenIntoThePoolNorOutOfIt() {
        String known = ended(redeem(member, "k1", Map.of("amount", 1)).expect(202).json()).at("/coupon/code").asText();
        programme.client().patch(programme.integrationPath(), Map.of("couponSource", "pool")).expect(200);

        JsonNode added = pool(Map.of("codes", List.of(known, "VALE-1"), "value", 1)).expect(201).json();
        // From before this was looked at.
        hub.jdbc().update("INSERT INTO coupon_pool (merchant_id, integration_id, code, value, expires_on, added_at) VALUES (?::uuid, ?::uuid, ?, 1, '2099-12-31', now())",
                programme.merchant(), programme.integration(), known);

        assertThat(added.get("added").asInt()).isEqualTo(1);
        assertThat(added.get("duplicates").asInt()).isEqualTo(1);
        JsonNode issued = ended(redeem(member, "k2", Map.of("amount", 1)).expect(202).json());
        assertThat(issued.at("/coupon/code").asText()).isEqualTo("VALE-1");
    }

    @Test
    void theMerchantIsToldOfCodesThatRunLowOfValuesWithoutAnyAndOfRedemptionsThatFailed() {
        assertThat(warnings("readiness")).as("a shop that makes coupons needs no codes").doesNotContainKey("COUPON_POOL_LOW");
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 5", "price", 5)).expect(201);
        programme.client().patch(programme.integrationPath(), Map.of("couponSource", "pool")).expect(200);
        assertThat(warnings("readiness").get("COUPON_POOL_LOW")).startsWith("Não há mais códigos");

        pool(Map.of("codes", List.of("VALE-X"), "value", 4)).expect(201);
        assertThat(warnings("health").get("COUPON_POOL_LOW")).contains("R$ 4,00 (1)");
        assertThat(warnings("health").get("REWARDS_WITHOUT_CODES")).contains("R$ 5,00").startsWith("1 prêmio tem");
        ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());
        assertThat(warnings("health").get("REDEMPTIONS_FAILED")).contains("1 resgate").contains("não há mais cupons deste valor");

        pool(Map.of("codes", IntStream.range(0, 10).mapToObj(i -> "QUATRO-" + i).toList(), "value", 4)).expect(201);
        pool(Map.of("codes", IntStream.range(0, 10).mapToObj(i -> "CINCO-" + i).toList(), "value", 5)).expect(201);
        assertThat(warnings("readiness")).doesNotContainKeys("COUPON_POOL_LOW", "REWARDS_WITHOUT_CODES");
        assertThat(balance(member)).isEqualTo(100);
    }

    @Test
    void codesComeAsATableTooAndThoseKnownAreCounted() {
        HubClient.Answer table = programme.client().send("POST", programme.integrationPath() + "/coupon-pool",
                "\uFEFFcode;value;expiresOn\r\nVALE-A;20,00;2099-12-31\r\nVALE-B;20,00;\r\nVALE-A;20,00;\r\n", "Content-Type", "text/csv; charset=utf-8").expect(201);

        assertThat(table.json().get("added").asInt()).isEqualTo(2);
        assertThat(table.json().get("duplicates").asInt()).isEqualTo(1);
        assertThat(table.json().at("/values/0/free").asInt()).isEqualTo(2);
        assertThat(table.json().get("low").asBoolean()).isTrue();
        JsonNode wrong = programme.client().send("POST", programme.integrationPath() + "/coupon-pool", "code,value\nVALE-C,0\nV,20.00\n", "Content-Type", "text/csv").expect(400).json();
        assertThat(wrong.get("errors").findValuesAsText("field")).containsExactly("linha 2: value", "linha 3: code");
        assertThat(programme.client().get(programme.integrationPath() + "/coupon-pool").expect(200).json().get("free").asInt()).as("none of a table with a mistake").isEqualTo(2);
    }

    @Test
    void withoutAShopThatHasCouponsNothingIsTaken() {
        programme.client().patch(programme.integrationPath(), Map.of("couponSource", "pool")).expect(200);

        redeem(member, "k1", Map.of("amount", 5)).expect(409);

        assertThat(balance(member)).isEqualTo(100);
    }

    @Test
    void anotherMerchantsRedemptionsAreNotThere() {
        JsonNode issued = ended(redeem(member, "k1", Map.of("amount", 5)).expect(202).json());
        Programme other = hub.programme(shop);
        HubClient stranger = hub.operator().merchant(other.apiKey());

        stranger.get(programme.path() + "/redemptions/" + issued.get("id").asText()).expect(404);
        stranger.get(other.path() + "/redemptions/" + issued.get("id").asText()).expect(404);
        assertThat(stranger.get(other.path() + "/redemptions").expect(200).json().get("items")).isEmpty();
        assertThat(programme.client().get(programme.path() + "/redemptions?participant=" + member).expect(200).json().get("items")).hasSize(1);
    }

    // ---

    /** The id of a participant with 100 points. */
    private String buyer(int first, int count) {
        for (int person = first; person < first + count; person++) {
            shop.place(SandboxOrder.ofHundred().customer(person).status(SandboxStatus.A_ENVIAR));
        }
        programme.poll();
        return programme.client().get(programme.path() + "/participants?limit=200").expect(200).json().at("/items/0/id").asText();
    }

    private List<String> buyers(int count) {
        buyer(1_000, count - 1);
        return programme.client().get(programme.path() + "/participants?limit=200").expect(200).json().get("items").findValuesAsText("id");
    }

    private String participant(String id) {
        return programme.path() + "/participants/" + id;
    }

    private HubClient.Answer redeem(String who, String key, Map<String, ?> body) {
        return programme.client().send("POST", participant(who) + "/redemptions", Json.write(body), "Idempotency-Key", key);
    }

    private static boolean makesCoupon(TrayCall call) {
        return call.method().equals("POST") && call.path().equals("/discount_coupons");
    }

    private static boolean looksForCoupon(TrayCall call) {
        return call.method().equals("GET") && call.path().contains("discount_coupons");
    }

    private HubClient.Answer pool(Map<String, ?> body) {
        return programme.client().post(programme.integrationPath() + "/coupon-pool", body);
    }

    private static void expired(JsonNode redemption, String ago) {
        hub.jdbc().update("UPDATE redemptions SET expires_at = now() - ?::interval WHERE id = ?::uuid", ago, redemption.get("id").asText());
    }

    private static void returnExpired() {
        hub.run("coupons-expired");
    }

    private Map<String, String> warnings(String of) {
        Map<String, String> warnings = new HashMap<>();
        programme.client().get(programme.integrationPath() + "/" + of).expect(200).json().get("warnings")
                .forEach(one -> warnings.put(one.get("code").asText(), one.get("message").asText()));
        return warnings;
    }

    private JsonNode redemption(JsonNode known) {
        return programme.client().get(programme.path() + "/redemptions/" + known.get("id").asText()).expect(200).json();
    }

    private JsonNode ended(JsonNode asked) {
        return hub.runUntil("coupons", () -> redemption(asked), one -> !one.get("state").asText().equals("pending"));
    }

    private long balance(String id) {
        return programme.client().get(participant(id)).expect(200).json().get("balance").asLong();
    }

    private List<String> entries(String id) {
        List<String> entries = new ArrayList<>();
        programme.client().get(participant(id) + "/entries").expect(200).json().get("items")
                .forEach(one -> entries.add(one.get("kind").asText() + " " + one.get("points").asLong()));
        return entries;
    }

    private List<String> mails(String id) {
        return programme.client().get(programme.path() + "/mails?participant=" + id).expect(200).json().get("items").findValuesAsText("kind");
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
