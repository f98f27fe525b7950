package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document itself, read as Camel's rest-openapi reads it. */
class OpenApiDocumentTest {

    private final SwaggerParseResult result = read();
    private final OpenAPI document = result.getOpenAPI();

    @Test
    void theParserReadsItWithoutComplaint() {
        assertThat(result.getMessages()).isEmpty();
        assertThat(document.getInfo().getTitle()).isEqualTo("loyalty-hub");
        assertThat(document.getServers()).singleElement().extracting("url").isEqualTo("/api/v1");
    }

    @Test
    void everyOperationSaysWhatItIsWhoMayCallItAndHowItFails() {
        List<String> ids = new ArrayList<>();
        each((address, operation) -> {
            ids.add(operation.getOperationId());
            assertThat(operation.getOperationId()).as(address).isNotBlank();
            assertThat(operation.getSummary()).as(address).isNotBlank();
            assertThat(operation.getTags()).as(address).hasSize(1);
            if (isMembers(operation)) {
                assertThat(security(operation)).as(address).isSubsetOf("memberToken");
                assertThat(operation.getResponses().containsKey("401") || security(operation).isEmpty()).as(address).isTrue();
            } else {
                assertThat(security(operation)).as(address).contains("operator");
                assertThat(operation.getResponses()).as(address).containsKey("401");
            }
            assertThat(operation.getResponses().keySet()).as(address)
                    .contains("429")
                    .anyMatch(status -> status.startsWith("2"));
            if (address.contains("{")) {
                assertThat(operation.getResponses()).as(address).containsKey("404");
            }
            if (operation.getRequestBody() != null) {
                assertThat(operation.getResponses()).as(address).containsKeys("400", "413");
            }
        });
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void onlyTheOperatorMayCallWhatIsSaidToBeTheOperators() {
        Set<String> operators = document.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .filter(operation -> !security(operation).contains("merchantKey") && !isMembers(operation))
                .map(Operation::getOperationId)
                .collect(Collectors.toSet());
        assertThat(operators).containsExactlyInAnyOrder(
                "createMerchant", "listMerchants", "replayAllDeadLetters", "verifyLedger", "listAudit");
        each((address, operation) -> {
            boolean operatorOnly = operators.contains(operation.getOperationId());
            assertThat(operation.getDescription().startsWith("Operator only.")).as(address).isEqualTo(operatorOnly);
            if (!isMembers(operation)) {
                assertThat(operation.getResponses().containsKey("403")).as(address).isEqualTo(operatorOnly);
            }
        });
    }

    @Test
    void everyParameterIsResolvedAndEveryPlaceholderDeclared() {
        each((address, operation) -> {
            List<Parameter> parameters = operation.getParameters() == null ? List.of() : operation.getParameters();
            assertThat(parameters).as(address).allSatisfy(parameter -> assertThat(parameter.getIn()).isNotNull());
            assertThat(parameters.stream().filter(p -> p.getIn().equals("path")).map(p -> "{" + p.getName() + "}"))
                    .as(address)
                    .allMatch(address::contains)
                    .hasSize((int) address.chars().filter(c -> c == '{').count());
        });
    }

    @Test
    void everyFieldThatAClientSendsHasATitleADescriptionAndAnExampleThatIsAccepted() throws IOException {
        JsonNode raw;
        try (InputStream in = OpenApiDocumentTest.class.getResourceAsStream("/openapi.yaml")) {
            raw = new YAMLMapper().readTree(in);
        }
        Contract contract = new Contract(raw);
        List<JsonNode> withBody = raw.findParents("operationId").stream().filter(o -> o.has("requestBody")).toList();
        assertThat(withBody).hasSizeGreaterThan(10);
        for (JsonNode operation : withBody) {
            String id = operation.path("operationId").textValue();
            JsonNode schema = resolve(raw, operation.at("/requestBody/content/application~1json/schema"));
            assertThat(schema.path("additionalProperties")).as(id).isEqualTo(BooleanNode.FALSE);
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            schema.path("properties").fields().forEachRemaining(property -> {
                String field = id + "." + property.getKey();
                JsonNode declared = resolve(raw, property.getValue());
                assertThat(declared.path("title").asText()).as(field).isNotBlank();
                assertThat(declared.path("description").asText()).as(field).isNotBlank();
                assertThat(declared.has("example")).as(field).isTrue();
                body.set(property.getKey(), declared.get("example"));
            });
            assertThat(contract.violations(id, body, Locale.ENGLISH)).as(id).isEmpty();
        }
    }

    /** What members call, whom nobody else's login helps. */
    private static boolean isMembers(Operation operation) {
        return operation.getTags().contains("Programme");
    }

    private static JsonNode resolve(JsonNode raw, JsonNode schema) {
        return schema.has("$ref") ? raw.at(schema.get("$ref").textValue().substring(1)) : schema;
    }

    private Set<String> security(Operation operation) {
        List<SecurityRequirement> own = operation.getSecurity();
        return (own != null ? own : document.getSecurity()).stream()
                .flatMap(requirement -> requirement.keySet().stream())
                .collect(Collectors.toSet());
    }

    private void each(BiConsumer<String, Operation> check) {
        document.getPaths().forEach((path, item) -> {
            Map<HttpMethod, Operation> operations = item.readOperationsMap();
            operations.forEach((method, operation) -> check.accept(method + " " + path, operation));
        });
    }

    private static SwaggerParseResult read() {
        ParseOptions options = new ParseOptions();
        options.setResolveFully(true);
        try (InputStream in = OpenApiDocumentTest.class.getResourceAsStream("/openapi.yaml")) {
            return new OpenAPIV3Parser().readContents(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8), null, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
