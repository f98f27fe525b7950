package io.loyaltyhub.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A shop platform or ERP as its {@code platform.yaml} describes it. Everything that tells one platform from another and
 * is not a route stands here as data.
 *
 * @param kind         {@code shop} or {@code erp}
 * @param capabilities what it can do, and whether that was seen working: orders, customers, statuses, stores, coupons, webhooks
 * @param settings     JSON Schema of what the merchant gives; {@code format: password} marks a secret
 * @param errors       how its error answers are to be understood, first match first
 * @param check        the calls that a check makes, in order: each names a route {@code direct:<platform>-<step>}
 * @param guide        for merchants, in pt-BR: how to get each credential
 */
public record Platform(
        String name,
        String title,
        String kind,
        Map<String, Capability> capabilities,
        JsonNode settings,
        Limits limits,
        Polling polling,
        Statuses statuses,
        List<ErrorRule> errors,
        List<CheckStep> check,
        String guide) {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    public record Capability(boolean supported, boolean verified) {
    }

    /** Calls allowed on behalf of one integration. {@code burst} of them may be made without spacing. */
    public record Limits(int perMinute, int perDay, int burst) {
    }

    /**
     * @param lookBack  how far before the cursor a window begins, because platforms filter coarsely and clocks differ
     * @param firstPage what the first page of a window is called
     * @param maxPages  pages read in one poll at most; the next poll goes on from there
     * @param interval  how often merchants are advised to poll
     */
    public record Polling(Duration lookBack, String firstPage, int pageSize, int maxPages, Duration interval) {
    }

    /**
     * Parts of status names that suggest what a status means, without accents and in upper case. A part of
     * {@code reversal} outweighs one of {@code none}, that one of {@code scoring}: "AGUARDANDO PAGAMENTO" is not "PAGO".
     */
    public record Statuses(List<String> scoring, List<String> reversal, List<String> none) {

        public Statuses {
            none = none == null ? List.of() : none;
        }

        public String suggestionFor(String statusName) {
            String plain = plain(statusName);
            if (reversal.stream().anyMatch(plain::contains)) {
                return "reversal";
            }
            boolean doubtful = none.stream().anyMatch(plain::contains);
            return !doubtful && scoring.stream().anyMatch(plain::contains) ? "scoring" : "none";
        }
    }

    /**
     * One kind of error answer. {@code status} is the HTTP status; {@code field} and {@code values}, where given, narrow
     * it to answers whose JSON has one of these values there (a JSON pointer); {@code means} is an {@code ErrorMeaning}.
     *
     * @param say what to tell the merchant, in pt-BR
     */
    public record ErrorRule(int status, String field, List<String> values, String means, String say) {

        public boolean matches(int httpStatus, JsonNode body) {
            if (status != httpStatus) {
                return false;
            }
            return field == null || body != null && values.contains(body.at(field).asText());
        }
    }

    /** {@code name} as merchants read it (pt-BR); {@code call} completes {@code direct:<platform>-<call>}. */
    public record CheckStep(String call, String name) {
    }

    /** Names of the settings that are secret. */
    public Set<String> secretSettings() {
        Set<String> secret = new LinkedHashSet<>();
        settingSchemas().forEach((name, schema) -> {
            if ("password".equals(schema.path("format").asText())) {
                secret.add(name);
            }
        });
        return secret;
    }

    /** Settings that may come from the hub's configuration: environment variable by setting. */
    public Map<String, String> hubSettings() {
        Map<String, String> variables = new LinkedHashMap<>();
        settingSchemas().forEach((name, schema) -> {
            if (schema.hasNonNull("x-hub-environment")) {
                variables.put(name, schema.get("x-hub-environment").asText());
            }
        });
        return variables;
    }

    private Map<String, JsonNode> settingSchemas() {
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        Iterator<Map.Entry<String, JsonNode>> properties = settings.path("properties").fields();
        properties.forEachRemaining(property -> schemas.put(property.getKey(), property.getValue()));
        return schemas;
    }

    /** Without accents, in upper case, one blank between words: how status names are compared. */
    public static String plain(String text) {
        return text == null ? "" : MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("")
                .toUpperCase(Locale.ROOT).strip().replaceAll("\\s+", " ");
    }
}
