package io.loyaltyhub.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DifferenceTest {

    @Test
    void equalTextsDoNotDiffer() {
        assertThat(Difference.between("a\nb", "a\nb")).isEmpty();
    }

    @Test
    void whatWasExpectedStandsBeforeWhatWasMadeAndWhatIsFarAwayIsLeftOut() {
        assertThat(Difference.between("1\n2\n3\n4\n5\n\"total\": 100.00\n7", "1\n2\n3\n4\n5\n\"total\": 100.01\n7")).isEqualTo("""
                  …
                  3
                  4
                  5
                - "total": 100.00
                + "total": 100.01
                  7
                """);
    }

    @Test
    void aLineMoreOrLessIsOneLineOfDifference() {
        assertThat(Difference.between("a\nc", "a\nb\nc")).isEqualTo("  a\n+ b\n  c\n");
        assertThat(Difference.between("a\nb\nc", "a\nc")).isEqualTo("  a\n- b\n  c\n");
    }
}
