package io.loyaltyhub.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;
import io.loyaltyhub.api.Contract.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes of a validator's many findings the one thing to put right in each field. Where a value fits none of several
 * alternatives, only the alternative it comes nearest to speaks.
 */
class Findings {

    private final JsonSchema schema;
    private final PlainWords words;

    Findings(JsonSchema schema, PlainWords words) {
        this.schema = schema;
        this.words = words;
    }

    List<Violation> of(JsonNode value, String pathPrefix) {
        Map<String, ValidationMessage> first = new LinkedHashMap<>();
        for (ValidationMessage finding : nearest(schema.validate(value), 0)) {
            first.merge(fieldOf(finding, pathPrefix), finding, Findings::moreBasic);
        }
        JsonNode root = schema.findSchemaResourceRoot().getSchemaNode();
        return first.entrySet().stream()
                .map(entry -> new Violation(entry.getKey(), words.say(entry.getValue(), root)))
                .toList();
    }

    /** A value of the wrong type is not to be told about its pattern too. */
    private static ValidationMessage moreBasic(ValidationMessage one, ValidationMessage other) {
        return isOfType(other) && !isOfType(one) ? other : one;
    }

    private static boolean isOfType(ValidationMessage finding) {
        return finding.getType().equals("type");
    }

    /** Leaves out of every {@code oneOf} and {@code anyOf} all findings but those of the nearest alternative. */
    private static List<ValidationMessage> nearest(Collection<ValidationMessage> findings, int from) {
        List<ValidationMessage> kept = new ArrayList<>();
        Map<String, Map<String, List<ValidationMessage>>> alternatives = new LinkedHashMap<>();
        Map<String, Integer> depths = new LinkedHashMap<>();
        for (ValidationMessage finding : findings) {
            JsonNodePath path = finding.getEvaluationPath();
            int at = alternativesIn(path, from);
            if (at < 0) {
                kept.add(finding);
            } else {
                String where = start(path, at + 1);
                depths.put(where, at + 2);
                // A finding of the oneOf itself has no alternative's number; it speaks where no other does.
                String which = at + 1 < path.getNameCount() ? path.getName(at + 1) : "";
                alternatives.computeIfAbsent(where, key -> new TreeMap<>())
                        .computeIfAbsent(which, key -> new ArrayList<>())
                        .add(finding);
            }
        }
        alternatives.forEach((where, each) -> {
            List<ValidationMessage> own = each.remove("");
            boolean severalFit = own != null && own.get(0).getMessageKey().equals("oneOf.indexes");
            kept.addAll(severalFit || each.isEmpty() ? own : nearest(nearestOf(each.values()), depths.get(where)));
        });
        return kept;
    }

    /** The alternative of the right type, and of those the one with the fewest findings. */
    private static List<ValidationMessage> nearestOf(Collection<List<ValidationMessage>> alternatives) {
        return alternatives.stream()
                .min(Comparator.comparing((List<ValidationMessage> one) -> one.stream().anyMatch(Findings::isOfType))
                        .thenComparing(List::size))
                .orElseThrow();
    }

    private static int alternativesIn(JsonNodePath path, int from) {
        for (int i = from; i < path.getNameCount(); i++) {
            String name = path.getName(i);
            boolean isKeyword = i == 0 || !path.getName(i - 1).equals("properties");
            if (isKeyword && (name.equals("oneOf") || name.equals("anyOf"))) {
                return i;
            }
        }
        return -1;
    }

    private static String start(JsonNodePath path, int count) {
        StringBuilder start = new StringBuilder();
        for (int i = 0; i < count; i++) {
            start.append('/').append(path.getName(i));
        }
        return start.toString();
    }

    private static String fieldOf(ValidationMessage finding, String pathPrefix) {
        StringBuilder field = new StringBuilder(pathPrefix);
        JsonNodePath place = finding.getInstanceLocation();
        for (int i = 0; i < place.getNameCount(); i++) {
            if (place.getElement(i) instanceof Integer index) {
                field.append('[').append(index).append(']');
            } else {
                appendName(field, place.getName(i));
            }
        }
        String property = propertyOf(finding);
        if (property != null) {
            appendName(field, property);
        }
        return field.toString();
    }

    /** The property that is missing or too many; of a dependency the validator names the one that asks for it. */
    private static String propertyOf(ValidationMessage finding) {
        return finding.getType().equals("dependentRequired")
                ? String.valueOf(finding.getArguments()[0]) : finding.getProperty();
    }

    private static void appendName(StringBuilder field, String name) {
        if (!field.isEmpty()) {
            field.append('.');
        }
        field.append(name);
    }
}
