package io.loyaltyhub.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.oas.OpenApi30;
import io.loyaltyhub.demo.HubClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code openapi.yaml} seen from the caller's side: which operations there are, and whether an answer is one that the
 * contract promises: a status it names, a body that its schema accepts, and no field that it does not know.
 */
public final class ApiContract {

    private static final String IRI = "https://loyaltyhub.io/openapi";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final JsonMetaSchema OPENAPI = JsonMetaSchema.builder(OpenApi30.getInstance().getIri(), OpenApi30.getInstance())
            .keywords(Stream.of("openapi", "info", "servers", "security", "tags", "paths", "components", "exclusiveMinimum", "exclusiveMaximum")
                    .map(NonValidationKeyword::new).toList())
            .build();
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    /** What only somebody sees who looks inside: Java, SQL, a stack. */
    private static final Pattern INNARDS = Pattern.compile(
            "Exception\\b|\\bat [a-z]+(\\.\\w+)+\\(|\\b(java|javax|jakarta|io\\.loyaltyhub|com\\.fasterxml|org\\.\\w+)\\.\\w+"
                    + "|\\bSELECT\\b|\\bINSERT\\b|\\bUPDATE\\b|\\bSQL|jdbc|null pointer|NullPointer", Pattern.CASE_INSENSITIVE);
    private static final ApiContract CURRENT = new ApiContract();

    private final JsonNode document;
    private final JsonSchemaFactory schemas;
    private final Map<String, JsonSchema> known = new HashMap<>();
    private final List<Operation> operations = new ArrayList<>();

    /** @param path as the contract writes it, placeholders and all: {@code /merchants/{merchant}} */
    public record Operation(String id, String method, String path, boolean operatorOnly, JsonNode declared, Pattern addresses) {

        /** What its path leaves open, in order. */
        public List<String> parameters() {
            return Pattern.compile("\\{(\\w+)}").matcher(path).results().map(match -> match.group(1)).toList();
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private ApiContract() {
        try (InputStream in = ApiContract.class.getResourceAsStream("/openapi.yaml")) {
            document = new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schemas = JsonSchemaFactory.getInstance(VersionFlag.V4, builder -> builder
                .metaSchema(OPENAPI)
                .defaultMetaSchemaIri(OPENAPI.getIri())
                .schemaLoaders(loaders -> loaders.schemas(Map.of(IRI, document.toString()))));
        document.get("paths").fields().forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
            if (METHODS.contains(method.getKey())) {
                JsonNode security = method.getValue().has("security") ? method.getValue().get("security") : document.get("security");
                operations.add(new Operation(method.getValue().get("operationId").asText(), method.getKey().toUpperCase(), path.getKey(),
                        security.findValue("merchantKey") == null, method.getValue(),
                        Pattern.compile(path.getKey().replaceAll("\\{\\w+}", "[^/]+"))));
            }
        }));
    }

    public static ApiContract current() {
        return CURRENT;
    }

    /** Those of the operator and of merchants; what members call is open to members alone. */
    public List<Operation> operations() {
        return operations.stream().filter(operation -> !operation.declared().get("tags").toString().contains("Programme")).toList();
    }

    public Operation operation(String id) {
        return operations.stream().filter(operation -> operation.id().equals(id)).findFirst().orElseThrow();
    }

    /** An example of a body for this operation, made of the examples of its fields; null where it takes none. */
    public JsonNode exampleBody(Operation operation) {
        JsonNode schema = resolved(operation.declared().at("/requestBody/content/application~1json/schema"));
        if (schema.isMissingNode()) {
            return null;
        }
        com.fasterxml.jackson.databind.node.ObjectNode body = io.loyaltyhub.json.Json.mapper().createObjectNode();
        schema.path("properties").fields().forEachRemaining(field -> body.set(field.getKey(), resolved(field.getValue()).get("example")));
        return body;
    }

    /** @param address below {@code /api/v1}, with or without a query */
    public void check(String method, String address, HubClient.Answer answer) {
        String call = method + " " + address + " → " + answer.status() + " " + answer.text();
        String path = "/" + address.replaceFirst("^/api/v1", "").replaceFirst("^/", "").replaceFirst("\\?.*", "");
        Operation operation = find(method, path).orElseThrow(() -> new AssertionError("not in the contract: " + call));
        JsonNode promised = operation.declared().get("responses").get(Integer.toString(answer.status()));
        assertThat(promised).as("a status that the contract names: " + call).isNotNull();
        JsonNode content = resolved(promised).path("content");
        String type = contentType(answer);
        if (content.isEmpty()) {
            assertThat(answer.text()).as("no body: " + call).isEmpty();
            return;
        }
        assertThat(content.fieldNames()).toIterable().as(call).contains(type);
        if (type.equals("text/csv")) {
            return;
        }
        JsonNode schema = content.get(type).get("schema");
        assertThat(schemaOf(operation, answer.status(), type, schema).validate(answer.json())).as(call).isEmpty();
        Set<String> unknown = new TreeSet<>();
        findUnknown(schema, answer.json(), "", unknown);
        assertThat(unknown).as("fields that the contract does not know: " + call).isEmpty();
        if (answer.status() >= 400) {
            checkProblem(answer);
        }
    }

