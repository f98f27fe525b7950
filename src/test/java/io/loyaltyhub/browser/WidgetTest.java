package io.loyaltyhub.browser;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.security.Secrets;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.RouteController;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The script in a shop's page, from another site than the hub's, as a member uses it. */
class WidgetTest {

    private static final String IN_WIDGET = "document.getElementById('loyalty-hub').shadowRoot";
    private static final String CPF = BrazilianDocuments.cpf(1);

    private static RunningHub hub;
    private SandboxTray shop;
    private HttpServer page;
    private Programme programme;
    private Chromium browser;

    @BeforeAll
    static void startHub() {
        if (Chromium.installed().isEmpty()) {
            assumeTrue(System.getenv("CI") != null, "No Chromium on this machine");
            throw new IllegalStateException("These tests need Chromium: apt-get install chromium");
        }
        hub = SharedHubs.usual();
    }

    @AfterAll
    static void stopHub() {
        Chromium.end();
        if (hub != null) {
            SharedHubs.leave(hub);
        }
    }

    @BeforeEach
    void openShop() throws Exception {
        shop = SandboxTray.start();
        programme = hub.programme(shop, Map.of("cpfAsPassword", true));
        hub.operator().patch(programme.path(), Map.of("name", "Casa Marina", "signupUrl", "https://www.exemplo.com.br/cadastro")).expect(200);
        shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.A_ENVIAR));
        programme.poll();
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale <b>de</b> R$ 4", "price", 4, "points", 80)).expect(201);
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 500", "price", 500, "points", 9000)).expect(201);
        page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        byte[] html = ("<!DOCTYPE html><html lang=\"pt-BR\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Loja</title><link rel=\"icon\" href=\"data:,\"></head>"
                + "<body><h1>Casa Marina</h1><script src=\"" + hub.address() + "/widget/loyalty-hub.js\" data-merchant=\"" + programme.merchant() + "\" async></script>"
                + "</body></html>").getBytes(StandardCharsets.UTF_8);
        page.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
            exchange.close();
        });
        page.start();
        browser = Chromium.start("nobody", "nothing");
        browser.open(URI.create("http://127.0.0.1:" + page.getAddress().getPort() + "/"));
    }

    @AfterEach
    void closeShop() {
        browser.close();
        page.stop(0);
        shop.close();
        assertLedgerCoherent(hub);
    }

    @Test
    void aMemberLogsInChoosesAPasswordRedeemsAndSeesTheStatement() throws Exception {
        enter();
        assertThat(browser.evaluate(IN_WIDGET + ".querySelectorAll('li b').length").asInt()).as("a title stays a text").isZero();
        shows("Vale <b>de</b> R$ 4");
        assertThat(browser.evaluate("[..." + IN_WIDGET + ".querySelectorAll('li .go')].map(one => one.disabled)")).as("only what the points reach")
                .isEqualTo(Json.parse("[false, true]"));

        browser.evaluate(IN_WIDGET + ".querySelector('li .go').click()");
        shows("Trocar 80 pontos");
        click("button", "Confirmar resgate");
        shows("Seu cupom está pronto.");
        assertThat(browser.evaluate(IN_WIDGET + ".querySelector('.code').textContent").asText()).isEqualTo(shop.coupons().keySet().iterator().next());
        click("button", "Voltar aos prêmios");
        shows("20 pontos");
        click("button", "Extrato");
        shows("Resgate");
        shows("−80");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void ofAProductWithVariantsOneIsChosenBeforeItIsRedeemed() throws Exception {
        variant("A", "Camisa Linho (Azul, M)", "2.00");
        variant("B", "Camisa Linho (Verde, G)", "2.50");
        variant("C", "Camisa Linho (Verde, GG)", "90.00");
        enter();
        shows("Camisa Linho");
        shows("a partir de 40 pontos");
        shows("3 opções");
        assertThat(browser.evaluate(IN_WIDGET + ".querySelectorAll('li').length").asInt()).as("one for all of them").isEqualTo(3);

        browser.evaluate("[..." + IN_WIDGET + ".querySelectorAll('li .go')].find(one => one.getAttribute('aria-label').includes('Camisa')).click()");
        shows("Trocar 40 pontos por um cupom de R$ 2,00?");
        assertThat(browser.evaluate(IN_WIDGET + ".activeElement.closest('label').firstChild.textContent").asText()).isEqualTo("Escolha uma opção");
        assertThat(browser.evaluate("[..." + IN_WIDGET + ".querySelectorAll('option')].map(one => one.textContent + (one.disabled ? '!' : ''))")).isEqualTo(
                Json.parse("[\"Azul, M · 40 pontos\", \"Verde, G · 50 pontos\", \"Verde, GG · 1.800 pontos (pontos insuficientes)!\"]"));
        browser.evaluate("(select => { select.selectedIndex = 1; select.dispatchEvent(new Event('change')); })(" + IN_WIDGET + ".querySelector('select'))");
        shows("Trocar 50 pontos por um cupom de R$ 2,50?");
        shows("Seu saldo passa a ser de 50 pontos.");
        click("button", "Confirmar resgate");
        shows("Seu cupom está pronto.");
        click("button", "Voltar aos prêmios");
        click("button", "Meus resgates");

        shows("Camisa Linho (Verde, G)");
        shows("vale até");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoTakesNoPartIsLedToTheShopsSignUp() throws Exception {
        click("button", "Meus pontos");
        type("input[name=document]", BrazilianDocuments.cpf(77));
        type("input[name=password]", "qualquer coisa");
        click("button", "Entrar");

        shows("Não há cadastro com este CPF/CNPJ neste programa.");
        browser.await(IN_WIDGET + ".querySelector('a[href=\"https://www.exemplo.com.br/cadastro\"]')");
    }

    @Test
    void itCanBeUsedWithoutAMouseAndSaysWhatItIs() throws Exception {
        click("button", "Meus pontos");
        browser.await(IN_WIDGET + ".activeElement && " + IN_WIDGET + ".activeElement.name === 'document'");

        assertThat(browser.evaluate("[..." + IN_WIDGET + ".querySelectorAll('input')].every(one => one.closest('label') || one.getAttribute('aria-label'))").asBoolean())
                .as("every field has a name").isTrue();
        assertThat(browser.evaluate(IN_WIDGET + ".querySelector('dialog').getAttribute('aria-labelledby')").asText()).isEqualTo("title");
        assertThat(browser.evaluate(IN_WIDGET + ".querySelector('[role=status]').getAttribute('aria-live')").asText()).isEqualTo("polite");
        browser.evaluate(IN_WIDGET + ".querySelector('.close').focus({focusVisible: true})");
        browser.await(IN_WIDGET + ".querySelector('.close').matches(':focus-visible')");
        assertThat(contrast(".close", "outlineColor", "header")).as("where the focus is, is seen").isGreaterThanOrEqualTo(3);
        click("button", "Fechar");
        browser.await(IN_WIDGET + ".activeElement && " + IN_WIDGET + ".activeElement.textContent === 'Meus pontos'");
    }

    @Test
    void whoLeavesWhileTheCouponIsMadeIsNotDisturbedByIt() throws Exception {
        programme.client().post(programme.path() + "/rewards", Map.of("title", "Vale de R$ 1", "price", 1, "points", 10)).expect(201);
        RouteController routes = hub.bean(CamelContext.class).getRouteController();
        routes.stopRoute("coupons");
        try {
            enter();
            redeem("Vale de R$ 1,");
            click("button", "Confirmar resgate");
            shows("Pedido feito");
            click("button", "Voltar");
            click("button", "Sair");
            shows("Esqueci a senha");
            Thread.sleep(1500);
            assertThat(browser.evaluate(IN_WIDGET + ".querySelector('.word').textContent").asText()).isEmpty();

            type("input[name=document]", CPF);
            type("input[name=password]", "correto cavalo bateria");
            click("button", "Entrar");
            shows("90 pontos");
            redeem("Vale de R$ 1,");
            click("button", "Confirmar resgate");
            shows("Pedido feito");
            click("button", "Voltar");
            shows("80 pontos");
        } finally {
            routes.startRoute("coupons");
        }
        hub.runUntil("coupons", () -> shop.coupons().size() == 2);
        Thread.sleep(1500);
        browser.await(IN_WIDGET + ".querySelector('[role=tablist]')");
    }

    @Test
    void whatAsksOnAfterTheLogoutSaysNothingMeantForAnOperator() throws Exception {
        enter();
        shows("Vale de R$ 500");
        search("vale");
        click("button", "Sair");
        shows("Entre de novo.");
    }

    @Test
    void aPasswordThatWillNotDoIsCalledWhatItIs() throws Exception {
        click("button", "Meus pontos");
        type("input[name=document]", CPF);
        type("input[name=password]", CPF);
        click("button", "Entrar");
        type("input[name=new-password]", CPF);
        click("button", "Trocar a senha");
        shows("A senha não pode conter o seu documento.");
        type("input[name=new-password]", "é".repeat(40));
        click("button", "Trocar a senha");
        shows("A senha precisa ter pelo menos 8 caracteres, e no máximo 72 (");

        type("input[name=new-password]", "correto cavalo bateria");
        browser.evaluate(IN_WIDGET + ".querySelector('input[autocomplete=current-password]').value = 'outra qualquer'");
        click("button", "Trocar a senha");
        shows("A senha atual não confere.");
    }

    @Test
    void theLinkOfAMailIsGoodForOnePasswordAndTheFormGoesWithIt() throws Exception {
        hub.operator().anonymous().post("program/" + programme.merchant() + "/password/forgot", Map.of("document", CPF)).expect(202);
        byte[] secret = await().until(() -> hub.jdbc().queryForList("SELECT secret FROM mails WHERE merchant_id = ?::uuid AND kind = 'password-reset'", byte[].class,
                programme.merchant()), mailed -> mailed.size() == 1).get(0);
        String link = Json.parse(hub.bean(Secrets.class).open(UUID.fromString(programme.merchant()), secret)).get("link").asText();
        String form = "document.getElementById('form').checkVisibility()";

        browser.open(URI.create(hub.address() + link.substring(link.indexOf("/widget/"))));
        browser.await("document.readyState === 'complete' && document.getElementById('password') && " + form);
        browser.evaluate("document.getElementById('password').value = 'correto cavalo bateria'");
        browser.click("button", "Trocar a senha");
        browser.awaitText("Senha trocada. Volte à loja e entre com ela.");
        assertThat(browser.evaluate(form).asBoolean()).as("a form for what is done").isFalse();

        browser.evaluate("location.reload()");
        browser.awaitText("Abra de novo o link que veio no e-mail.");
        assertThat(browser.evaluate(form).asBoolean()).as("a form that nothing can come of").isFalse();
    }

    @Test
    void whoReadsOnIsTakenToTheFirstOfWhatIsNew() throws Exception {
        String member = programme.client().get(programme.path() + "/participants?document=" + CPF).json().at("/items/0/id").asText();
        for (int made = 0; made < 30; made++) {
            programme.client().post(programme.path() + "/participants/" + member + "/adjustments", Map.of("points", 1, "reason", "brinde")).expect(201);
        }
        enter("130 pontos");
        click("button", "Extrato");
        click("button:not([hidden])", "Mostrar mais");
        browser.await(IN_WIDGET + ".querySelectorAll('li').length === 31");

        browser.await(IN_WIDGET + ".activeElement === " + IN_WIDGET + ".querySelectorAll('li')[30]");
    }

    @Test
    void howManyRewardsASearchFindsIsAnnounced() throws Exception {
        String told = IN_WIDGET + ".querySelector('[role=tabpanel] [role=status]')?.textContent === ";
        enter();
        browser.await(told + "'2 prêmios'");
        search("500");
        browser.await(told + "'1 prêmio'");
        search("zzzz");
        browser.await(told + "'Nenhum prêmio encontrado.'");
    }

    @Test
    void onTheNarrowestScreenNothingIsWiderThanItAndThePlaceholderStaysInPlace() throws Exception {
        String word = "Superextraordinariamentelongaspalavras".repeat(2);
        variant("A", "Camisa " + word + " (Azul, M)", "2.00");
        variant("B", "Camisa " + word + " (Verde " + word + ")", "2.00");
        browser.size(320, 568);
        enter();
        shows("Camisa");
        assertThatItFits("rewards");
        redeem("Camisa");
        assertThatItFits("confirmation");
        assertThat(browser.evaluate(IN_WIDGET + ".querySelector('.chosen .picture').parentNode.offsetHeight").asInt()).as("a picture's height").isEqualTo(64);
        click("button", "Confirmar resgate");
        shows("Seu cupom está pronto.");
        assertThatItFits("coupon");
    }

    @Test
    void whateverColourTheShopHasWhatIsWrittenOnItCanBeRead() throws Exception {
        browser.await("document.getElementById('loyalty-hub')");
        for (String colour : List.of("#6b2fb3", "#ff0000", "#e53935", "#777777", "#007bff", "#fff", "#000")) {
            browser.evaluate("new Promise(done => { document.getElementById('loyalty-hub')?.remove(); const script = document.createElement('script');"
                    + " script.dataset.merchant = " + Json.write(programme.merchant()) + "; script.dataset.color = '" + colour + "'; script.onload = done;"
                    + " script.src = " + Json.write(hub.address() + "/widget/loyalty-hub.js") + "; document.body.append(script); })");

            assertThat(contrast(".open", "color", ".open")).as("opener on " + colour).isGreaterThanOrEqualTo(4.5);
        }
    }

    private void enter() throws InterruptedException {
        enter("100 pontos");
    }

    private void enter(String balance) throws InterruptedException {
        click("button", "Meus pontos");
        type("input[name=document]", CPF);
        type("input[name=password]", CPF);
        click("button", "Entrar");
        type("input[name=new-password]", "correto cavalo bateria");
        click("button", "Trocar a senha");
        shows(balance);
    }

    private void search(String text) throws InterruptedException {
        type("input[type=search]", text);
        browser.evaluate(IN_WIDGET + ".querySelector('input[type=search]').dispatchEvent(new Event('input'))");
    }

    private void redeem(String title) throws InterruptedException {
        String button = "[..." + IN_WIDGET + ".querySelectorAll('li .go')].find(one => one.getAttribute('aria-label').startsWith('Resgatar " + title + "'))";
        browser.await(button);
        browser.evaluate(button + ".click()");
        shows("Confirmar resgate");
    }

    private void assertThatItFits(String screen) {
        assertThat(browser.evaluate("(dialog => dialog.scrollWidth - dialog.clientWidth)(" + IN_WIDGET + ".querySelector('dialog'))").asInt()).as(screen).isZero();
    }

    /** Of a colour of one element on the background of another, as WCAG counts it. */
    private double contrast(String selector, String property, String background) {
        double one = luminance(selector, property);
        double other = luminance(background, "backgroundColor");
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    private double luminance(String selector, String property) {
        String[] rgb = browser.evaluate("getComputedStyle(" + IN_WIDGET + ".querySelector('" + selector + "'))." + property + ".match(/\\d+/g).join()").asText().split(",");
        double[] parts = Stream.of(rgb).mapToDouble(part -> Double.parseDouble(part) / 255).map(part -> part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4)).toArray();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }

    /** As a feed would have it. */
    private void variant(String sku, String title, String price) {
        hub.jdbc().update("""
                INSERT INTO rewards (merchant_id, integration_id, sku, title, price, group_id, available, fingerprint, updated_at)
                VALUES (?::uuid, ?::uuid, ?, ?, ?::numeric, 'CAM', true, '', now())
                """, programme.merchant(), programme.integration(), sku, title, price);
        hub.jdbc().update("UPDATE integrations SET catalog_feed_url = 'http://localhost:1/feed.xml' WHERE id = ?::uuid", programme.integration());
    }

    private void click(String selector, String text) throws InterruptedException {
        String found = "document.getElementById('loyalty-hub') && [..." + IN_WIDGET + ".querySelectorAll(" + Json.write(selector) + ")].find(one => one.textContent.trim() === "
                + Json.write(text) + ")";
        browser.await(found);
        browser.evaluate("(" + found + ").click()");
    }

    private void type(String selector, String text) throws InterruptedException {
        String field = IN_WIDGET + ".querySelector(" + Json.write(selector) + ")";
        browser.await(field);
        browser.evaluate(field + ".value = " + Json.write(text));
    }

    private void shows(String text) throws InterruptedException {
        browser.await(IN_WIDGET + ".querySelector('dialog').textContent.replaceAll('\\u00a0', ' ').includes(" + Json.write(text) + ")");
    }
}
