package io.loyaltyhub.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.JsltException;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.RoutesDirectory;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingFunctionsTest {

    @TempDir
    Path directory;

    private Mappings mappings;

    @BeforeEach
    void mappingsInADirectoryOfTheirOwn() {
        mappings = new Mappings(new RoutesDirectory(directory, false));
    }

    // money

    @Test
    void aSumOfDecimalsIsExact() throws IOException {
        assertThat(made("plus(.a, .b)", "{\"a\": \"0.1\", \"b\": 0.2}")).hasToString("0.3");
        assertThat(made("minus(.a, .b, .c)", "{\"a\": \"123456.78\", \"b\": \"389.82\", \"c\": \"181.96\"}")).hasToString("122885.00");
        assertThat(made("times(.a, .b)", "{\"a\": 0.1, \"b\": 3}")).hasToString("0.3");
        assertThat(made("minus(.a, .b)", "{\"a\": 9007199254740993, \"b\": \"0.01\"}")).hasToString("9007199254740992.99");
    }

    @Test
    void whatIsNotThereCountsAsZeroInASumAndAsNothingAlone() throws IOException {
        assertThat(made("plus(.a, .b, .none)", "{\"a\": null, \"b\": \" \"}")).hasToString("0");
        assertThat(made("minus(.none, .b)", "{\"b\": 2.50}")).hasToString("-2.50");
        assertThat(made("decimal(.none)", "{}").isNull()).isTrue();
        assertThat(made("decimal(.a)", "{\"a\": \"  \"}").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"'\"244.90\"', 244.90", "'\" 12 \"', 12", "'\"-3.5\"', -3.5", "244.90, 244.90", "7, 7"})
    void aDecimalKeepsTheDigitsItCameWith(String given, String read) throws IOException {
        assertThat(made("decimal(.a)", "{\"a\": " + given + "}").decimalValue()).isEqualTo(new BigDecimal(read));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"12,50\"", "\"R$ 10\"", "\"1.234.56\"", "\"1e9\"", "\"1E+999999999\"", "\"1234567890123456789012345678901\"", "\"NaN\"",
            "true", "{}", "[1]", "1e999999999", "1e-999999999"})
    void whatIsNoPlainNumberIsRefused(String given) {
        assertThatThrownBy(() -> made("decimal(.a)", "{\"a\": " + given + "}"))
                .isInstanceOf(JsltException.class).hasMessageContaining("not a decimal number");
        assertThatThrownBy(() -> made("plus(1, .a)", "{\"a\": " + given + "}"))
                .isInstanceOf(JsltException.class).hasMessageContaining("not a decimal number");
    }

    @Property(tries = 200)
    void numbersAndTextsAddUpToTheSame(@ForAll @BigRange(min = "-999999999.99", max = "999999999.99") @Scale(2) BigDecimal a,
            @ForAll @BigRange(min = "-999999999.99", max = "999999999.99") @Scale(2) BigDecimal b) {
        assertThat(computed("plus", a, b)).isEqualByComparingTo(a.add(b));
        assertThat(computed("minus", a, b)).isEqualByComparingTo(a.subtract(b));
        assertThat(computed("times", a, b)).isEqualByComparingTo(a.multiply(b));
    }

    /** The first as a number, the second as a text. */
    private static BigDecimal computed(String function, BigDecimal a, BigDecimal b) {
        return MappingFunctions.ALL.stream().filter(one -> one.getName().equals(function)).findFirst().orElseThrow()
                .call(NullNode.instance, new JsonNode[] {new DecimalNode(a), new TextNode(b.toPlainString())}).decimalValue();
    }

    // times

    @ParameterizedTest
    @CsvSource({
            "2024-05-14 16:03:27,             2024-05-14T16:03:27-03:00",
            "2024-05-14T16:03:27,             2024-05-14T16:03:27-03:00",
            "2024-05-14 16:03,                2024-05-14T16:03:00-03:00",
            "2024-05-14T16:03,                2024-05-14T16:03:00-03:00",
            "2024-05-14,                      2024-05-14T00:00:00-03:00",
            "' 2024-05-14 16:03:27 ',         2024-05-14T16:03:27-03:00",
            "2024-05-14T16:03:27.5,           2024-05-14T16:03:27.5-03:00",
            "2024-05-14 16:03:27.123456,      2024-05-14T16:03:27.123456-03:00",
            "2024-05-14T16:03:27.123456789,   2024-05-14T16:03:27.123456-03:00",
            "2024-12-31 23:59:59,             2024-12-31T23:59:59-03:00",
            "2024-02-29 00:00:00,             2024-02-29T00:00:00-03:00"})
    void aTimeWithoutAnOffsetGetsTheShops(String given, String read) throws IOException {
        assertThat(zoned(given)).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource({
            "2024-05-14T16:03:27Z,            2024-05-14T16:03:27Z",
            "2024-05-14 16:03:27Z,            2024-05-14T16:03:27Z",
            "2024-05-14T16:03:27.417Z,        2024-05-14T16:03:27.417Z",
            "2024-05-14T16:03Z,               2024-05-14T16:03:00Z",
            "2024-05-14T16:03:27-04:00,       2024-05-14T16:03:27-04:00",
            "2024-05-14 16:03:27+02:00,       2024-05-14T16:03:27+02:00",
            "2024-05-14T16:03:27.417-03:00,   2024-05-14T16:03:27.417-03:00",
            "2024-05-14T16:03-04:00,          2024-05-14T16:03:00-04:00",
            "2024-05-14T16:03:27-0400,        2024-05-14T16:03:27-04:00",
            "2024-05-14T16:03:27.123456+0000, 2024-05-14T16:03:27.123456Z",
            "2024-05-14 16:03:27 -0400,       2024-05-14T16:03:27-04:00",
            "2024-05-14T16:03:27-04,          2024-05-14T16:03:27-04:00"})
    void aTimeWithAnOffsetKeepsIt(String given, String read) throws IOException {
        assertThat(zoned(given)).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "0000-00-00", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z"})
    void aZeroDateIsNoTime(String given) throws IOException {
        assertThat(zoned(given)).isNull();
    }

    @Test
    void whatIsNotTextIsNoTime() throws IOException {
        assertThat(made("zoned(.a, $timezone)", "{}").isNull()).isTrue();
        assertThat(made("zoned(.a, $timezone)", "{\"a\": null}").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ontem", "14/05/2024", "2024-5-14", "2024-13-01", "2024-02-30", "2024-02-30 10:00:00", "2024-05-14 24:00:01",
            "2024-05-14 9:05:00", "2024-05-14 16:03:27 BRT", "2024-05-14T16:03:27-25:00", "20240514", "2024-05-1416:03:27", "2024-05-14-03:00"})
    void garbageIsRefusedAndNotGuessedAt(String given) {
        assertThatThrownBy(() -> zoned(given)).isInstanceOf(JsltException.class).hasMessageContaining("not a time");
    }

    @Test
    void anErrorQuotesNoMoreThanItsReaderNeeds() {
        assertThatThrownBy(() -> zoned("x".repeat(5000))).hasMessageContaining("x".repeat(30)).message().hasSizeLessThan(200);
    }

    // the files

    @Test
    void aMappingMayUseAnotherFileOfTheRoutes() throws IOException {
        Files.createDirectories(directory.resolve("shop"));
        Files.writeString(directory.resolve("shop/buyer.jslt"), "{\"total\": plus(.a, \"0.20\")}");

        assertThat(made("import \"shop/buyer.jslt\" as buyer buyer(.)", "{\"a\": \"0.10\"}")).hasToString("{\"total\":0.30}");
    }

    @Test
    void aMappingCannotReachOutOfTheRoutes() {
        assertThatThrownBy(() -> mappings.apply("../secret.jslt", Json.parse("{}"), Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileIsReadAgainOnlyWhereTheDirectoryIsWatched() throws IOException {
        Path file = Files.writeString(directory.resolve("a.jslt"), "1");
        Mappings watching = new Mappings(new RoutesDirectory(directory, true));
        JsonNode nothing = Json.parse("{}");
        assertThat(mappings.apply("a.jslt", nothing, Map.of())).hasToString("1");
        assertThat(watching.apply("a.jslt", nothing, Map.of())).hasToString("1");

        Files.writeString(file, "2");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));

        assertThat(mappings.apply("a.jslt", nothing, Map.of())).hasToString("1");
        assertThat(watching.apply("a.jslt", nothing, Map.of())).hasToString("2");
    }

    @Test
    void emptyListsAndNullsStayWhereTheMappingPutThem() throws IOException {
        assertThat(made("{\"orders\": [], \"next\": null}", "{}")).hasToString("{\"orders\":[],\"next\":null}");
    }

    private String zoned(String text) throws IOException {
        return made("zoned(.a, $timezone)", Json.mapper().createObjectNode().put("a", text).toString()).textValue();
    }

    private JsonNode made(String jslt, String input) throws IOException {
        String file = "m" + Integer.toHexString(jslt.hashCode()) + ".jslt";
        Files.writeString(directory.resolve(file), jslt);
        return mappings.apply(file, Json.parse(input), Map.of("timezone", new TextNode("-03:00")));
    }
}
