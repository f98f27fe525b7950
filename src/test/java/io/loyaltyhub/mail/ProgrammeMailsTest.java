package io.loyaltyhub.mail;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.BrazilianPeople;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TinyV2Shop;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.security.SignedIds;
import io.loyaltyhub.support.ContractClient;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/** Who is written what, and who is not. This hub has no SMTP server: what is queued stays, and can be looked at. */
class ProgrammeMailsTest {

    private static final ZoneOffset SHOPS_ZONE = ZoneOffset.ofHours(-3);

    private static RunningHub hub;
    private SandboxTray shop;
    private Programme programme;
    private ContractClient client;

    @BeforeAll
    static void startHub() {
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.mail.settle", "PT0S", "hub.routes-dir", RoutesCopy.of("tray", "tiny")));
    }

    @AfterAll
    static void stopHub() {
        assertLedgerCoherent(hub);
        hub.close();
    }

    @BeforeEach
    void openShop() {
        shop = SandboxTray.start();
    }

    @AfterEach
    void closeShop() {
        client.post(programme.integrationPath() + "/deactivate", null).expect(200);
        shop.close();
    }

    /** Active since an hour ago, because shops know the time by the second only. */
    private void open(Map<String, Object> differing) {
        programme = hub.programme(shop, differing);
        client = new ContractClient(programme.client());
        hub.jdbc().update("UPDATE integrations SET activated_at = activated_at - interval '1 hour' WHERE id = ?::uuid", programme.integration());
    }

    @Test
    void whoBuysIsWelcomedAndToldOnceOfTheDaysPoints() {
        open(Map.of());
        place(1, LocalDateTime.now(SHOPS_ZONE));
        place(1, LocalDateTime.now(SHOPS_ZONE));
        long cancelled = place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        shop.changeStatus(cancelled, SandboxStatus.CANCELADO);
        poll();

        welcome();
        welcome();
        digest(tomorrowAt(9));
        digest(tomorrowAt(9));
        digest(tomorrowAt(9).plus(Duration.ofDays(1)));

        assertThat(mails().findValuesAsText("kind")).containsExactlyInAnyOrder("welcome", "points-earned");
        JsonNode data = data("points-earned");
        assertThat(data.get("points").asLong()).isEqualTo(200);
        assertThat(data.get("lines")).hasSize(4);
        assertThat(data.get("lines").findValuesAsText("points")).containsExactlyInAnyOrder("100", "100", "100", "-100");
        assertThat(data.at("/lines/0/description").asText()).startsWith("Compra: pedido ");
    }

    @Test
    void aBackfillMailsNobody() {
        for (int person = 1; person <= 5; person++) {
            place(person, LocalDateTime.now(SHOPS_ZONE).minusDays(30L * person));
        }
        open(Map.of());
        poll();
        welcome();
        digest(tomorrowAt(9));
        client.patch(programme.path(), Map.of("mailPointsEarned", "each")).expect(200);
        digest(Instant.now());

        assertThat(programme.totalOfBalances()).isEqualTo(500);
        assertThat(mails()).isEmpty();
    }

    @Test
    void nobodyIsWrittenToWhileNoIntegrationIsActive() {
        open(Map.of());
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        // The routes' own clock may have welcomed already.
        client.post(programme.integrationPath() + "/deactivate", null).expect(200);
        long before = mails().size();
        client.post(programme.path() + "/participants", Map.of("name", "Ana", "email", "ana@exemplo.com.br")).expect(201);

        welcome();
        digest(tomorrowAt(9));

        assertThat(mails()).hasSize((int) before);
        assertThat(mails().findValuesAsText("kind")).doesNotContain("points-earned");
    }

    @Test
    void theDigestComesInTheMorningOfTheMerchantsOwnDay() {
        open(Map.of());
        client.patch(programme.path(), Map.of("timezone", "-05:00")).expect(200);
        welcome();
        OffsetDateTime morning = LocalDate.now(ZoneOffset.ofHours(-5)).plusDays(1).atTime(8, 0).atOffset(ZoneOffset.ofHours(-5));

        assertThat(due(morning.minusSeconds(1).toInstant())).isEmpty();
        assertThat(due(morning.toInstant())).singleElement()
                .satisfies(due -> assertThat(due.to()).isEqualTo(morning.with(LocalTime.MIDNIGHT).toInstant()));
    }

