package io.loyaltyhub.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.UnknownKeywordFactory;
import com.networknt.schema.oas.OpenApi30;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/**
 * The API's contract, {@code openapi.yaml}: tells what is wrong with a request's body, field by field, in words a shop
 * owner understands. {@link #check} does the same for any JSON Schema, such as that of a platform's settings.
 */
@Component
public class Contract {

    /**
     * What is wrong with one field.
     *
     * @param field   dotted path, such as {@code settings.apiAddress} or {@code multipliers[0].factor}; empty for the
     *                body as a whole
     * @param message what to put right, such as "é obrigatório"; reads on after the field's name
     */
    public record Violation(String field, String message) {}

    /** @param schema made once it is asked for: most hubs never need most of them, and all take a while */
    private record Body(boolean required, Supplier<JsonSchema> schema) {}

    private static final String DOCUMENT = "openapi.yaml";
    private static final String IRI = "https://loyaltyhub.io/openapi";
    private static final JsonPointer JSON_BODY = JsonPointer.compile("/requestBody/content/application~1json/schema");

    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true)
            .build();
    /** The validator's OpenAPI 3.0, and the keywords it meets there without knowing them. */
    private static final JsonMetaSchema OPENAPI =
            JsonMetaSchema.builder(OpenApi30.getInstance().getIri(), OpenApi30.getInstance())
                    .keywords(Stream.of("openapi", "info", "servers", "security", "tags", "paths", "components",
                                    "exclusiveMinimum", "exclusiveMaximum")
                            .map(NonValidationKeyword::new)
                            .toList())
                    .build();
    /** JSON Schema 2020-12, and keywords of ours that begin with {@code x-}; any other may be misspelt: a warning. */
    private static final JsonMetaSchema PLAIN = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
            .unknownKeywordFactory((keyword, context) -> keyword.startsWith("x-")
                    ? new NonValidationKeyword(keyword)
                    : UnknownKeywordFactory.getInstance().getKeyword(keyword, context))
            .build();
    private static final JsonSchemaFactory PLAIN_SCHEMAS =
            JsonSchemaFactory.getInstance(VersionFlag.V202012, builder -> builder.metaSchema(PLAIN));

    private final Map<String, Body> bodies;
    private final Set<String> operatorsOwn;
    private final Set<String> open;

    public Contract() {
        this(read(DOCUMENT));
    }

    Contract(JsonNode document) {
        bodies = bodiesOf(document);
        operatorsOwn = operationsWhere(document, security -> !security.isEmpty() && security.findValue("operator") != null && security.findValue("merchantKey") == null);
        open = operationsWhere(document, JsonNode::isEmpty);
    }

    /** A plain JSON Schema (2020-12), ready for {@link #check}. */
    public static JsonSchema schema(JsonNode jsonSchema) {
        JsonSchema schema = PLAIN_SCHEMAS.getSchema(jsonSchema, CONFIG);
        schema.initializeValidators();
        return schema;
    }

    /**
     * What is wrong with a request's body; empty if nothing is, if the operation is unknown or if it takes no body.
     *
     * @param body the body, or null where the request has none
     */
    public List<Violation> violations(String operationId, JsonNode body, Locale locale) {
        Body expected = bodies.get(operationId);
        if (expected == null) {
            return List.of();
        }
        if (body == null || body.isMissingNode()) {
            return expected.required ? List.of(new Violation("", PlainWords.in(locale).missingBody())) : List.of();
        }
        return check(expected.schema.get(), body, "", locale);
    }

    /** Whether merchants' keys are refused, as the operation's {@code security} says. */
    public boolean isForOperatorOnly(String operationId) {
        return operatorsOwn.contains(operationId);
    }

    /** Whether it takes no login at all: the operation's {@code security} is empty. */
    public boolean isOpen(String operationId) {
        return open.contains(operationId);
    }

    /**
     * What is wrong with a value, one violation a field.
     *
     * @param pathPrefix where the value stands, such as {@code settings}; empty for the whole
     * @param locale     English where its language is; Brazilian Portuguese otherwise
     */
    public static List<Violation> check(JsonSchema schema, JsonNode value, String pathPrefix, Locale locale) {
        return new Findings(schema, PlainWords.in(locale)).of(value, pathPrefix);
    }

    private static Map<String, Body> bodiesOf(JsonNode document) {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(VersionFlag.V4, builder -> builder
                .metaSchema(OPENAPI)
                .defaultMetaSchemaIri(OPENAPI.getIri())
                .schemaLoaders(loaders -> loaders.schemas(iri -> iri.equals(IRI) ? document.toString() : null)));
        Map<String, Body> bodies = new HashMap<>();
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                JsonNode reference = operation.at(JSON_BODY).path("$ref");
                if (reference.isTextual()) {
                    boolean required = operation.path("requestBody").path("required").booleanValue();
                    bodies.put(operation.path("operationId").textValue(),
                            new Body(required, SingletonSupplier.of(() -> schemaAt(reference.textValue(), factory))));
                }
            }
        }
        return Map.copyOf(bodies);
    }

    private static JsonSchema schemaAt(String reference, JsonSchemaFactory factory) {
        JsonSchema schema = factory.getSchema(SchemaLocation.of(IRI + reference), CONFIG);
        schema.initializeValidators();
        return schema;
    }

    private static Set<String> operationsWhere(JsonNode document, Predicate<JsonNode> security) {
        Set<String> found = new HashSet<>();
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                if (operation.has("security") && security.test(operation.get("security"))) {
                    found.add(operation.path("operationId").asText());
                }
            }
        }
        return Set.copyOf(found);
    }

    private static JsonNode read(String resource) {
        try (InputStream in = Contract.class.getClassLoader().getResourceAsStream(resource)) {
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
