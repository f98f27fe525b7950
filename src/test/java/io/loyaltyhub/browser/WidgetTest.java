package io.loyaltyhub.browser;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.BrazilianDocuments;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.routes-dir", RoutesCopy.of("tray")));
    }

    @AfterAll
    static void stopHub() {
        if (hub != null) {
            hub.close();
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
        click("button", "Fechar");
        browser.await(IN_WIDGET + ".activeElement && " + IN_WIDGET + ".activeElement.textContent === 'Meus pontos'");
    }

    private void enter() throws InterruptedException {
        click("button", "Meus pontos");
        type("input[name=document]", CPF);
        type("input[name=password]", CPF);
        click("button", "Entrar");
        type("input[name=new-password]", "correto cavalo bateria");
        click("button", "Trocar a senha");
        shows("100 pontos");
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