    @Test
    void twoNodesAtOneDigestWriteItOnce() throws Exception {
        open(Map.of());
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        welcome();
        List<Digests.Due> due = due(tomorrowAt(9));
        ExecutorService nodes = Executors.newFixedThreadPool(4);
        List<Future<?>> written = List.of(1, 2, 3, 4).stream().<Future<?>>map(node -> nodes.submit(() -> due.forEach(hub.bean(Digests.class)::write))).toList();
        for (Future<?> one : written) {
            one.get();
        }
        nodes.shutdown();

        assertThat(of("points-earned")).isOne();
        assertThat(due(tomorrowAt(9))).isEmpty();
    }

    @Test
    void aMerchantChoosesAMailForEachPurchaseOrNone() {
        open(Map.of());
        client.patch(programme.path(), Map.of("mailPointsEarned", "each")).expect(200);
        place(1, LocalDateTime.now(SHOPS_ZONE));
        place(1, LocalDateTime.now(SHOPS_ZONE));
        place(2, LocalDateTime.now(SHOPS_ZONE));
        poll();
        welcome();

        // By the routes, as the clock does it.
        hub.run("mail-welcome");
        hub.run("mail-digest");
        hub.run("mail-digest");
        assertThat(of("points-earned")).isEqualTo(3);
        assertThat(of("welcome")).isEqualTo(2);

        client.patch(programme.path(), Map.of("mailPointsEarned", "none")).expect(200);
        place(2, LocalDateTime.now(SHOPS_ZONE));
        poll();
        digest(tomorrowAt(9));
        assertThat(of("points-earned")).isEqualTo(3);
        assertThat(fieldsOf(client.patch(programme.path(), Map.of("mailPointsEarned", "hourly")).expect(400).json())).containsExactly("mailPointsEarned");
    }

    @Test
    void whatADigestToldOfIsNotToldOfAgainOnceEachPurchaseIs() {
        open(Map.of());
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        welcome();
        Instant through = hub.jdbc().queryForObject("SELECT through FROM mail_digests WHERE merchant_id = ?::uuid", Timestamp.class, programme.merchant()).toInstant();
        // As if this were a midnight, with the digest of the day that it ends.
        hub.bean(Digests.class).write(new Digests.Due(UUID.fromString(programme.merchant()), through, Instant.now(), SHOPS_ZONE, "digest"));
        assertThat(of("points-earned")).isOne();

        client.patch(programme.path(), Map.of("mailPointsEarned", "each")).expect(200);
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        digest(Instant.now());
        digest(Instant.now());

        assertThat(of("points-earned")).isEqualTo(2);
    }

    @Test
    void whatIsPaidOnlyOnceItsBuyerJoinsIsToldOf() {
        open(Map.of("registerBuyers", false));
        client.patch(programme.path(), Map.of("mailPointsEarned", "each")).expect(200);
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        welcome();
        digest(Instant.now());
        assertThat(of("points-earned")).isZero();

        client.post(programme.path() + "/participants", Map.of("document", BrazilianPeople.person(1).document(), "email", "ana@exemplo.com.br")).expect(201);
        digest(Instant.now());
        digest(Instant.now());

        assertThat(of("points-earned")).isOne();
        assertThat(data("points-earned").get("points").asLong()).isEqualTo(100);
    }

    @Test
    void aCopyThatGivesWayToTheShopsSaleIsNoNewsToItsBuyer() {
        try (TinyV2Shop erp = new TinyV2Shop()) {
            open(Map.of());
            client.patch(programme.path(), Map.of("mailPointsEarned", "each")).expect(200);
            Programme erps = new Programme(hub, programme.client(), programme.merchant(), programme.apiKey(), programme.client().post(programme.path() + "/integrations",
                    Map.of("platform", "tiny", "name", "ERP", "settings", erp.settings(), "scoringStatuses", erp.scoringStatuses(),
                            "reversalStatuses", erp.reversalStatuses(), "importSales", true)).expect(201).json().get("id").asText());
            erp.place(Order.ofHundred().person(1).externalNumber("99999"));
            erps.client().post(erps.integrationPath() + "/activate", null).expect(200);
            // An ERP knows orders by the day.
            hub.jdbc().update("UPDATE integrations SET activated_at = activated_at - interval '2 days' WHERE id = ?::uuid", erps.integration());
            erps.poll();
            welcome();
            digest(Instant.now());
            assertThat(of("points-earned")).isOne();

            shop.place(SandboxOrder.ofHundred().id(99999).customer(1).placedAt(LocalDateTime.now(SHOPS_ZONE)));
            poll();
            digest(Instant.now());
            digest(Instant.now());

            assertThat(programme.sale(99999).get("decision").asText()).isEqualTo("awarded");
            assertThat(programme.totalOfBalances()).isEqualTo(100);
            assertThat(of("points-earned")).isOne();
            erps.client().post(erps.integrationPath() + "/deactivate", null).expect(200);
        }
    }

