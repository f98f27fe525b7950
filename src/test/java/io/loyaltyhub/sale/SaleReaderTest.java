package io.loyaltyhub.sale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.json.Json;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaleReaderTest {

    @Test
    void aSaleKeepsWhatTheMappingSaid() {
        Sale sale = SaleReader.read(sale());

        assertThat(sale.id()).isEqualTo("80412");
        assertThat(sale.number()).isEqualTo("80412");
        assertThat(sale.status()).isEqualTo(new Sale.Status("1", "A ENVIAR"));
        assertThat(sale.placedAt()).isEqualTo(OffsetDateTime.parse("2024-05-14T15:58:40-03:00"));
        assertThat(sale.customer().document()).isEqualTo("52998224725");
        assertThat(sale.items()).containsExactly(new Sale.Item("CAM-01", "Camiseta", new BigDecimal("2"), new BigDecimal("75.00")));
        assertThat(sale.amounts().goods()).isEqualTo(new BigDecimal("225.00"));
        assertThat(sale.amounts().refunded()).isEqualTo(new BigDecimal("0.00"));
        assertThat(sale.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "\"80412\"", "80412"})
    void whatIsNoObjectIsNoSale(String json) {
        assertUnreadable(Json.parse(json), "sale", "is not an object");
        assertUnreadable(null, "sale", "is not an object");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /id             | null                    | id               | is missing
            /id             | "  "                    | id               | is missing
            /id             | "\\u0000"               | id               | is missing
            /id             | {"value": "80412"}      | id               | is missing
            /status         | {}                      | status.id        | is missing
            /status         | "A ENVIAR"              | status.id        | is missing
            /placedAt       | "2024-05-14 15:58:40"   | placedAt         | is not a time with offset: 2024-05-14 15:58:40
            /updatedAt      | "ontem"                 | updatedAt        | is not a time with offset: ontem
            /updatedAt      | 1715713407              | updatedAt        | is not a time with offset: 1715713407
            /amounts        | null                    | amounts.goods    | is missing
            /amounts/goods  | null                    | amounts.goods    | is missing
            /amounts/total  | null                    | amounts.total    | is missing
            /amounts/total  | "244.90"                | amounts.total    | is not a number: 244.90
            /amounts/goods  | true                    | amounts.goods    | is not a number: true
            /amounts/goods  | 1000000000.00           | amounts.goods    | is too large: 1000000000.00
            /amounts/refunded | -1000000000           | amounts.refunded | is too large: -1000000000
            /amounts/total  | 1e999999999             | amounts.total    | is too large: 1E+999999999
            /amounts/total  | 1e-999999999            | amounts.total    | has too many decimals: 1E-999999999
            /items/0/quantity  | "2"                  | items[0].quantity  | is not a number: 2
            /items/0/quantity  | 1e-999999999         | items[0].quantity  | has too many decimals: 1E-999999999
            /items/0/unitPrice | 1e12                 | items[0].unitPrice | is too large: 1E+12
            """)
    void anOrderThatCannotBeReadSaysWhichFieldIsToBlame(String pointer, String value, String field, String problem) {
        assertUnreadable(with(pointer, value), field, problem);
    }

    @Test
    void anIdMayHaveAHundredCharactersAndNotOneMore() {
        assertThat(SaleReader.read(with("/id", '"' + "9".repeat(100) + '"')).id()).hasSize(100);
        assertUnreadable(with("/id", '"' + "9".repeat(101) + '"'), "id", "is longer than 100 characters");
    }

    @Test
    void anErrorQuotesNoMoreThanItsReaderNeeds() {
        assertThatThrownBy(() -> SaleReader.read(with("/placedAt", '"' + "x".repeat(5000) + '"')))
                .hasMessage("placedAt is not a time with offset: " + "x".repeat(40) + "…");
    }

    @Test
    void anErrorQuotesNothingThatCannotBeStored() {
        assertUnreadable(with("/amounts/total", "\"1\\u0000\\n2\""), "amounts.total", "is not a number: 1  2");
    }

    @Test
    void theLargestAmountIsStillAnAmount() {
        assertThat(SaleReader.read(with("/amounts/total", "999999999.99")).amounts().total()).isEqualTo(new BigDecimal("999999999.99"));
    }

    @ParameterizedTest
    @CsvSource({"10, 10.00", "0.005, 0.01", "0.004, 0.00", "-0.005, -0.01", "12.3456789, 12.35", "1e2, 100.00", "0.1, 0.10"})
    void moneyHasTwoDecimalsHalvesAreRoundedAwayFromZero(String given, String read) {
        assertThat(SaleReader.read(with("/amounts/goods", given)).amounts().goods()).isEqualTo(new BigDecimal(read));
    }

    @ParameterizedTest
    @CsvSource({"2.000, 2", "10, 10", "1e2, 100", "0.750, 0.75", "0, 0"})
    void aQuantityIsWrittenWithoutNeedlessZeros(String given, String read) {
        assertThat(SaleReader.read(with("/items/0/quantity", given)).items().get(0).quantity()).isEqualTo(new BigDecimal(read));
    }

    @Test
    void textsAreTrimmedLoseTheirNulsAndEndAtFiveHundredCharacters() {
        assertThat(SaleReader.read(with("/customer/name", "\"  Zo\\u0000\\u00eb \"")).customer().name()).isEqualTo("Zoë");
        assertThat(SaleReader.read(with("/customer/name", "\"\\u0000 Ana\"")).customer().name()).isEqualTo("Ana");
        assertThat(SaleReader.read(with("/customer/name", '"' + "n".repeat(501) + '"')).customer().name()).isEqualTo("n".repeat(500));
    }

    @Test
    void aTextIsNotCutInTheMiddleOfACharacter() {
        String name = SaleReader.read(with("/customer/name", '"' + "n".repeat(499) + "🌻🌻\"")).customer().name();

        assertThat(name).isEqualTo("n".repeat(499));
    }

    @Test
    void aNumberWhereATextIsExpectedIsItsDigits() {
        assertThat(SaleReader.read(with("/id", "80412")).id()).isEqualTo("80412");
        assertThat(SaleReader.read(with("/status/id", "7")).status().id()).isEqualTo("7");
    }

    @Test
    void anOrderWithoutANumberIsKnownByItsId() {
        assertThat(SaleReader.read(with("/number", "null")).number()).isEqualTo("80412");
        assertThat(SaleReader.read(with("/number", "\" \"")).number()).isEqualTo("80412");
    }

    @Test
    void aStatusWithoutAnIdIsKnownByItsName() {
        assertThat(SaleReader.read(with("/status", "{\"name\": \"Pago\"}")).status()).isEqualTo(new Sale.Status("Pago", "Pago"));
    }

    @Test
    void anInvalidDocumentIsAWarningAndAMissingOneIsNot() {
        Sale invalid = SaleReader.read(with("/customer/document", "\"529.982.247-24\""));
        assertThat(invalid.customer().document()).isNull();
        assertThat(invalid.warnings()).containsExactly(Sale.DOCUMENT_INVALID);

        for (String none : List.of("null", "\"\"", "\"ISENTO\"", "\"-\"")) {
            Sale without = SaleReader.read(with("/customer/document", none));
            assertThat(without.customer().document()).isNull();
            assertThat(without.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"Ana@Exemplo.COM.BR, ana@exemplo.com.br", "'  ana@exemplo.com ', ana@exemplo.com", "@exemplo.com, -", "ana, -"})
    void anAddressIsInLowerCaseAndHasAnAtInTheMiddle(String given, String read) {
        assertThat(customer("email", given).email()).isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"(11) 98888-7777, 11988887777", "+55 11 98888 7777, 5511988887777", "nenhum, -"})
    void aPhoneIsItsDigits(String given, String read) {
        assertThat(customer("phone", given).phone()).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-00-00", "1899-12-31", "1988-02-30", "21/03/1988", "ontem", "1988"})
    void aBirthDateThatMakesNoSenseIsNone(String given) {
        assertThat(customer("birthDate", given).birthDate()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1988-03-21", "1988-03-21 00:00:00", "1988-03-21T00:00:00-03:00"})
    void aBirthDateMayCarryATimeOfDay(String given) {
        assertThat(customer("birthDate", given).birthDate()).isEqualTo(LocalDate.of(1988, 3, 21));
    }

    @Test
    void aSaleMayKnowNothingOfItsBuyerAndItsGoods() {
        ObjectNode mapped = sale();
        mapped.remove(List.of("customer", "items", "placedAt", "updatedAt", "coupon"));

        Sale sale = SaleReader.read(mapped);

        assertThat(sale.customer()).isEqualTo(new Sale.Customer(null, null, null, null, null, null));
        assertThat(sale.items()).isEmpty();
        assertThat(sale.placedAt()).isNull();
        assertThat(sale.version()).isEqualTo("1|244.90|225.00|0.00|-");
    }

    @Test
    void theVersionChangesWithWhatMattersForPointsAndWithNothingElse() {
        String version = SaleReader.read(sale()).version();

        assertThat(SaleReader.read(with("/customer/name", "\"Outra\"")).version()).isEqualTo(version);
        assertThat(SaleReader.read(with("/updatedAt", "\"2024-05-14T19:03:27Z\"")).version()).as("the same instant").isEqualTo(version);
        assertThat(SaleReader.read(with("/amounts/total", "244.9")).version()).as("the same amount").isEqualTo(version);
        for (JsonNode changed : List.of(with("/status/id", "\"9\""), with("/amounts/total", "244.91"), with("/amounts/goods", "224.99"),
                with("/amounts/refunded", "0.01"), with("/updatedAt", "\"2024-05-14T16:03:28-03:00\""))) {
            assertThat(SaleReader.read(changed).version()).isNotEqualTo(version);
        }
    }

    private static Sale.Customer customer(String field, String value) {
        return SaleReader.customer(Json.mapper().createObjectNode().put(field, value), new ArrayList<>());
    }

    private static void assertUnreadable(JsonNode mapped, String field, String problem) {
        assertThatThrownBy(() -> SaleReader.read(mapped)).isInstanceOfSatisfying(UnreadableOrder.class, e -> {
            assertThat(e.field()).isEqualTo(field);
            assertThat(e).hasMessage(field + " " + problem);
        });
    }

    /** A readable sale with one value in it replaced. */
    private static ObjectNode with(String pointer, String json) {
        ObjectNode sale = sale();
        int last = pointer.lastIndexOf('/');
        ((ObjectNode) sale.at(pointer.substring(0, last))).set(pointer.substring(last + 1), Json.parse(json));
        return sale;
    }

    private static ObjectNode sale() {
        return (ObjectNode) Json.parse("""
                {"id": "80412", "number": "80412", "externalNumber": null, "channel": "LOJA", "branch": null,
                 "status": {"id": "1", "name": "A ENVIAR"},
                 "placedAt": "2024-05-14T15:58:40-03:00", "updatedAt": "2024-05-14T16:03:27-03:00",
                 "customer": {"id": "10231", "name": "Marina", "document": "529.982.247-25", "email": "marina@exemplo.com.br"},
                 "items": [{"sku": "CAM-01", "name": "Camiseta", "quantity": 2, "unitPrice": 75}],
                 "amounts": {"goods": 225, "shipping": 19.9, "discount": 25, "surcharge": 0, "total": 244.90},
                 "coupon": "FIDEL10"}
                """);
    }
}
