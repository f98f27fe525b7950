package io.loyaltyhub.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What a page of a window is asked for with. */
class WindowTest {

    private static final Instant BEGUN = Instant.parse("2026-11-01T12:00:00Z");

    @Test
    void aWindowThatTakesDaysToReadLosesNoOrderToTheDaysThatPass() {
        assertThat(window(BEGUN).untilDay()).isEqualTo("2026-11-02");
        assertThat(window(Instant.parse("2026-11-03T12:00:00Z")).untilDay()).as("of a page that is asked for on the 3rd").isEqualTo("2026-11-04");
    }

    @Test
    void mappingsSeeWhenTheWindowWasBegunOnWhateverDayItsPagesAreAskedFor() {
        assertThat(window(Instant.parse("2026-11-03T12:00:00Z")).tree().get("now").asText()).isEqualTo("2026-11-01 12:00:00");
    }

    private static Window window(Instant asked) {
        return new Window(Instant.parse("2025-11-01T12:00:00Z"), BEGUN, asked, ZoneOffset.ofHours(-3), "201", 50, false);
    }
}
