package io.loyaltyhub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;

/**
 * What mappings need and JSLT lacks: decimal arithmetic (JSLT's own makes doubles) and local times with an offset.
 * <ul>
 *   <li>{@code decimal(x)} a number, or a text like {@code "244.90"}; null and "" give null
 *   <li>{@code plus(a, b, …)}, {@code minus(a, b, …)}, {@code times(a, b)} exact; null counts as zero
 *   <li>{@code zoned(text, offset)} {@code "2024-05-14 16:03:27"} → {@code "2024-05-14T16:03:27-03:00"}; a time that
 *       already has an offset keeps it; zero dates and "" give null
 * </ul>
 */
final class MappingFunctions {

    static final List<Function> ALL = List.of(
            new Named("decimal", 1, 1, arguments -> orNull(decimal(arguments[0]))),
            new Named("plus", 2, 10, arguments -> fold(arguments, BigDecimal::add)),
            new Named("minus", 2, 10, arguments -> fold(arguments, BigDecimal::subtract)),
            new Named("times", 2, 2, arguments -> fold(arguments, BigDecimal::multiply)),
            new Named("zoned", 2, 2, arguments -> zoned(arguments[0], arguments[1])));

    /** Strict, because otherwise 30 February would quietly become the 29th. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("uuuu-MM-dd'T'HH:mm[:ss]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .appendPattern("[ ][XXX][XX][X]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /** Of digits before and after the point; more has no meaning in an order, and 1e-999999999 takes ages to add to. */
    private static final int MOST_DIGITS = 100;

    private MappingFunctions() {
    }

    private static JsonNode fold(JsonNode[] arguments, BinaryOperator<BigDecimal> operation) {
        BigDecimal result = orZero(decimal(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            result = operation.apply(result, orZero(decimal(arguments[i])));
        }
        return new DecimalNode(result);
    }

    private static BigDecimal decimal(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return null;
        }
        if (value.isNumber() && isSensible(value.decimalValue())) {
            return value.decimalValue();
        }
        String text = value.isTextual() ? value.asText().strip() : "not a number";
        if (text.isEmpty()) {
            return null;
        }
        try {
            // A short plain number only: "1e999999999" is one too, and would take all the memory there is.
            if (text.length() > 30 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
                throw new NumberFormatException();
            }
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new JsltException("not a decimal number: " + shortened(value));
        }
    }

    private static boolean isSensible(BigDecimal number) {
        return number.precision() <= MOST_DIGITS && Math.abs((long) number.scale()) <= MOST_DIGITS;
    }

    private static JsonNode zoned(JsonNode value, JsonNode offset) {
        String text = value.isTextual() ? value.asText().strip() : "";
        if (text.isEmpty() || text.startsWith("0000-00-00")) {
            return NullNode.instance;
        }
        try {
            TemporalAccessor parsed = parsed(text);
            OffsetDateTime time = parsed instanceof LocalDateTime local
                    ? local.atOffset(ZoneOffset.of(offset.asText()))
                    : (OffsetDateTime) parsed;
            return new TextNode(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.truncatedTo(ChronoUnit.MICROS)));
        } catch (DateTimeParseException e) {
            throw new JsltException("not a time: " + shortened(value));
        }
    }

    private static TemporalAccessor parsed(String text) {
        if (text.length() == 10) {
            return LocalDate.parse(text).atStartOfDay();
        }
        LocalDateTime usual = text.length() == 19 ? inTheUsualForm(text) : null;
        if (usual != null) {
            return usual;
        }
        String withT = text.indexOf(' ') == 10 ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        return TIME.parseBest(withT, OffsetDateTime::from, LocalDateTime::from);
    }

    /**
     * {@code 2024-05-14 16:03:27}, without a formatter that tries all forms there are; each order has several times. Null
     * for whatever is not exactly that, and be it no time at all.
     */
    private static LocalDateTime inTheUsualForm(String text) {
        for (int i = 0; i < 19; i++) {
            char c = text.charAt(i);
            boolean fits = switch (i) {
                case 4, 7 -> c == '-';
                case 10 -> c == ' ' || c == 'T';
                case 13, 16 -> c == ':';
                default -> c >= '0' && c <= '9';
            };
            if (!fits) {
                return null;
            }
        }
        try {
            return LocalDateTime.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10),
                    number(text, 11, 13), number(text, 14, 16), number(text, 17, 19));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static JsonNode orNull(BigDecimal value) {
        return value == null ? NullNode.instance : new DecimalNode(value);
    }

    private static BigDecimal orZero(BigDecimal value) {
        return value == null ? BigDecimal.ZERO : value;
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private interface Body {
        JsonNode call(JsonNode[] arguments);
    }

    private record Named(String name, int least, int most, Body body) implements Function {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public int getMinArguments() {
            return least;
        }

        @Override
        public int getMaxArguments() {
            return most;
        }

        @Override
        public JsonNode call(JsonNode input, JsonNode[] arguments) {
            return body.call(arguments);
        }
    }
}