    @Test
    void whoIsRegisteredByTheApiIsWelcomedIfTheProgrammeHasBegun() {
        open(Map.of());
        UUID ana = register("ana@exemplo.com.br");
        UUID before = register("antes@exemplo.com.br");
        hub.jdbc().update("UPDATE participants SET registered_at = registered_at - interval '2 hours' WHERE id = ?", before);
        client.post(programme.path() + "/participants", Map.of("document", "52998224725")).expect(201);

        hub.runUntil("mail-welcome", () -> mails().size() > 0);
        welcome();

        assertThat(mails().findValuesAsText("participantId")).containsExactly(ana.toString());
        JsonNode waiting = mails().get(0);
        assertThat(waiting.get("state").asText()).isEqualTo("queued");
        assertThat(waiting.get("address").asText()).isEqualTo("ana@exemplo.com.br");
        assertThat(client.get(programme.path() + "/mails?state=sent").expect(200).json().get("items")).isEmpty();
        assertThat(client.get(programme.path() + "/mails?participant=" + before).expect(200).json().get("items")).isEmpty();
        assertThat(client.get(programme.path() + "/mails?state=lost").expect(400).json().at("/errors/0/field").asText()).isEqualTo("state");
        Health health = hub.bean(MailOutboxHealthIndicator.class).health();
        assertThat(health.getStatus()).as("seen in the console, and no reason to restart the hub").isEqualTo(Status.UNKNOWN);
        assertThat((Long) health.getDetails().get("waiting")).isPositive();
        assertThat(hub.operator().anonymous().get("/health").expect(200).json().get("status").asText()).isEqualTo("UP");
    }

    @Test
    void ofImportedCustomersOnlyThoseWhoCameLaterAreWelcomed() {
        for (int person = 1; person <= 3; person++) {
            shop.register(BrazilianPeople.person(person));
        }
        open(Map.of("importCustomers", true));
        programme.importUntil(() -> !programme.health().at("/customers/lastSuccessAt").isNull());
        assertThat(participants()).hasSize(3);
        welcome();
        assertThat(mails()).isEmpty();

        shop.register(BrazilianPeople.person(4));
        client.post(programme.integrationPath() + "/poll", null).expect(202);
        programme.importUntil(() -> participants().size() == 4);
        welcome();

        assertThat(mails().findValuesAsText("address")).containsExactly(BrazilianPeople.person(4).email().toLowerCase());
    }

    @Test
    void whosePointsAreSoonOverIsToldOnce() {
        open(Map.of());
        client.patch(programme.path(), Map.of("pointsValidityDays", 20, "expiryNoticeDays", 30)).expect(200);
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();

        expiring(tomorrowAt(9));
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        expiring(tomorrowAt(9).plus(Duration.ofDays(1)));

        assertThat(of("points-expiring")).isOne();
        assertThat(data("points-expiring").get("points").asLong()).isEqualTo(100);
        assertThat(data("points-expiring").get("on").asText()).isEqualTo(LocalDate.now(SHOPS_ZONE).plusDays(20).toString());
    }

    @Test
    void whosePointsAreSoonOverIsToldInTheMorningOfTheMerchantsClockOnceADay() {
        open(Map.of());
        client.patch(programme.path(), Map.of("timezone", "-05:00", "pointsValidityDays", 20, "expiryNoticeDays", 30)).expect(200);
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();

        assertThat(noticesDue(tomorrowAt(9))).as("seven in the merchant's morning").isEmpty();
        assertThat(noticesDue(tomorrowAt(10))).hasSize(1);
        expiring(tomorrowAt(22));
        assertThat(of("points-expiring")).as("a hub that was away in the morning").isOne();
        assertThat(noticesDue(tomorrowAt(23))).isEmpty();
        assertThat(noticesDue(tomorrowAt(9).plus(Duration.ofDays(1)))).isEmpty();
        assertThat(noticesDue(tomorrowAt(10).plus(Duration.ofDays(1)))).hasSize(1);
    }

