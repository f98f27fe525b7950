package io.loyaltyhub.api;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ValidationMessage;
import java.math.BigDecimal;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.StringJoiner;

/** Says what a schema's keyword demands, in Brazilian Portuguese or English; the texts are in contract-messages. */
class PlainWords {

    private static final PlainWords ENGLISH = new PlainWords(Locale.ROOT);
    private static final PlainWords PORTUGUESE = new PlainWords(new Locale("pt", "BR"));

    private final ResourceBundle texts;

    private PlainWords(Locale locale) {
        texts = ResourceBundle.getBundle(
                "contract-messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    }

    static PlainWords in(Locale locale) {
        return locale != null && locale.getLanguage().equals("en") ? ENGLISH : PORTUGUESE;
    }

    String missingBody() {
        return text("body");
    }

    /** @param root the document that the finding's schema stands in */
    String say(ValidationMessage finding, JsonNode root) {
        String keyword = finding.getType();
        JsonNode demand = finding.getSchemaNode();
        JsonNode siblings = root.at(JsonPointer.compile(finding.getSchemaLocation().getFragment().toString()).head());
        return switch (keyword) {
            case "type" -> finding.getInstanceNode().isNull()
                    ? text("type.null")
                    : text(firstKnown("type." + name(demand), "type"));
            case "format" -> text(firstKnown("format." + demand.asText(), "format"));
            case "pattern", "oneOf", "anyOf" -> withExample(keyword, siblings);
            case "enum", "const" -> text(keyword, list(demand));
            case "not" -> demand.has("enum") ? text("not.enum", list(demand.get("enum"))) : text("not");
            case "minimum", "maximum" -> bound(keyword, demand, siblings);
            case "minLength", "minItems", "maxItems" ->
                    text(firstKnown(keyword + "." + demand.asText(), keyword), demand.asText());
            case "multipleOf" -> multipleOf(demand.decimalValue().stripTrailingZeros());
            default -> text(firstKnown(keyword, "other"), demand.asText());
        };
    }

    /** In OpenAPI 3.0 a bound is made exclusive by a flag beside it. */
    private String bound(String keyword, JsonNode demand, JsonNode siblings) {
        String exclusive = keyword.equals("minimum") ? "exclusiveMinimum" : "exclusiveMaximum";
        return text(siblings.path(exclusive).asBoolean() ? exclusive : keyword, demand.asText());
    }

    private String multipleOf(BigDecimal step) {
        boolean countsDecimals = step.scale() > 0 && step.unscaledValue().intValue() == 1;
        return countsDecimals
                ? text("multipleOf.decimals", Integer.toString(step.scale()))
                : text("multipleOf", step.toPlainString());
    }

    private String withExample(String keyword, JsonNode siblings) {
        JsonNode example = siblings.path("examples").path(0);
        if (example.isMissingNode()) {
            example = siblings.path("example");
        }
        return example.isMissingNode() ? text(keyword) : text(keyword + ".example", example.asText());
    }

    /** Of several types, the first that is not null. */
    private static String name(JsonNode type) {
        return type.isArray() && type.path(0).asText().equals("null") ? type.path(1).asText()
                : type.isArray() ? type.path(0).asText() : type.asText();
    }

    private static String list(JsonNode values) {
        if (!values.isArray()) {
            return values.asText();
        }
        StringJoiner list = new StringJoiner(", ");
        for (JsonNode value : values) {
            if (!value.isNull()) {
                list.add(value.asText());
            }
        }
        return list.toString();
    }

    private String firstKnown(String precise, String general) {
        return texts.containsKey(precise) ? precise : general;
    }

    private String text(String key, String... arguments) {
        return new MessageFormat(texts.getString(key), Locale.ROOT).format(arguments);
    }
}
