package io.loyaltyhub.poll;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.loyaltyhub.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageRowsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"80412\" | 80412", "80412 | 80412", "\" 80412 \" | 80412", "\"804\\u000012\" | 80412"})
    void aRowIsKnownByItsOrdersId(String given, String id) {
        assertThat(idOf("{\"Order\": {\"id\": " + given + "}}")).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "[]", "{\"Order\": {}}", "{\"Order\": {\"id\": null}}", "{\"Order\": {\"id\": \" \"}}",
            "{\"Order\": {\"id\": \"\\u0000\"}}", "{\"Order\": {\"id\": {\"value\": \"1\"}}}"})
    void aRowWithoutAnIdIsKnownByItsContent(String row) {
        assertThat(idOf(row)).startsWith("row-").isEqualTo(idOf(row));
    }

    @Test
    void anIdThatIsTooLongIsNoId() {
        assertThat(idOf("{\"Order\": {\"id\": \"" + "9".repeat(101) + "\"}}")).startsWith("row-");
        assertThat(idOf("{\"Order\": {\"id\": \"" + "9".repeat(100) + "\"}}")).hasSize(100).doesNotStartWith("row-");
    }

    @Test
    void differentRowsWithoutAnIdAreToldApart() {
        assertThat(idOf("{\"a\": 1}")).isNotEqualTo(idOf("{\"a\": 2}"));
    }

    private static String idOf(String row) {
        return Pages.rows(List.of(Json.parse(row)), JsonPointer.compile("/Order/id")).get(0).id();
    }
}
