package io.loyaltyhub.api;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as a file that spreadsheets open (RFC 4180). What a text cell says is never taken for a formula: one that begins as
 * formulas do gets an apostrophe before it.
 *
 * @param fileName without what comes after the dot
 */
public record Csv(String fileName, List<String> columns, List<List<Object>> rows) {

    private static final String FORMULAS_BEGIN_WITH = "=+-@\t\r\n";

    String text() {
        StringBuilder text = new StringBuilder(line(columns));
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(Collection<?> cells) {
        return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    private static String cell(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Number) {
            return value instanceof BigDecimal amount ? amount.toPlainString() : value.toString();
        }
        String text = value.toString();
        String harmless = mayBeTakenForFormula(text) || mayBeTakenForFormula(text.strip()) ? "'" + text : text;
        return harmless.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';') ? '"' + harmless.replace("\"", "\"\"") + '"' : harmless;
    }

    private static boolean mayBeTakenForFormula(String text) {
        return !text.isEmpty() && FORMULAS_BEGIN_WITH.indexOf(text.charAt(0)) >= 0;
    }
}