    /** RFC 9457, the same everywhere, and nothing of our innards in it. */
    public static void checkProblem(HubClient.Answer answer) {
        assertThat(contentType(answer)).as(answer.text()).isEqualTo("application/problem+json");
        assertThat(answer.json().fieldNames()).toIterable().as(answer.text()).containsExactlyInAnyOrder("type", "title", "status", "detail", "errors");
        assertThat(answer.json().get("status").intValue()).as(answer.text()).isEqualTo(answer.status());
        assertThat(answer.json().get("type").textValue()).as(answer.text()).isNotBlank();
        assertThat(answer.json().get("title").textValue()).as(answer.text()).isNotBlank();
        assertThat(answer.json().get("detail").textValue()).as(answer.text()).isNotBlank();
        for (JsonNode error : answer.json().get("errors")) {
            assertThat(error.fieldNames()).toIterable().as(answer.text()).containsExactlyInAnyOrder("field", "message");
            assertThat(error.get("message").textValue()).as(answer.text()).isNotBlank();
        }
        assertThat(answer.text()).doesNotContainPattern(INNARDS);
    }

    private static String contentType(HubClient.Answer answer) {
        return answer.headers().getOrDefault("content-type", List.of("")).get(0).replaceFirst(";.*", "").strip();
    }

    private Optional<Operation> find(String method, String path) {
        return operations.stream().filter(operation -> operation.method().equals(method) && operation.addresses().matcher(path).matches())
                // Of two that fit, the one without a placeholder where the other has one.
                .min(java.util.Comparator.comparing(operation -> operation.parameters().size()));
    }

    private JsonSchema schemaOf(Operation operation, int status, String type, JsonNode schema) {
        String reference = schema.path("$ref").asText("");
        String pointer = !reference.isEmpty() ? reference
                : "#/paths/" + escaped(operation.path()) + "/" + operation.method().toLowerCase() + "/responses/" + status + "/content/" + escaped(type) + "/schema";
        return known.computeIfAbsent(pointer, at -> schemas.getSchema(SchemaLocation.of(IRI + at), CONFIG));
    }

    private static String escaped(String token) {
        return token.replace("~", "~0").replace("/", "~1");
    }

    private void findUnknown(JsonNode schema, JsonNode value, String where, Set<String> unknown) {
        if (value.isArray()) {
            JsonNode items = propertiesAndItems(schema).get("[]");
            for (JsonNode item : value) {
                if (items != null) {
                    findUnknown(items, item, where + "[]", unknown);
                }
            }
        } else if (value.isObject()) {
            Map<String, JsonNode> declared = propertiesAndItems(schema);
            if (declared.isEmpty()) {
                return; // Whatever it holds, as settings and payloads do.
            }
            value.fields().forEachRemaining(field -> {
                JsonNode of = declared.get(field.getKey());
                if (of == null) {
                    unknown.add(where + "." + field.getKey());
                } else {
                    findUnknown(of, field.getValue(), where + "." + field.getKey(), unknown);
                }
            });
        }
    }

    /** A schema's properties by name, those of its parts included; its items under {@code []}. */
    private Map<String, JsonNode> propertiesAndItems(JsonNode schema) {
        JsonNode at = resolved(schema);
        Map<String, JsonNode> declared = new HashMap<>();
        for (String parts : List.of("allOf", "oneOf", "anyOf")) {
            at.path(parts).forEach(part -> declared.putAll(propertiesAndItems(part)));
        }
        at.path("properties").fields().forEachRemaining(property -> declared.put(property.getKey(), property.getValue()));
        if (at.path("items").size() > 0) {
            declared.put("[]", at.get("items"));
        }
        return declared;
    }

    private JsonNode resolved(JsonNode node) {
        JsonNode at = node;
        while (at.has("$ref")) {
            at = document.at(at.get("$ref").textValue().substring(1));
        }
        return at;
    }
}
