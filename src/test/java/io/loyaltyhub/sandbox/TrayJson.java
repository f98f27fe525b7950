package io.loyaltyhub.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** How the platform writes JSON: everything inside a record is a string, money has two decimals, lists come in an envelope. */
final class TrayJson {

    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFactory FACTORY = MAPPER.getFactory();

    private TrayJson() {
    }

    /** Writes into a generator. */
    @FunctionalInterface
    interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    /** Writes one record of a list. */
    @FunctionalInterface
    interface Row<T> {
        void write(JsonGenerator json, T value) throws IOException;
    }

    static byte[] object(Part content) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(8_000); JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
            json.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** The envelope of every list; each record is wrapped once more, in an object whose only key is {@code singular}. */
    static <T> byte[] list(TrayCall call, String plural, String singular, String sort, List<String> availableFilters, List<T> all, Row<T> row) {
        int limit = Math.min(call.number("limit", 30), 50);
        int page = call.page();
        long offset = (long) (page - 1) * limit;
        List<T> rows = all.subList((int) Math.min(offset, all.size()), (int) Math.min(offset + limit, all.size()));
        return object(json -> {
            json.writeObjectFieldStart("paging");
            json.writeNumberField("total", all.size());
            json.writeNumberField("page", page);
            json.writeNumberField("offset", offset);
            json.writeNumberField("limit", limit);
            json.writeNumberField("maxLimit", 50);
            json.writeEndObject();
            json.writeArrayFieldStart("sort");
            json.writeStartObject();
            int cut = sort.lastIndexOf('_');
            json.writeStringField(sort.substring(0, cut), sort.substring(cut + 1));
            json.writeEndObject();
            json.writeEndArray();
            json.writeArrayFieldStart("availableFilters");
            for (String filter : availableFilters) {
                json.writeString(filter);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("appliedFilters");
            for (String filter : availableFilters) {
                if (call.query(filter) != null) {
                    json.writeStartObject();
                    json.writeStringField(filter, call.query(filter));
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart(plural);
            for (T value : rows) {
                json.writeStartObject();
                json.writeObjectFieldStart(singular);
                row.write(json, value);
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static TrayAnswer error(TrayRefusal refusal, String path) {
        String name = switch (refusal.status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 429 -> "Too Many Requests";
            case 501 -> "Not Implemented";
            default -> "Internal Server Error";
        };
        return TrayAnswer.json(refusal.status, object(json -> {
            json.writeNumberField("code", refusal.status);
            json.writeStringField("name", name);
            json.writeStringField("message", name);
            json.writeStringField("url", "/web_api" + path);
            if (refusal.errorCode != 0) {
                json.writeNumberField("error_code", refusal.errorCode);
            }
            json.writeArrayFieldStart("causes");
            json.writeString(refusal.getMessage());
            json.writeEndArray();
        }));
    }

    static void text(JsonGenerator json, String name, long number) throws IOException {
        json.writeStringField(name, Long.toString(number));
    }

    static void money(JsonGenerator json, String name, BigDecimal amount) throws IOException {
        json.writeStringField(name, amount.setScale(2, RoundingMode.HALF_UP).toPlainString());
    }

    static void empty(JsonGenerator json, String... names) throws IOException {
        for (String name : names) {
            json.writeStringField(name, "");
        }
    }

    static void zero(JsonGenerator json, String... names) throws IOException {
        for (String name : names) {
            json.writeStringField(name, "0.00");
        }
    }

    static void none(JsonGenerator json, String... names) throws IOException {
        for (String name : names) {
            json.writeArrayFieldStart(name);
            json.writeEndArray();
        }
    }
}
