package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import io.loyaltyhub.api.Contract.Violation;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractTest {

    private static final Locale BRAZIL = new Locale("pt", "BR");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** One for all: it reads a large document, and knows nothing of who asked it what. */
    private static final Contract CONTRACT = new Contract();

    @Test
    void everyBodyOfTheDocumentCanBeChecked() throws Exception {
        JsonNode document;
        try (InputStream in = Contract.class.getResourceAsStream("/openapi.yaml")) {
            document = new YAMLMapper().readTree(in);
        }
        List<String> operations = document.get("paths").findParents("requestBody").stream().map(operation -> operation.get("operationId").asText()).toList();

        assertThat(operations).hasSizeGreaterThan(20).allSatisfy(operation -> assertThat(CONTRACT.violations(operation, JSON.createArrayNode(), BRAZIL))
                .as(operation).isNotEmpty());
    }

    @Test
    void theIntegrationOfTheDocumentationIsAccepted() {
        assertThat(violations("createIntegration", """
                {"platform": "tray", "name": "Loja principal",
                 "settings": {"apiAddress": "https://www.loja.com.br/web_api", "code": "abc"},
                 "pollInterval": "PT5M", "timezone": "-03:00", "importFrom": "2026-11-01T00:00:00-03:00",
                 "siteUrl": "https://www.loja.com.br", "signupUrl": "https://www.loja.com.br/cadastro",
                 "catalogFeedUrl": "https://www.loja.com.br/google.xml",
                 "scoringStatuses": ["1", "69"], "reversalStatuses": ["9"],
                 "importCustomers": true, "importSales": true, "salesCutover": null,
                 "registerBuyers": true, "cpfAsPassword": false,
                 "branchId": null, "pointsRuleId": null, "couponValidityDays": 365, "rewardSkus": []}
                """)).isEmpty();
    }

    @Test
    void aMissingFieldAndAnUnknownFieldAreNamedByTheirOwnPath() {
        assertThat(violations("createIntegration", """
                {"platform": "tray", "settings": {}, "colour": "red"}
                """)).containsExactlyInAnyOrder(
                new Violation("name", "é obrigatório"),
                new Violation("colour", "não é um campo conhecido"));
    }

    @Test
    void aChangeMayNameOneFieldAloneButNeverThePlatform() {
        assertThat(violations("updateIntegration", """
                {"importSales": false}""")).isEmpty();
        assertThat(violations("updateIntegration", """
                {"platform": "tray"}""")).containsExactly(new Violation("platform", "não é um campo conhecido"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            createMerchant       | {"name": ""}                              | name                | não pode ficar vazio
            createMerchant       | {"name": 3}                               | name                | deve ser um texto
            createMerchant       | {"name": null}                            | name                | não pode ficar vazio
            updateMerchant       | {"timezone": "America/Sao_Paulo"}         | timezone            | não está no formato esperado, como em: -03:00
            updateMerchant       | {"timezone": "+99:00"}                    | timezone            | não está no formato esperado, como em: -03:00
            updateMerchant       | {"mailFrom": "loja"}                      | mailFrom            | deve ser um endereço de e-mail
            updateMerchant       | {"siteUrl": "www.loja.com.br"}            | siteUrl             | não está no formato esperado, como em: https://www.loja.com.br
            updateIntegration    | {"importSales": "sim"}                    | importSales         | deve ser true (sim) ou false (não)
            updateIntegration    | {"importFrom": "2026-11-01"}              | importFrom          | deve ser uma data com hora e fuso, como em: 2026-11-01T00:00:00-03:00
            updateIntegration    | {"couponValidityDays": 0}                 | couponValidityDays  | deve ser no mínimo 1
            updateIntegration    | {"couponValidityDays": 3651}              | couponValidityDays  | deve ser no máximo 3650
            updateIntegration    | {"couponValidityDays": 1.5}               | couponValidityDays  | deve ser um número inteiro
            updateIntegration    | {"scoringStatuses": "1"}                  | scoringStatuses     | deve ser uma lista
            updateIntegration    | {"scoringStatuses": ["1", "1"]}           | scoringStatuses     | não pode ter itens repetidos
            updateIntegration    | {"scoringStatuses": ["1", ""]}            | scoringStatuses[1]  | não pode ficar vazio
            updateIntegration    | {"settings": []}                          | settings            | deve ser um objeto com campos
            updateIntegration    | {"pointsRuleId": "1"}                     | pointsRuleId        | deve ser um código de identificação (UUID)
            updatePointsRule     | {"base": "frete"}                         | base                | deve ser um destes valores: goods, total
            updatePointsRule     | {"minimumOrder": -1}                      | minimumOrder        | deve ser no mínimo 0
            updatePointsRule     | {"minimumOrder": 1.005}                   | minimumOrder        | pode ter no máximo 2 casas decimais
            updatePointsRule     | {"multipliers": [{"when": {}, "factor": 2}]} | multipliers[0].when | deve ter pelo menos 1 campos preenchidos
            createAdjustment     | {"points": 0, "reason": "presente"}       | points              | não pode ser 0
            createAdjustment     | {"points": 5, "reason": "x"}              | reason              | deve ter pelo menos 3 caracteres
            previewIntegration   | {"limit": 51}                             | limit               | deve ser no máximo 50
            backfillIntegration  | {}                                        | from                | é obrigatório
            createParticipant    | {"name": "Marina"}                        | document            | é obrigatório
            createParticipant    | {"document": "123"}                       | document            | não está no formato esperado, como em: 52998224725
            updateParticipant    | {"birthDate": "21/03/1988"}               | birthDate           | deve ser uma data, como em: 2026-11-01
            """)
    void eachMistakeIsExplainedOnceAndInPlainWords(String operation, String body, String field, String message) {
        assertThat(violations(operation, body)).containsExactly(new Violation(field, message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5M", "PT1H30M", "P1D", "P1DT12H", "PT90S"})
    void aPollIntervalIsAnIsoDuration(String interval) {
        assertThat(violations("updateIntegration", "{\"pollInterval\": \"%s\"}".formatted(interval))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5M", "P", "PT", "PT0S", "P1DT", "PT-5M", "P1M"})
    void whatIsNoPositiveDurationIsRefused(String interval) {
        assertThat(violations("updateIntegration", "{\"pollInterval\": \"%s\"}".formatted(interval)))
                .containsExactly(new Violation("pollInterval", "não está no formato esperado, como em: PT5M"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1.5\"", "1.5", "1", "\"10\"", "0.0001", "\"0.0001\""})
    void pointsPerRealAreATextOrANumber(String points) {
        assertThat(violations("updatePointsRule", "{\"pointsPerReal\": %s}".formatted(points))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "1,5"     | não está no formato esperado, como em: 1.5
            "0.00"    | não está no formato esperado, como em: 1.5
            "1.00005" | não está no formato esperado, como em: 1.5
            0         | deve ser maior que 0
            1.00005   | pode ter no máximo 4 casas decimais
            true      | deve ser um número
            null      | não pode ficar vazio
            """)
    void pointsPerRealThatCannotBeAreRefusedByTheAlternativeTheyComeNearestTo(String points, String message) {
        assertThat(violations("updatePointsRule", "{\"pointsPerReal\": %s}".formatted(points)))
                .containsExactly(new Violation("pointsPerReal", message));
    }

    @Test
    void aMissingBodyIsAViolationOnlyWhereOneIsRequired() {
        assertThat(CONTRACT.violations("createMerchant", null, BRAZIL))
                .containsExactly(new Violation("", "envie os dados no corpo da requisição, em JSON"));
        assertThat(CONTRACT.violations("previewIntegration", null, BRAZIL)).isEmpty();
    }

    @Test
    void aBodyThatIsNoObjectIsAViolationOfTheWhole() {
        assertThat(violations("createMerchant", "[]")).containsExactly(new Violation("", "deve ser um objeto com campos"));
    }

    @Test
    void anUnknownOperationOrOneWithoutBodyHasNoViolations() {
        assertThat(violations("noSuchOperation", "{}")).isEmpty();
        assertThat(violations("activateIntegration", "{\"any\": 1}")).isEmpty();
    }

    @Test
    void messagesAreEnglishForAnEnglishReaderAndPortugueseForAnyOther() {
        JsonNode body = json("{}");
        assertThat(CONTRACT.violations("createMerchant", body, Locale.UK))
                .containsExactly(new Violation("name", "is required"));
        assertThat(CONTRACT.violations("createMerchant", body, Locale.GERMANY))
                .containsExactly(new Violation("name", "é obrigatório"));
    }

    @Test
    void theSettingsOfAPlatformAreCheckedByThePlatformsOwnSchema() {
        JsonSchema settings = Contract.schema(json("""
                {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                 "additionalProperties": false, "required": ["apiAddress", "code"],
                 "properties": {
                   "apiAddress": {"type": "string", "format": "uri"},
                   "code": {"type": "string", "format": "password", "minLength": 1, "x-hub-environment": "HUB_CODE"},
                   "store": {"type": "string", "pattern": "^[0-9]+$", "examples": ["12"]},
                   "apiVersion": {"type": "integer", "enum": [2, 3]},
                   "weight": {"type": ["number", "null"], "exclusiveMinimum": 0},
                   "stores": {"type": "array", "items": {"type": "object", "required": ["id"]}}}}
                """));
        assertThat(Contract.check(settings, json("""
                {"apiAddress": "not an address", "store": "loja", "apiVersion": 4, "weight": 0, "stores": [{"id": 1}, {}],
                 "extra": 1}
                """), "settings", BRAZIL)).containsExactlyInAnyOrder(
                new Violation("settings.apiAddress", "deve ser um endereço completo, como em: https://www.loja.com.br"),
                new Violation("settings.code", "é obrigatório"),
                new Violation("settings.store", "não está no formato esperado, como em: 12"),
                new Violation("settings.apiVersion", "deve ser um destes valores: 2, 3"),
                new Violation("settings.weight", "deve ser maior que 0"),
                new Violation("settings.stores[1].id", "é obrigatório"),
                new Violation("settings.extra", "não é um campo conhecido"));
        assertThat(Contract.check(settings, json("""
                {"apiAddress": "https://www.loja.com.br/web_api", "code": "abc", "weight": "x"}
                """), "settings", BRAZIL)).containsExactly(new Violation("settings.weight", "deve ser um número"));
    }

    @Test
    void ofSeveralWaysToGiveCredentialsOnlyTheNearestIsAskedFor() {
        JsonSchema settings = Contract.schema(json("""
                {"type": "object", "oneOf": [
                   {"required": ["token"]},
                   {"required": ["clientId", "clientSecret", "refreshToken"]}]}
                """));
        assertThat(Contract.check(settings, json("{}"), "settings", BRAZIL))
                .containsExactly(new Violation("settings.token", "é obrigatório"));
        assertThat(Contract.check(settings, json("""
                {"token": "t", "clientId": "c", "clientSecret": "s", "refreshToken": "r"}"""), "settings", BRAZIL))
                .containsExactly(new Violation("settings", "não tem um valor aceito"));
    }

    @Test
    void aFieldThatAnotherMakesNecessaryIsNamed() {
        JsonSchema settings = Contract.schema(json("""
                {"type": "object", "dependentRequired": {"user": ["apiKey"]},
                 "if": {"required": ["apiVersion"]}, "then": {"required": ["clientId"]}}
                """));
        assertThat(Contract.check(settings, json("""
                {"user": "u", "apiVersion": 3}"""), "settings", BRAZIL)).containsExactlyInAnyOrder(
                new Violation("settings.apiKey", "é obrigatório"),
                new Violation("settings.clientId", "é obrigatório"));
    }

    private List<Violation> violations(String operation, String body) {
        return CONTRACT.violations(operation, json(body), BRAZIL);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
