package io.loyaltyhub.member;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.security.Secrets;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a member sees and does, and nobody else. */
class MemberApiTest {

    private static final String PASSWORD = "correto cavalo bateria";
    private static final String CPF = BrazilianDocuments.cpf(1);

    private static RunningHub hub;
    private SandboxTray shop;
    private Programme programme;
    private HubClient anybody;

    @BeforeAll
    static void startHub() {
        hub = SharedHubs.usual();
    }

    @AfterAll
    static void stopHub() {
        SharedHubs.leave(hub);
    }

    @BeforeEach
    void openProgramme() {
        shop = SandboxTray.start();
        programme = hub.programme(shop, Map.of("cpfAsPassword", true));
        hub.operator().patch(programme.path(), Map.of("signupUrl", "https://www.exemplo.com.br/cadastro")).expect(200);
        shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.A_ENVIAR));
        programme.poll();
        anybody = hub.operator().anonymous();
    }

    @AfterEach
    void closeShop() {
        shop.close();
        assertLedgerCoherent(hub);
    }

    @Test
    void theCpfOpensTheFirstTimeAndThenOnlyThePasswordThatTheMemberChose() {
        JsonNode first = logIn(CPF, CPF).expect(200).json();
        assertThat(first.get("mustChangePassword").asBoolean()).isTrue();
        as(first, "GET", "/rewards", null).expect(403);
        as(first, "GET", "/entries", null).expect(403);
        assertThat(as(first, "GET", "/me", null).expect(200).json().get("mustChangePassword").asBoolean()).isTrue();

        as(first, "POST", "/password", Map.of("current", CPF, "password", "curta")).expect(400);
        as(first, "POST", "/password", Map.of("current", "errada", "password", PASSWORD)).expect(400);
        JsonNode second = as(first, "POST", "/password", Map.of("current", CPF, "password", PASSWORD)).expect(200).json();

        assertThat(as(second, "GET", "/me", null).expect(200).json().get("balance").asLong()).isEqualTo(100);
        assertThat(logIn(CPF, CPF).expect(401).json().get("detail").asText()).isEqualTo("CPF/CNPJ ou senha incorretos.");
        logIn(BrazilianDocuments.punctuated(CPF), PASSWORD).expect(200);
    }

    @Test
    void whoIsNotInTheProgrammeIsToldWhereToSignUp() {
        JsonNode problem = logIn(BrazilianDocuments.cpf(77), "qualquer").expect(404).json();

        assertThat(problem.get("signupUrl").asText()).isEqualTo("https://www.exemplo.com.br/cadastro");
        assertThat(anybody.get(path("")).expect(200).json().get("name").asText()).isEqualTo("Loja de Teste");
        anybody.get("program/" + UUID.randomUUID()).expect(404);
    }

    @Test
    void whoGuessesHasToWaitAndIsToldHowLong() {
        for (int i = 0; i < 5; i++) {
            logIn(CPF, "errada-" + i).expect(401);
        }

        HubClient.Answer refused = logIn(CPF, CPF).expect(429);

        assertThat(Long.parseLong(refused.headers().get("retry-after").get(0))).isPositive();
        assertThat(refused.json().get("detail").asText()).startsWith("Muitas tentativas");
    }

    @Test
    void aMemberRedeemsAndSeesTheStatement() {
        JsonNode member = member();
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 4", "price", 4, "points", 80)).expect(201);
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 50", "price", 50, "points", 900)).expect(201);
        JsonNode rewards = as(member, "GET", "/rewards", null).expect(200).json().get("items");
        assertThat(rewards.findValuesAsText("title")).as("cheapest first").containsExactly("Vale de R$ 4", "Vale de R$ 50");
        assertThat(rewards.findValuesAsText("withinReach")).containsExactly("true", "false");
        assertThat(as(member, "GET", "/rewards?withinReach=true", null).expect(200).json().get("items")).hasSize(1);
        assertThat(as(member, "GET", "/rewards?query=r$%2050", null).expect(200).json().get("items").findValuesAsText("title")).containsExactly("Vale de R$ 50");
        JsonNode page = as(member, "GET", "/rewards?limit=1", null).expect(200).json();
        assertThat(as(member, "GET", "/rewards?limit=1&cursor=" + page.get("nextCursor").asText(), null).expect(200).json().at("/items/0/title").asText())
                .isEqualTo("Vale de R$ 50");

        JsonNode asked = redeem(member, "one", Map.of("rewardId", rewards.get(0).get("id").asLong())).expect(202).json();
        JsonNode issued = hub.runUntil("coupons",
                () -> as(member, "GET", "/redemptions/" + asked.get("id").asText(), null).expect(200).json(), one -> !one.get("state").asText().equals("pending"));

        assertThat(issued.at("/coupon/code").asText()).isNotBlank();
        assertThat(as(member, "GET", "/redemptions", null).expect(200).json().get("items")).hasSize(1);
        JsonNode entries = as(member, "GET", "/entries", null).expect(200).json().get("items");
        assertThat(entries.findValuesAsText("points")).containsExactly("-80", "100");
        assertThat(entries.at("/0/saleId").isNull()).as("a redemption is no purchase").isTrue();
        assertThat(entries.at("/1/saleId").asLong()).isPositive();
        redeem(member, "two", Map.of("rewardId", rewards.get(0).get("id").asLong())).expect(409);
    }

    @Test
    void aProductWithVariantsIsOneRewardWithinReachIfTheCheapestIsAndAnyOfThemCanBeRedeemed() {
        JsonNode member = member();
        variant("A", "Camisa Linho (Azul, M)", 5, true);
        variant("B", "Camisa Linho (Azul, G)", 6, true);
        variant("C", "Camisa Linho (Verde, G)", 4, true);
        variant("D", "Camisa Linho (Verde, P)", 1, false);
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 4,50", "price", 4.5, "points", 90)).expect(201);

        JsonNode rewards = as(member, "GET", "/rewards", null).expect(200).json().get("items");
        assertThat(rewards).hasSize(2);
        JsonNode shirt = rewards.get(0);
        assertThat(shirt.get("title").asText()).isEqualTo("Camisa Linho");
        assertThat(shirt.get("points").asLong()).as("of the cheapest that can be had").isEqualTo(80);
        assertThat(shirt.get("variants").findValuesAsText("name")).containsExactly("Verde, G", "Azul, M", "Azul, G");
        assertThat(shirt.get("variants").findValuesAsText("withinReach")).containsExactly("true", "true", "false");
        assertThat(rewards.get(1).get("variants")).isEmpty();

        JsonNode dearest = as(member, "GET", "/rewards?sort=-points&limit=1", null).expect(200).json();
        assertThat(dearest.at("/items/0/title").asText()).isEqualTo("Vale de R$ 4,50");
        JsonNode last = as(member, "GET", "/rewards?sort=-points&limit=1&cursor=" + dearest.get("nextCursor").asText(), null).expect(200).json();
        assertThat(last.at("/items/0/id")).isEqualTo(shirt.get("id"));
        assertThat(last.get("nextCursor").isNull()).isTrue();
        assertThat(as(member, "GET", "/rewards?query=azul", null).expect(200).json().at("/items/0/points").asLong()).as("the cheapest of what is looked for").isEqualTo(100);
        assertThat(as(member, "GET", "/rewards?query=azul,%20g&withinReach=true", null).expect(200).json().get("items")).isEmpty();

        JsonNode asked = redeem(member, "one", Map.of("rewardId", shirt.at("/variants/1/id").asLong())).expect(202).json();
        assertThat(asked.get("title").asText()).isEqualTo("Camisa Linho (Azul, M)");
        assertThat(asked.get("points").asLong()).isEqualTo(100);
        assertThat(as(member, "GET", "/rewards?withinReach=true", null).expect(200).json().get("items")).isEmpty();
    }

    @Test
    void aMemberSeesNobodyElseAndNothingOfTheMerchants() {
        JsonNode member = member();
        Programme other = hub.programme(shop);

        send(member, "GET", "merchants/" + programme.merchant(), null).expect(403);
        send(member, "GET", "merchants/" + programme.merchant() + "/participants", null).expect(403);
        send(member, "GET", "program/" + other.merchant() + "/me", null).expect(401);
        anybody.get(path("/me")).expect(401);
        anybody.get(path("/rewards")).expect(401);
        programme.client().get(path("/me")).expect(403);
        hub.operator().merchant(programme.apiKey()).get(path("/me")).expect(403);
        String text = member.get("token").asText();
        String forged = text.substring(0, text.length() - 4) + (text.endsWith("AAAA") ? "BBBB" : "AAAA");
        send(Json.mapper().createObjectNode().put("token", forged), "GET", "program/" + programme.merchant() + "/me", null).expect(401);
    }

    @Test
    void theLinkForANewPasswordWorksOnceAndEndsWhatWasBefore() {
        JsonNode before = member();
        anybody.post(path("/password/forgot"), Map.of("document", CPF)).expect(202);
        anybody.post(path("/password/forgot"), Map.of("document", BrazilianDocuments.cpf(77))).expect(202);

        String link = link();
        assertThat(link).startsWith("https://pontos.exemplo.com.br/widget/senha.html#" + programme.merchant() + "/");
        String token = link.substring(link.lastIndexOf('/') + 1);
        anybody.post(path("/password/reset"), Map.of("token", token, "password", "curta")).expect(400);
        JsonNode after = anybody.post(path("/password/reset"), Map.of("token", token, "password", "outro cavalo bateria")).expect(200).json();

        as(after, "GET", "/me", null).expect(200);
        as(before, "GET", "/me", null).expect(401);
        assertThat(anybody.post(path("/password/reset"), Map.of("token", token, "password", "mais um cavalo")).expect(400).json().at("/errors/0/field").asText()).isEqualTo("token");
        logIn(CPF, "outro cavalo bateria").expect(200);
    }

    @Test
    void pagesOfShopsMayAskAndSendNoCookies() {
        HubClient.Answer asked = anybody.send("OPTIONS", path("/login"), null, "Origin", "https://www.loja.exemplo", "Access-Control-Request-Method", "POST",
                "Access-Control-Request-Headers", "content-type").expect(200);
        assertThat(asked.headers().get("access-control-allow-origin")).isEqualTo(List.of("*"));
        assertThat(asked.headers()).doesNotContainKey("access-control-allow-credentials");
        HubClient.Answer answered = anybody.send("POST", path("/login"), Json.write(Map.of("document", CPF, "password", CPF)), "Origin", "https://www.loja.exemplo",
                "Sec-Fetch-Site", "cross-site").expect(200);
        assertThat(answered.headers().get("access-control-allow-origin")).isEqualTo(List.of("*"));
        assertThat(anybody.send("GET", "/api/v1/merchants", null, "Origin", "https://www.loja.exemplo").headers()).doesNotContainKey("access-control-allow-origin");
    }

    /** As a feed would have it. */
    private void variant(String sku, String title, int price, boolean available) {
        hub.jdbc().update("""
                INSERT INTO rewards (merchant_id, integration_id, sku, title, price, group_id, available, fingerprint, updated_at)
                VALUES (?::uuid, ?::uuid, ?, ?, ?, 'CAM', ?, '', now())
                """, programme.merchant(), programme.integration(), sku, title, price, available);
        hub.jdbc().update("UPDATE integrations SET catalog_feed_url = 'http://localhost:1/feed.xml' WHERE id = ?::uuid", programme.integration());
    }

    /** As the mail has it: sealed until it is sent. */
    @Test
    void aTokenGotByTheCpfIsWorthNothingOnceThatWayIsClosed() {
        JsonNode first = logIn(CPF, CPF).expect(200).json();
        as(first, "GET", "/rewards", null).expect(403);

        programme.client().patch(programme.integrationPath(), Map.of("cpfAsPassword", false)).expect(200);

        as(first, "GET", "/rewards", null).expect(401);
        as(first, "GET", "/me", null).expect(401);
    }

    @Test
    void whoIsUnknownIsSentWhereAShopOfTheMerchantSaysIfTheMerchantDoesNot() {
        Map<String, Object> none = new HashMap<>();
        none.put("signupUrl", null);
        hub.operator().patch(programme.path(), none).expect(200);
        programme.client().patch(programme.integrationPath(), Map.of("signupUrl", "https://www.exemplo.com.br/cadastro-na-loja")).expect(200);

        assertThat(logIn(BrazilianDocuments.cpf(77), "qualquer").expect(404).json().get("signupUrl").asText()).isEqualTo("https://www.exemplo.com.br/cadastro-na-loja");
        assertThat(anybody.get(path("")).expect(200).json().get("signupUrl").asText()).isEqualTo("https://www.exemplo.com.br/cadastro-na-loja");
    }

    @Test
    void whoGuessedTooOftenGetsALinkAndIsLetInWithTheNewPassword() {
        member();
        for (int i = 0; i < 5; i++) {
            logIn(CPF, "errada-" + i).expect(401);
        }
        logIn(CPF, PASSWORD).expect(429);

        anybody.post(path("/password/forgot"), Map.of("document", CPF)).expect(202);
        anybody.post(path("/password/reset"), Map.of("token", token(), "password", "outro cavalo bateria")).expect(200);

        logIn(CPF, "outro cavalo bateria").expect(200);
    }

    @Test
    void whoWasMergedGetsALinkByTheOtherDocumentToo() {
        member();
        String survivor = programme.client().get(programme.path() + "/participants?document=" + CPF).json().at("/items/0/id").asText();
        String other = programme.client().post(programme.path() + "/participants", Map.of("document", BrazilianDocuments.cpf(50), "email", "outra@exemplo.com.br"))
                .expect(201).json().get("id").asText();
        programme.client().post(programme.path() + "/participants/" + survivor + "/merge", Map.of("from", other)).expect(200);

        anybody.post(path("/password/forgot"), Map.of("document", BrazilianDocuments.cpf(50))).expect(202);

        anybody.post(path("/password/reset"), Map.of("token", token(), "password", "outro cavalo bateria")).expect(200);
        logIn(CPF, "outro cavalo bateria").expect(200);
    }

    @Test
    void aLinkThatIsUsedManyTimesAtOnceWorksOnce() {
        member();
        anybody.post(path("/password/forgot"), Map.of("document", CPF)).expect(202);
        String token = token();

        List<Integer> statuses = IntStream.range(0, 6).mapToObj(i -> CompletableFuture.supplyAsync(() -> anybody.post(path("/password/reset"),
                Map.of("token", token, "password", "senha numero " + i)).status())).toList().stream().map(CompletableFuture::join).toList();

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 400).hasSize(5);
    }

    private String token() {
        String link = link();
        return link.substring(link.lastIndexOf('/') + 1);
    }

    /** Mailed after the answer, so that nobody can tell by its time whether there was anybody to mail. */
    private String link() {
        await().until(() -> hub.jdbc().queryForObject("SELECT count(*) FROM mails WHERE merchant_id = ?::uuid AND kind = 'password-reset'", Integer.class,
                programme.merchant()) == 1);
        byte[] secret = hub.jdbc().queryForObject("SELECT secret FROM mails WHERE merchant_id = ?::uuid AND kind = 'password-reset'", byte[].class, programme.merchant());
        return Json.parse(hub.bean(Secrets.class).open(UUID.fromString(programme.merchant()), secret)).get("link").asText();
    }

    private JsonNode member() {
        JsonNode first = logIn(CPF, CPF).expect(200).json();
        return as(first, "POST", "/password", Map.of("current", CPF, "password", PASSWORD)).expect(200).json();
    }

    private HubClient.Answer logIn(String document, String password) {
        return anybody.post(path("/login"), Map.of("document", document, "password", password));
    }

    private HubClient.Answer redeem(JsonNode session, String key, Map<String, ?> body) {
        return anybody.send("POST", path("/redemptions"), Json.write(body), "Idempotency-Key", key, "Authorization", "Bearer " + session.get("token").asText());
    }

    private HubClient.Answer as(JsonNode session, String method, String below, Map<String, ?> body) {
        return send(session, method, path(below), body);
    }

    private HubClient.Answer send(JsonNode session, String method, String path, Map<String, ?> body) {
        return anybody.send(method, path, body == null ? null : Json.write(body), "Authorization", "Bearer " + session.get("token").asText());
    }

    private String path(String below) {
        return "program/" + programme.merchant() + below;
    }
}
