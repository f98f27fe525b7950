package io.loyaltyhub.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.security.Caller;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A request to one of the contract's operations: who calls, the path's parameters, the query, and a body that the
 * contract has found nothing wrong with.
 *
 * @param idempotencyKey the header of that name; null where there is none
 */
public record ApiRequest(Caller caller, Map<String, String> path, Map<String, String> query, ObjectNode body, Locale locale, String idempotencyKey) {

    private static final int MOST_ITEMS = 200;

    /** The merchant in the path; another's does not exist for this caller. */
    public UUID merchant() {
        UUID merchant = id("merchant");
        caller.requireMerchant(merchant);
        return merchant;
    }

    /** A UUID in the path; what is none was never the id of anything. */
    public UUID id(String name) {
        try {
            String text = path.getOrDefault(name, "");
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // falls through
        }
        throw Problem.notFound();
    }

    public long number(String name) {
        try {
            return Long.parseLong(path.getOrDefault(name, ""));
        } catch (NumberFormatException e) {
            throw Problem.notFound();
        }
    }

    /** A query parameter, null where it is absent or blank. */
    public String query(String name) {
        String value = query.get(name);
        if (value != null && value.indexOf('\0') >= 0) {
            throw Problem.invalid(name, "body.zero-character");
        }
        return value == null || value.isBlank() ? null : value.strip();
    }

    public UUID queryId(String name) {
        String value = query(name);
        try {
            return value == null ? null : UUID.fromString(value);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(name, "query.not-an-id");
        }
    }

    /** Whether a table is wanted as a file rather than as JSON. */
    public boolean wantsCsv() {
        String format = query("format");
        if (format != null && !format.equals("json") && !format.equals("csv")) {
            throw Problem.invalid("format", "query.one-of", "json, csv");
        }
        return "csv".equals(format);
    }

    /** How many items of a list are wanted. */
    public int limit() {
        String value = query("limit");
        if (value == null) {
            return 50;
        }
        try {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MOST_ITEMS) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // falls through
        }
        throw Problem.invalid("limit", "query.limit", MOST_ITEMS);
    }

    /** A field of the body; null where it is absent or null. */
    public String text(String name) {
        return has(name) ? body.get(name).asText().strip() : null;
    }

    /** A field of the body that the contract calls a date-time; null where it is absent or null. */
    public Instant instant(String name) {
        try {
            return has(name) ? OffsetDateTime.parse(text(name)).toInstant() : null;
        } catch (DateTimeException e) {
            // A leap second, a tenth digit of a second: a date-time by RFC 3339, and none that can be stored.
            throw Problem.invalid(name, "body.not-a-time");
        }
    }

    /** Whether the body gives the field a value other than null. */
    public boolean has(String name) {
        return body.hasNonNull(name);
    }

    /** Whether the body mentions the field at all, be it to clear it. */
    public boolean mentions(String name) {
        return body.has(name);
    }

    public JsonNode field(String name) {
        return body.path(name);
    }

    static ObjectNode noBody() {
        return Json.mapper().createObjectNode();
    }
}
