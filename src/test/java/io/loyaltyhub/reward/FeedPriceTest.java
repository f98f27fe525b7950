package io.loyaltyhub.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedPriceTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "99.00 BRL | 99.00", "49.9 BRL | 49.90", "99 BRL | 99.00", "R$ 71,37 | 71.37", "R$149.90 | 149.90", "1.299,90 | 1299.90",
        "R$ 1.299,90 | 1299.90", "1,299.90 | 1299.90", "\"\n  12.3\n  BRL\n\" | 12.30", "25 | 25.00", "R$ 1.299 | 1299.00", "1.299 BRL | 1299.00",
        "1.234.567,8 | 1234567.80", "brl 10.00 | 10.00", "R$ 5,5 | 5.50", "\"R$\u00a071,37\" | 71.37",
        "R$ 1.299,90. | 1299.90", "99,90. | 99.90", "1.299., | 1299.00", "99, | 99.00", "999999999999.99 BRL | 999999999999.99",
        "R$ 0.000.000.000.099,90 | 99.90"})
    void pricesAreReadAsShopsWriteThem(String text, BigDecimal amount) {
        assertThat(FeedPrice.parse(text)).isEqualTo(new FeedPrice(amount, "BRL"));
    }

    @Test
    void anotherCurrencyIsSaid() {
        assertThat(FeedPrice.parse("10.00 USD").currency()).isEqualTo("USD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "0 BRL", "R$ 0,00"})
    void nothingAndZeroAreNoPrice(String text) {
        assertThatThrownBy(() -> FeedPrice.parse(text)).isInstanceOf(FeedPrice.Missing.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sob consulta", "-5.00 BRL", "12e3", "10.00 a 20.00", "NaN", "1.299,90,00", ".", "R$ ,", "7890000000017 BRL", "7890000000017",
        "7890000000017.00 BRL", "999999999999,995"})
    void whatIsNoNumberIsNoPriceEither(String text) {
        assertThatThrownBy(() -> FeedPrice.parse(text)).isInstanceOf(FeedPrice.Unreadable.class);
    }
}
