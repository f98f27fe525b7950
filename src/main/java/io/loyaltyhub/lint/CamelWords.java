package io.loyaltyhub.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Steps and options that Camel does not have. What it has stands in the schema that comes with its YAML reader. */
final class CamelWords {

    private static final JsonNode SCHEMA = schema();

    private final Report report;

    CamelWords(Report report) {
        this.report = report;
    }

    private static JsonNode schema() {
        try (InputStream in = CamelWords.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return Json.mapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void check(RoutesTree tree) {
        for (RouteFile file : tree.routeFiles()) {
            file.root().items().forEach(item -> check(file.path(), "a route file", item, SCHEMA.get("items")));
        }
    }

    private void check(String file, String place, YamlNode value, JsonNode described) {
        Map<String, JsonNode> known = new LinkedHashMap<>();
        boolean closed = collect(described, known);
        for (YamlNode.Entry entry : value.entries()) {
            JsonNode below = known.get(entry.name());
            if (below != null) {
                check(file, "'" + entry.name() + "'", entry.value(), below);
            } else if (closed && !known.isEmpty()) {
                report.add(file, entry.line(), Rule.CAMEL_WORDS, "Camel knows no '" + entry.name() + "' in " + place);
            }
        }
        JsonNode items = resolved(described).path("items");
        if (!items.isMissingNode()) {
            value.items().forEach(item -> check(file, place, item, items));
        }
    }

    /** All properties that any variant of a definition has; whether it has no others. */
    private boolean collect(JsonNode described, Map<String, JsonNode> known) {
        JsonNode definition = resolved(described);
        definition.path("properties").fields().forEachRemaining(property -> known.putIfAbsent(property.getKey(), property.getValue()));
        boolean closed = definition.has("additionalProperties") && !definition.get("additionalProperties").asBoolean(true);
        for (String variants : new String[] {"oneOf", "anyOf", "allOf"}) {
            for (JsonNode variant : definition.path(variants)) {
                closed |= collect(variant, known);
            }
        }
        return closed;
    }

    private JsonNode resolved(JsonNode described) {
        return described.has("$ref") ? SCHEMA.at(described.get("$ref").asText().substring(1)) : described;
    }
}