    @Test
    void theRouteTellsOfPointsThatAreSoonOver() {
        open(Map.of());
        // Wherever it is past eight.
        int hours = LocalTime.now(ZoneOffset.UTC).getHour() < 9 ? 12 : 0;
        client.patch(programme.path(), Map.of("timezone", "+%02d:00".formatted(hours), "pointsValidityDays", 20, "expiryNoticeDays", 30)).expect(200);
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();

        hub.run("mail-expiring");

        assertThat(of("points-expiring")).isOne();
    }

    @Test
    void whoTurnsOutToBeAnotherIsWrittenToAsThatOneAndWhoIsForgottenLeavesNoMail() {
        open(Map.of());
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        UUID buyer = UUID.fromString(participants().get(0).get("id").asText());
        UUID ana = register("ana@exemplo.com.br");
        client.patch(programme.path() + "/participants/" + ana, Map.of("mailConsent", false)).expect(200);
        welcome();

        client.post(programme.path() + "/participants/" + buyer + "/merge", Map.of("from", ana.toString())).expect(200);

        assertThat(participant(buyer).get("mailConsent").asBoolean()).as("who said no by either name").isFalse();
        assertThat(mails().findValuesAsText("participantId")).isNotEmpty().containsOnly(buyer.toString());
        client.patch(programme.path() + "/participants/" + buyer, Map.of("mailConsent", true)).expect(200);
        digest(tomorrowAt(9));
        assertThat(of("points-earned")).isOne();
        assertThat(client.get(programme.path() + "/participants/" + buyer + "/export").expect(200).json().get("mails").findValuesAsText("kind"))
                .contains("welcome", "points-earned");

        client.delete(programme.path() + "/participants/" + buyer).expect(204);
        assertThat(mails()).isEmpty();
        assertThat(hub.jdbc().queryForObject("SELECT count(*) FROM mail_consents WHERE merchant_id = ?::uuid", Long.class, programme.merchant())).isZero();
    }

    @Test
    void whatIsLongDoneWithIsForgottenAndNobodyIsWelcomedTwice() {
        open(Map.of());
        UUID ana = register("ana@exemplo.com.br");
        welcome();
        hub.jdbc().update("""
                INSERT INTO mails (merchant_id, kind, participant_id, address, data, dedup_key, urgency, state, queued_at)
                SELECT ?::uuid, 'points-earned', ?, 'ana@exemplo.com.br', '{}', n, 1, CASE n WHEN 'waits' THEN 'queued' ELSE 'sent' END,
                       now() - CASE n WHEN 'new' THEN interval '1 day' ELSE interval '200 days' END
                  FROM unnest(ARRAY['old', 'new', 'waits']) AS n
                """, programme.merchant(), ana);
        hub.jdbc().update("UPDATE mails SET state = 'sent', queued_at = now() - interval '200 days' WHERE kind = 'welcome' AND merchant_id = ?::uuid", programme.merchant());

        hub.run("mail-retention");
        welcome();

        assertThat(mails().findValuesAsText("kind")).containsExactlyInAnyOrder("welcome", "points-earned", "points-earned");
    }

