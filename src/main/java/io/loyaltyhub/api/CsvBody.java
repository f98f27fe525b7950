package io.loyaltyhub.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvReadException;
import io.loyaltyhub.json.Json;
import java.io.IOException;
import java.util.Map;

/** A table as spreadsheets save it, with names in its first line → {@code {"rows": [{name: value}]}}, all values texts. */
final class CsvBody {

    private static final CsvMapper CSV = CsvMapper.csvBuilder().enable(CsvParser.Feature.TRIM_SPACES).enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .enable(CsvParser.Feature.EMPTY_STRING_AS_NULL).build();

    private CsvBody() {
    }

    /** Separated by commas or, as Brazilian spreadsheets do it, by semicolons. */
    static JsonNode read(String text) {
        String table = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String head = table.lines().findFirst().orElse("");
        ArrayNode rows = Json.mapper().createArrayNode();
        try (MappingIterator<Map<String, String>> lines = CSV.readerForMapOf(String.class)
                .with(CSV.schemaWithHeader().withColumnSeparator(head.indexOf(';') >= 0 ? ';' : ',')).readValues(table)) {
            while (lines.hasNext()) {
                rows.add(Json.mapper().valueToTree(lines.next()));
            }
        } catch (CsvReadException | RuntimeException malformed) {
            throw Problem.badRequest("csv.malformed", rows.size() + 2);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
        return Json.mapper().createObjectNode().set("rows", rows);
    }
}
