package io.loyaltyhub.sale;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.sandbox.BrazilianDocuments;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {

    @ParameterizedTest
    @CsvSource({
            "52998224725, 52998224725",
            "529.982.247-25, 52998224725",
            "' 529 982 247/25 ', 52998224725",
            "01234567890, 01234567890",
            "11222333000181, 11222333000181",
            "11.222.333/0001-81, 11222333000181",
            "CPF: 529.982.247-25, 52998224725"})
    void aValidNumberIsItsDigitsHoweverItIsWritten(String written, String digits) {
        assertThat(Document.valid(written)).isEqualTo(digits);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"52998224724", "52998224735", "11222333000180", "11222333000191", "5299822472", "529982247250", "1122233300018",
            "112223330001811", "ISENTO", "-", "٥٢٩٩٨٢٢٤٧٢٥", "123.456.789-00"})
    void whatHasWrongCheckDigitsOrAnotherLengthIsNoDocument(String written) {
        assertThat(Document.valid(written)).isNull();
    }

    @Test
    void aNumberOfOneDigitRepeatedIsNoDocumentThoughItsCheckDigitsAreRight() {
        for (char digit = '0'; digit <= '9'; digit++) {
            assertThat(Document.valid(String.valueOf(digit).repeat(11))).isNull();
            assertThat(Document.valid(String.valueOf(digit).repeat(14))).isNull();
        }
    }

    @Property
    void everyNumberWithItsCheckDigitsIsValid(@ForAll @LongRange(min = 0, max = 999_999) long index) {
        String cpf = BrazilianDocuments.cpf(index);
        String cnpj = BrazilianDocuments.cnpj(index);

        assertThat(Document.valid(cpf)).isEqualTo(cpf);
        assertThat(Document.valid(BrazilianDocuments.punctuated(cpf))).isEqualTo(cpf);
        assertThat(Document.valid(cnpj)).isEqualTo(cnpj);
    }

    /** Remainders 0 and 1 share the check digit 0, which is the one gap in the scheme; see the example below. */
    @Property
    void oneWrongDigitIsNoticedUnlessTheFirstCheckDigitIsZero(@ForAll @LongRange(min = 0, max = 999_999) long index, @ForAll boolean company,
            @ForAll @IntRange(min = 0, max = 13) int position, @ForAll @IntRange(min = 1, max = 9) int by) {
        String valid = company ? BrazilianDocuments.cnpj(index) : BrazilianDocuments.cpf(index);
        Assume.that(position < valid.length() && valid.charAt(valid.length() - 2) != '0');

        assertThat(Document.valid(withDigitChanged(valid, position, by))).isNull();
    }

    @Test
    void twoNumbersThatDifferInOneDigitMayBothBeValidWhereTheirCheckDigitsAreZero() {
        String cpf = "00010009000";

        assertThat(Document.valid(cpf)).isEqualTo(cpf);
        assertThat(Document.valid(withDigitChanged(cpf, 5, 2))).isNotNull();
    }

    private static String withDigitChanged(String digits, int position, int by) {
        char changed = (char) ('0' + (digits.charAt(position) - '0' + by) % 10);
        return digits.substring(0, position) + changed + digits.substring(position + 1);
    }
}