    @Test
    void theLinkInAMailAsksAndOnlyItsButtonUnsubscribes() {
        open(Map.of());
        place(1, LocalDateTime.now(SHOPS_ZONE));
        poll();
        UUID buyer = UUID.fromString(participants().get(0).get("id").asText());
        String link = "/program/" + programme.merchant() + "/unsubscribe/" + token(programme.merchant(), buyer);
        HubClient anybody = hub.operator().anonymous();

        HubClient.Answer page = anybody.send("GET", link, null).expect(200);
        assertThat(page.headers().get("content-type").get(0)).startsWith("text/html");
        assertThat(page.text()).contains("Loja de Teste", "<form method=\"post\">", "Os dos seus cupons e os de nova senha continuam chegando", "Seus pontos continuam valendo");
        assertThat(participant(buyer).get("mailConsent").asBoolean()).isTrue();

        assertThat(anybody.send("POST", link, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded", "mail.smtp.host", "evil.exemplo")
                .expect(200).text()).contains("Pronto");
        assertThat(participant(buyer).get("mailConsent").asBoolean()).isFalse();
        welcome();
        digest(tomorrowAt(9));
        assertThat(of("points-earned")).as("who unsubscribed gets no digest").isZero();

        client.patch(programme.path() + "/participants/" + buyer, Map.of("mailConsent", true)).expect(200);
        assertThat(participant(buyer).get("mailConsent").asBoolean()).isTrue();
    }

    @Test
    void theLinkInAnOldMailUnsubscribesWhoItsReaderBecame() {
        open(Map.of());
        UUID old = register("ana.velha@exemplo.com.br");
        UUID between = register("ana.antes@exemplo.com.br");
        UUID ana = register("ana@exemplo.com.br");
        client.post(programme.path() + "/participants/" + between + "/merge", Map.of("from", old.toString())).expect(200);
        client.post(programme.path() + "/participants/" + ana + "/merge", Map.of("from", between.toString())).expect(200);

        hub.operator().anonymous().send("POST", "/program/" + programme.merchant() + "/unsubscribe/" + token(programme.merchant(), old), "{}").expect(200);

        assertThat(participant(ana).get("mailConsent").asBoolean()).isFalse();
    }

    @Test
    void aLinkThatTheHubDidNotMakeOpensNothing() {
        open(Map.of());
        UUID ana = register("ana@exemplo.com.br");
        String token = token(programme.merchant(), ana);
        String hook = hub.bean(SignedIds.class).token("hook", UUID.fromString(programme.merchant()), ana);
        HubClient anybody = hub.operator().anonymous();

        for (String wrong : List.of("x", token.substring(1), token + "A", hook, token("00000000-0000-0000-0000-000000000000", ana),
                token(programme.merchant(), UUID.randomUUID()))) {
            assertThat(anybody.send("POST", "/program/" + programme.merchant() + "/unsubscribe/" + wrong, "{}").status()).as(wrong).isEqualTo(404);
        }
        assertThat(anybody.send("POST", "/program/" + UUID.randomUUID() + "/unsubscribe/" + token, "{}").status()).isEqualTo(404);
        assertThat(anybody.send("DELETE", "/program/" + programme.merchant() + "/unsubscribe/" + token, null).status()).isIn(404, 405);
        assertThat(participant(ana).get("mailConsent").asBoolean()).isTrue();
    }

    private static String token(String merchant, UUID participant) {
        return hub.bean(SignedIds.class).token("unsubscribe", UUID.fromString(merchant), participant);
    }

    private static List<String> fieldsOf(JsonNode problem) {
        return problem.get("errors").findValuesAsText("field");
    }

    private long place(int person, LocalDateTime at) {
        return shop.place(SandboxOrder.ofHundred().customer(person).status(SandboxStatus.A_ENVIAR).placedAt(at));
    }

    private void poll() {
        assertThat(programme.poll().get("outcome").asText()).isEqualTo("ok");
    }

    private UUID register(String email) {
        return UUID.fromString(client.post(programme.path() + "/participants", Map.of("name", "Ana Lima", "email", email)).expect(201).json().get("id").asText());
    }

    private JsonNode participants() {
        return client.get(programme.path() + "/participants").expect(200).json().get("items");
    }

    private JsonNode participant(UUID id) {
        return client.get(programme.path() + "/participants/" + id).expect(200).json();
    }

    private static void welcome() {
        hub.bean(Welcomes.class).queue();
    }

    private List<Digests.Due> due(Instant now) {
        return hub.bean(Digests.class).dueAt(now).stream().filter(due -> due.merchantId().toString().equals(programme.merchant())).toList();
    }

    private void digest(Instant now) {
        due(now).forEach(hub.bean(Digests.class)::write);
    }

    private List<ExpiryNotices.Due> noticesDue(Instant now) {
        return hub.bean(ExpiryNotices.class).dueAt(now).stream().filter(due -> due.merchantId().toString().equals(programme.merchant())).toList();
    }

    private void expiring(Instant now) {
        noticesDue(now).forEach(hub.bean(ExpiryNotices.class)::write);
    }

    private static Instant tomorrowAt(int hour) {
        return LocalDate.now(SHOPS_ZONE).plusDays(1).atTime(hour, 0).toInstant(SHOPS_ZONE);
    }

    private JsonNode mails() {
        return client.get(programme.path() + "/mails?limit=200").expect(200).json().get("items");
    }

    private long of(String kind) {
        return mails().findValuesAsText("kind").stream().filter(kind::equals).count();
    }

    private JsonNode data(String kind) {
        return Json.parse(hub.jdbc().queryForObject("SELECT data FROM mails WHERE merchant_id = ?::uuid AND kind = ?", String.class, programme.merchant(), kind));
    }
}
