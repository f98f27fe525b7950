package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.support.ApiContract;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer says in plain words what to put right, and nothing of how the hub is made. */
class BadInputTest extends ApiOverHttp {

    @Test
    void everyFieldOfAnIntegrationRefusesWhatItCannotBe() {
        Merchant merchant = merchant();
        String existing = merchant.path("integrations/" + merchant.create("integrations", integrationBody()).get("id").asText());
        JsonNode before = merchant.client().get(existing).json();
        Object[][] wrong = {
            {"platform", "shopify"}, {"platform", 5}, {"platform", ""}, {"platform", null}, {"platform", "Tray"}, {"platform", "../tray"}, {"platform", List.of("tray")},
            {"name", 5}, {"name", ""}, {"name", "  "}, {"name", null}, {"name", "x".repeat(201)}, {"name", fields()}, {"name", "a\u0000b"},
            {"settings", "x"}, {"settings", List.of()}, {"settings", null}, {"settings", 1},
            {"pollInterval", "5 minutos"}, {"pollInterval", "PT0S"}, {"pollInterval", "PT"}, {"pollInterval", "P"}, {"pollInterval", "-PT5M"}, {"pollInterval", "P1M"},
            {"pollInterval", "P8D"}, {"pollInterval", "PT5M "}, {"pollInterval", "pt5m"}, {"pollInterval", 300}, {"pollInterval", "PT1.5S"}, {"pollInterval", "P1DT"}, {"pollInterval", "PT0.5S"},
            {"timezone", "America/Sao_Paulo"}, {"timezone", "-3"}, {"timezone", "-03"}, {"timezone", "Z"}, {"timezone", "+25:00"}, {"timezone", "+18:01"}, {"timezone", "-03:60"}, {"timezone", -3},
            {"importFrom", "2026-11-01"}, {"importFrom", "2026-11-01T00:00:00"}, {"importFrom", "01/11/2026"}, {"importFrom", 1793502000}, {"importFrom", "2026-13-01T00:00:00Z"},
            {"importFrom", "2026-02-29T00:00:00Z"}, {"importFrom", "2026-12-31T23:59:60Z"}, {"importFrom", true},
            {"salesCutover", "amanhã"}, {"salesCutover", "2026-12-31T23:59:60-03:00"},
            {"siteUrl", "loja"}, {"siteUrl", "ftp://loja"}, {"siteUrl", 5}, {"siteUrl", "https://"}, {"siteUrl", "javascript:alert(1)"}, {"siteUrl", "https://a b"}, {"siteUrl", ""},
            {"signupUrl", "//loja"}, {"signupUrl", List.of("https://a.com")}, {"catalogFeedUrl", "file:///etc/passwd"}, {"catalogFeedUrl", "x".repeat(3000)},
            {"scoringStatuses", "1"}, {"scoringStatuses", List.of(1)}, {"scoringStatuses", List.of("")}, {"scoringStatuses", List.of("1", "1")}, {"scoringStatuses", Collections.singletonList(null)},
            {"scoringStatuses", fields("1", true)}, {"scoringStatuses", Collections.nCopies(101, "x")}, {"reversalStatuses", 9}, {"reversalStatuses", List.of("9", List.of())},
            {"importCustomers", "sim"}, {"importCustomers", 1}, {"importSales", "true"}, {"importSales", null}, {"registerBuyers", 0}, {"cpfAsPassword", "não"},
            {"branchId", "x"}, {"branchId", 5}, {"branchId", UUID.randomUUID().toString()}, {"pointsRuleId", "x"}, {"pointsRuleId", UUID.randomUUID().toString()}, {"pointsRuleId", true},
            {"couponValidityDays", 0}, {"couponValidityDays", -1}, {"couponValidityDays", 3651}, {"couponValidityDays", "365"}, {"couponValidityDays", 1.5}, {"couponValidityDays", null},
            {"rewardSkus", "A"}, {"rewardSkus", List.of(1)}, {"rewardSkus", List.of("A", "A")}, {"rewardSkus", List.of("A\u0000")}, {"rewardSkus", null},
            {"active", true}, {"id", UUID.randomUUID().toString()}, {"merchantId", "x"}, {"plataforma", "tray"}};
        for (Object[] one : wrong) {
            Answer created = merchant.client().post(merchant.path("integrations"), integrationBody(one));
            Answer changed = merchant.client().patch(existing, fields(one));
            for (Answer answer : List.of(created, changed)) {
                assertThat(answer.status()).as(Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
                assertThat(fieldsOf(answer.json())).as(Arrays.toString(one) + " " + answer.text())
                        .isNotEmpty().allSatisfy(field -> assertThat(field).startsWith((String) one[0]));
            }
        }
        assertThat(merchant.client().get(existing).json()).isEqualTo(before);
        assertThat(merchant.get("integrations").get("items").size()).isEqualTo(1);
    }

    @Test
    void everySettingThatIsMissingOrMistypedIsNamedByItsPath() {
        Merchant merchant = merchant();
        Object[][] wrong = {
            {"apiAddress", null}, {"apiAddress", 5}, {"apiAddress", ""}, {"apiAddress", "loja"}, {"apiAddress", "loja.com.br/web_api"}, {"apiAddress", "https://a.com/?x=1"},
            {"apiAddress", "https://a.com/#x"}, {"apiAddress", List.of("https://a.com")}, {"apiAddress", "https://" + "a".repeat(300)}, {"apiAddress", "https://{{env:HOME}}/web_api"},
            {"apiAddress", "https://${HOME}/web_api"}, {"apiAddress", "http://a b"}, {"code", null}, {"code", 5}, {"code", ""}, {"code", fields("a", 1)}, {"code", "x".repeat(301)},
            {"code", "com\u0000nulo"}, {"consumerKey", 1}, {"consumerSecret", false}, {"apiaddress", "https://a.com"}, {"senha", "x"}, {"baseUrl", "https://a.com"}};
        for (Object[] one : wrong) {
            Map<String, Object> settings = settings("https://www.loja.com.br/web_api", "codigo");
            settings.put((String) one[0], one[1]);
            Answer answer = merchant.client().post(merchant.path("integrations"), integrationBody("settings", settings));
            assertThat(answer.status()).as(Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
            assertThat(fieldsOf(answer.json())).as(Arrays.toString(one)).contains("settings." + one[0]);
        }
        assertThat(fieldsOf(merchant.client().post(merchant.path("integrations"), integrationBody("settings", fields())).expect(400).json()))
                .containsExactlyInAnyOrder("settings.apiAddress", "settings.code");
        // All that is wrong is said at once.
        assertThat(fieldsOf(merchant.client().post(merchant.path("integrations"), fields()).expect(400).json())).containsExactlyInAnyOrder("platform", "name", "settings");
        assertThat(merchant.get("integrations").get("items")).isEmpty();
    }

    @Test
    void aStatusDoesNotScoreAndReverse() {
        Merchant merchant = merchant();
        JsonNode problem = merchant.client().post(merchant.path("integrations"),
                integrationBody("scoringStatuses", List.of("1", "9"), "reversalStatuses", List.of("9"))).expect(400).json();
        assertThat(problem.at("/errors/0/field").asText()).isIn("reversalStatuses", "scoringStatuses");
        assertThat(problem.at("/errors/0/message").asText()).contains("9");

        String existing = merchant.path("integrations/" + merchant.create("integrations", integrationBody("scoringStatuses", List.of("1"))).get("id").asText());
        merchant.client().patch(existing, fields("reversalStatuses", List.of("1"))).expect(400);
        merchant.client().patch(existing, fields("reversalStatuses", List.of("1"), "scoringStatuses", List.of("4"))).expect(200);
    }

    @Test
    void aMerchantsFieldsRefuseWhatTheyCannotBe() {
        Object[][] wrong = {{"name", null}, {"name", ""}, {"name", "\t"}, {"name", 5}, {"name", "x".repeat(201)}, {"name", "\u0000"}, {"siteUrl", "loja"}, {"siteUrl", 5},
            {"signupUrl", "mailto:a@b"}, {"timezone", "BRT"}, {"timezone", 3}, {"timezone", null}, {"mailFrom", "ninguém"}, {"mailFrom", 5}, {"mailFrom", "a@b.com\nBcc: c@d.com"},
            {"mailPointsEarned", "hourly"}, {"mailPointsEarned", null}, {"apiKey", "x"}, {"id", "x"}};
        Merchant merchant = merchant();
        for (Object[] one : wrong) {
            Map<String, Object> body = fields("name", "Loja");
            body.put((String) one[0], one[1]);
            for (Answer answer : List.of(operator.post("merchants", body), operator.patch(merchant.path(""), body))) {
                assertThat(answer.status()).as(Arrays.toString(one) + " " + answer.text()).isEqualTo(400);
                assertThat(fieldsOf(answer.json())).containsExactly((String) one[0]);
            }
        }
    }

    @Test
    void whatIsNoJsonObjectIsRefusedByEveryOperationThatTakesABody() {
        Merchant merchant = merchant();
        String integration = merchant.create("integrations", integrationBody()).get("id").asText();
        String rule = merchant.create("points-rules", ruleBody()).get("id").asText();
        String participant = merchant.create("participants", fields("document", "52998224725")).get("id").asText();
        Map<String, String> ids = Map.of("merchant", merchant.id(), "integration", integration, "rule", rule, "participant", participant);
        int tried = 0;
        for (ApiContract.Operation operation : ApiContract.current().operations()) {
            if (!operation.declared().has("requestBody") || !ids.keySet().containsAll(operation.parameters())) {
                continue;
            }
            String path = at(operation, ids);
            for (String body : List.of("{", "{\"name\": }", "{\"name\": \"x\"", "[]", "\"texto\"", "5", "null", "true", "{}{}", "<xml/>", "name=x", "{\"a\":1,}", "{'name': 'x'}",
                    "\u0000", "\uFEFF{", "NaN", "{\"name\": 01}", "[".repeat(500), "{\"name\":\"\\ud800\\u0000\"}", "{\"a\":" + "9".repeat(2000) + "}", "// {}\n{}")) {
                Answer answer = operator.send(operation.method(), path, body);
                assertThat(answer.status()).as(operation + " " + body.substring(0, Math.min(40, body.length())) + " " + answer.text()).isEqualTo(400);
                assertThat(answer.json().get("title").asText()).isIn("JSON inválido", "Dados inválidos");
            }
            // A whole mebibyte is read, a byte more is not.
            assertThat(operator.send(operation.method(), path, "{\"desconhecido\":\"" + "x".repeat(1024 * 1024) + "\"}").status()).as(operation.toString()).isEqualTo(413);
            String largest = "{\"desconhecido\":\"" + "x".repeat(1024 * 1024 - 19) + "\"}";
            assertThat(fieldsOf(operator.send(operation.method(), path, largest).expect(400).json())).contains("desconhecido");
            tried++;
        }
        assertThat(tried).isGreaterThanOrEqualTo(10);
    }

    @Test
    void aNameWithEveryKindOfCharacterComesBackAsItWas() {
        for (String name : List.of("Ação & Cia <b>\"ltda\"</b>", "日本語", "😀 emoji", "aspas ' simples; DROP TABLE merchants;--", "${jndi:ldap://x}", "{{env:HOME}}", "%s %n", "\\u0041", "a\tb")) {
            assertThat(operator.post("merchants", fields("name", name)).expect(201).json().get("name").asText()).isEqualTo(name);
        }
    }

    @Test
    void problemsAreInPortugueseUnlessEnglishIsAskedFor() {
        String body = Json.write(fields("name", 5));
        JsonNode portuguese = operator.send("POST", "merchants", body).expect(400).json();
        JsonNode english = operator.send("POST", "merchants", body, "Accept-Language", "en-US,en;q=0.9").expect(400).json();

        assertThat(portuguese.get("title").asText()).isEqualTo("Dados inválidos");
        assertThat(portuguese.at("/errors/0/message").asText()).isEqualTo("deve ser um texto");
        assertThat(english.get("title").asText()).isEqualTo("Invalid data");
        assertThat(english.at("/errors/0/message").asText()).isEqualTo("must be a text");
        assertThat(english.get("type")).isEqualTo(portuguese.get("type"));
        for (String language : List.of("pt-BR", "pt", "fr", "*", "", "????", "en;q=0", "pt,en;q=0.5")) {
            assertThat(operator.send("POST", "merchants", body, "Accept-Language", language).json().get("title").asText()).as(language).isEqualTo("Dados inválidos");
        }
        // Found out by our own code, by the contract, by a platform's schema: all of it.
        Merchant merchant = merchant();
        for (Object[] wrong : new Object[][] {{"platform", "shopify"}, {"pollInterval", "P8D"}, {"reversalStatuses", List.of("1"), "scoringStatuses", List.of("1")},
            {"settings", fields()}, {"settings", fields("apiAddress", "x", "code", 5)}, {"pointsRuleId", UUID.randomUUID().toString()}, {"importFrom", "2026-12-31T23:59:60Z"}}) {
            String integration = Json.write(integrationBody(wrong));
            JsonNode pt = operator.send("POST", merchant.path("integrations"), integration).expect(400).json();
            JsonNode en = operator.send("POST", merchant.path("integrations"), integration, "Accept-Language", "en").expect(400).json();
            assertThat(fieldsOf(en)).isEqualTo(fieldsOf(pt));
            for (int i = 0; i < en.get("errors").size(); i++) {
                assertThat(en.at("/errors/" + i + "/message").asText()).isNotEqualTo(pt.at("/errors/" + i + "/message").asText()).doesNotContain(" é ", "não ");
            }
        }
    }

    @Test
    void whatThereIsNotIsNotFoundAndWhatCannotBeDoneIsSaidSo() {
        Merchant merchant = merchant();
        HubClient client = operator.unchecked();
        for (String path : List.of("nada", "merchants/" + merchant.id() + "/nada", "merchants/" + merchant.id() + "/integrations/x/y/z", "Merchants", "audit/1")) {
            Answer answer = client.get(path);
            assertThat(answer.status()).as(path).isEqualTo(404);
            ApiContract.checkProblem(answer);
        }
        for (String[] call : new String[][] {{"PUT", "merchants"}, {"DELETE", "merchants"}, {"PATCH", "merchants"}, {"DELETE", merchant.path("")}, {"PUT", merchant.path("")}, {"POST", merchant.path("")},
            {"GET", merchant.path("integrations/x/activate")}, {"POST", "ledger/verification"}, {"DELETE", "audit"}, {"TRACE", "merchants"}, {"PROPFIND", "merchants"}, {"QUATSCH", "merchants"}}) {
            Answer answer = client.send(call[0], call[1], null);
            assertThat(answer.status()).as(Arrays.toString(call) + " " + answer.text()).isIn(405, 501, 400);
            if (!call[0].equals("TRACE")) {
                ApiContract.checkProblem(answer);
            }
        }
        assertThat(client.send("PUT", "merchants", "{}").headers().get("allow")).isNotNull();
    }

    @Test
    void anAddressThatIsNoneIsAProblemToo() {
        HubClient client = operator.unchecked();
        for (String path : List.of("merchants/%00", "merchants/%zz", "merchants/%25", "merchants/a%2Fb", "merchants/..%2f..%2f", "merchants/;jsessionid=x", "merchants//x", "merchants/%0d%0aX:%201",
                "merchants?limit=%zz", "merchants?cursor=%00")) {
            Answer answer;
            try {
                answer = client.get(path);
            } catch (IllegalArgumentException notEvenThisClientSendsIt) {
                continue;
            }
            assertThat(answer.status()).as(path + " " + answer.text()).isIn(400, 404);
            ApiContract.checkProblem(answer);
        }
    }

    @Test
    void headAndOptionsAreHarmless() {
        HubClient client = operator.unchecked();
        Merchant merchant = merchant();
        int merchants = walk(operator, "merchants", 200).size();
        for (String path : List.of("merchants", merchant.path(""), "platforms", "nada", merchant.path("integrations/x/activate"))) {
            for (String method : List.of("HEAD", "OPTIONS")) {
                Answer answer = client.send(method, path, null);
                assertThat(answer.status()).as(method + " " + path).isIn(200, 204, 404, 405);
                assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
                assertThat(client.anonymous().send(method, path, null).status()).as(method + " " + path).isEqualTo(401);
            }
            assertThat(client.send("HEAD", path, null).text()).isEmpty();
        }
        assertThat(walk(operator, "merchants", 200)).hasSize(merchants);
    }

    @Test
    void aBodyUnderAnotherNameIsJsonOrIsRefused() {
        HubClient client = operator.unchecked();
        for (String type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-8", "application/json; charset=iso-8859-1",
                "quatsch", "application/json; charset=nada", "*/*", "application/vnd.loja+json")) {
            Answer answer = client.send("POST", "merchants", "{\"name\": \"Ação\"}", "Content-Type", type);
            assertThat(answer.status()).as(type + " " + answer.text()).isIn(201, 400, 415);
            if (answer.status() != 201) {
                ApiContract.checkProblem(answer);
            } else if (!type.contains("8859")) {
                assertThat(answer.json().get("name").asText()).as(type).isEqualTo("Ação");
            }
        }
        for (String accept : List.of("application/json", "*/*", "text/html", "application/xml", "quatsch", "image/png;q=0.1")) {
            Answer answer = client.send("GET", "merchants", null, "Accept", accept);
            assertThat(answer.status()).as(accept).isIn(200, 406);
            if (answer.status() != 200) {
                ApiContract.checkProblem(answer);
            }
        }
    }

    private static String at(ApiContract.Operation operation, Map<String, String> ids) {
        String path = operation.path().substring(1);
        for (Map.Entry<String, String> id : ids.entrySet()) {
            path = path.replace("{" + id.getKey() + "}", id.getValue());
        }
        return path;
    }
}
