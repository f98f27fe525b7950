package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.ContractClient;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hub as it stands on the internet: merchants' addresses lead out of its own network, or nowhere. */
class PrivateAddressesTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static RunningHub hub;
    private static SandboxTray shop;
    private static ContractClient operator;
    private ContractClient merchant;
    private String path;

    @BeforeAll
    static void start() {
        shop = SandboxTray.start();
        hub = RunningHub.start(DATABASE, Map.of("hub.http.allow-private-addresses", "false", "hub.routes-dir", RoutesCopy.of("tray")));
        operator = new ContractClient(hub.operator());
    }

    @BeforeEach
    void aMerchant() {
        JsonNode created = operator.post("merchants", Map.of("name", "Loja de Teste")).expect(201).json();
        merchant = operator.merchant(created.get("apiKey").asText());
        path = "merchants/" + created.get("id").asText() + "/integrations";
    }

    @AfterAll
    static void stop() {
        hub.close();
        shop.close();
    }

    @Test
    void noAddressOfTheHubsOwnNetworkIsSaved() {
        int port = shop.apiAddress().getPort();
        for (String address : List.of("http://127.0.0.1", "https://127.0.0.1", "http://127.0.0.1:" + port + "/web_api", "http://localhost:" + port,
                "https://localhost", "https://LOCALHOST", "https://10.0.0.1", "http://10.0.0.1", "https://172.16.0.1", "https://172.31.255.254",
                "https://192.168.0.1", "https://169.254.169.254", "http://169.254.169.254/latest/meta-data", "https://100.64.0.1", "https://0.0.0.0", "http://0/",
                "https://[::1]", "https://[::]", "http://[::1]:" + port + "/web_api", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[fe80::1]",
                "https://[fc00::1]", "https://[fd12:3456::1]", "https://[64:ff9b::7f00:1]", "https://[2002:7f00:1::]", "https://[::127.0.0.1]",
                "https://2130706433", "http://2130706433:" + port, "https://0x7f000001", "https://0177.0.0.1", "https://127.1", "https://127.0.1",
                "https://0x7f.1", "https://017700000001", "https://224.0.0.1", "https://255.255.255.255", "https://198.18.0.1",
                "https://user:senha@www.loja.com.br", "https://www.loja.com.br@127.0.0.1", "https://127.0.0.1#@www.loja.com.br", "https://127.0.0.1\\@www.loja.com.br",
                "https://ⓛocalhost", "https://127。0。0。1", "https://１２７.0.0.1",
                "http://www.loja.com.br", "ftp://www.loja.com.br", "file:///etc/passwd", "gopher://127.0.0.1:25", "jar:https://x!/y", "javascript:alert(1)", "//www.loja.com.br",
                "https://", "https:///web_api", "https:www.loja.com.br", "www.loja.com.br", " https://10.0.0.1", "https://10.0.0.1\t", "https://%31%32%37.0.0.1", "https://127.0.0.1%2f@x.com")) {
            Answer answer = merchant.post(path, body(address));
            assertThat(answer.status()).as(address + " " + answer.text()).isEqualTo(400);
            assertThat(answer.json().at("/errors/0/field").asText()).as(answer.text()).isEqualTo("settings.apiAddress");
        }
        assertThat(merchant.post(path, body("https://10.0.0.1/web_api")).json().at("/errors/0/message").asText()).contains("rede privada");
        assertThat(merchant.get(path).expect(200).json().get("items")).isEmpty();
    }

    @Test
    void nothingInSettingsIsResolvedByTheHub() {
        for (String template : List.of("https://{{env:HOME}}", "https://{{hub.operator-password}}", "https://${env:HOME}", "https://${sys:user.home}",
                "https://loja.com.br/{{env:HOME}}", "https://loja.com.br/${env.HOME}", "https://#{systemProperties}", "{{env:HOME}}", "https://loja.com.br/RAW(x)?a={{b}}")) {
            Answer answer = merchant.post(path, body(template));
            assertThat(answer.status()).as(template + " " + answer.text()).isEqualTo(400);
            assertThat(answer.text()).doesNotContain(System.getProperty("user.home") + "\"").doesNotContain(RunningHub.PASSWORD);
        }
    }

    @Test
    void whatWasSavedBeforeIsRefusedWhenItIsCalled() {
        // As if the name had led elsewhere on the day it was saved.
        String integration = merchant.post(path, body("https://loja.example.invalid/web_api")).expect(201).json().get("id").asText();
        for (String address : List.of(shop.apiAddress().toString(), shop.apiAddress().toString().replace("localhost", "127.0.0.1"), "http://169.254.169.254/web_api",
                "https://[::1]:" + shop.apiAddress().getPort() + "/web_api", "https://localhost:" + shop.apiAddress().getPort() + "/web_api",
                "https://2130706433:" + shop.apiAddress().getPort() + "/web_api", "https://{{env:HOME}}/web_api")) {
            hub.jdbc().update("UPDATE integrations SET settings = jsonb_set(settings, '{apiAddress}', to_jsonb(?::text))", address);

            JsonNode check = merchant.post(path + "/" + integration + "/check", null).expect(200).json();

            assertThat(check.get("ok").asBoolean()).as(address).isFalse();
            assertThat(check.at("/steps/0/detail").asText()).as(address).containsPattern("rede privada|https://|não é válido");
            merchant.get(path + "/" + integration + "/statuses").expect(502);
            merchant.post(path + "/" + integration + "/preview", null).expect(502);
        }
        assertThat(shop.calls("**")).isZero();
    }

    private static Map<String, Object> body(String address) {
        return ApiOverHttp.integrationBody("settings", ApiOverHttp.settings(address, "codigo"));
    }
}
