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
 * @param couponsOnOrders whether every order that is read names its coupon, whatever its status: only then one that was not seen was
 *                     not used
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
        Boolean couponsOnOrders,
        JsonNode settings,
        Limits limits,
        Polling polling,
        Statuses statuses,
        List<ErrorRule> errors,
        List<CheckStep> check,
        String guide) {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    /** @param when null: for every integration */
    public record Capability(boolean supported, boolean verified, When when) {

        /** Only integrations whose setting has one of these values: those of one generation, or whose merchant wanted it. */
        public record When(String setting, List<String> values) {
        }
    }

    /** Calls allowed on behalf of one integration. {@code burst} of them may be made without spacing. */
    public record Limits(int perMinute, int perDay, int burst) {
    }

    /**
     * @param lookBack  how far before the cursor a window begins, because platforms filter coarsely and clocks differ
     * @param firstPage what the first page of a window is called
     * @param maxPages  pages read in one poll at most; the next poll goes on from there
     * @param interval  how often merchants are advised to poll
     * @param byChange  whether the list is asked for what changed, by a platform that does not say when: an order that was placed
     *                  before the import began is there because something happened to it
     * @param customersInterval how often customers are imported; an hour where nothing is said
     */
    public record Polling(Duration lookBack, String firstPage, int pageSize, int maxPages, Duration interval, Duration customersInterval, Boolean byChange) {

        public Polling {
            customersInterval = customersInterval == null ? Duration.ofHours(1) : customersInterval;
        }

        public boolean listsChanges() {
            return Boolean.TRUE.equals(byChange);
        }
    }

    /**
     * Parts of status names that suggest what a status means, without accents and in upper case. A part of
     * {@code reversal} outweighs one of {@code none}, that one of {@code scoring}: "AGUARDANDO PAGAMENTO" is not "PAGO".
     *
     * @param documented the statuses that the platform's documentation names, for platforms that have no call to ask;
     *                   those seen on orders are added to them
     */
    public record Statuses(List<String> scoring, List<String> reversal, List<String> none, List<Documented> documented) {

        public Statuses {
            none = none == null ? List.of() : none;
            documented = documented == null ? List.of() : documented;
        }

        /** @param suggestion where the name would suggest something else: {@code scoring}, {@code reversal} or {@code none} */
        public record Documented(String id, String name, String suggestion) {
        }

        /** Whether the platform is known to have this status for orders that neither earn nor lose anything yet. */
        public boolean meansNothing(String id, String statusName) {
            return documented.stream().filter(one -> one.id().equals(id))
                    .anyMatch(one -> "none".equals(one.suggestion() == null ? suggestionFor(one.name()) : one.suggestion()))
                    || none.stream().anyMatch(plain(statusName)::contains);
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
     * One kind of error answer; platforms that report errors with HTTP 200 have rules for that status too.
     *
     * @param status  the HTTP status
     * @param field   with {@code values} or {@code pattern}: only answers that have one of these values, or one that matches
     *                as a whole, there (a JSON pointer; XML is read as the tree of its local names)
     * @param query   only answers to calls whose query matches this pattern, e.g. {@code page=[2-9].*}
     * @param means   an {@code ErrorMeaning}, or {@code nothing}: no error, but an answer without content
     * @param say     what to tell the merchant, in pt-BR
     * @param waitFor how long to leave the platform alone, where the answer itself does not say
     */
    public record ErrorRule(int status, String field, List<String> values, Pattern pattern, Pattern query, String means, String say, Duration waitFor) {

        public boolean matches(int httpStatus, JsonNode body, String calledQuery) {
            if (status != httpStatus || query != null && (calledQuery == null || !query.matcher(calledQuery).find())) {
                return false;
            }
            if (field == null) {
                return true;
            }
            String value = body == null ? null : body.at(field).asText(null);
            return value != null && (values != null && values.contains(value) || pattern != null && pattern.matcher(value).matches());
        }

        public boolean meansNothing() {
            return "nothing".equals(means);
        }
    }

    /** {@code name} as merchants read it (pt-BR); {@code call} completes {@code direct:<platform>-<call>}. */
    public record CheckStep(String call, String name) {
    }

    /** Whether it has a way to do this; see {@code capabilities}. */
    public boolean can(String capability) {
        Capability has = capabilities.get(capability);
        return has != null && has.supported();
    }

    /** Whether it has a way to do this for an integration with these settings. */
    public boolean can(String capability, Map<String, Object> given) {
        Capability.When when = can(capability) ? capabilities.get(capability).when() : null;
        return can(capability) && (when == null || when.values().contains(String.valueOf(given.get(when.setting()))));
    }

    public boolean tellsOfUsedCoupons() {
        return Boolean.TRUE.equals(couponsOnOrders);
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
