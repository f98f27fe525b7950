package io.loyaltyhub.sandbox;

import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The shop's wall clock: Brasília, -03:00, to the second and without saying so, as the platform writes its dates. Instants
 * are kept as seconds of that wall clock since 1970, which makes a filter by day two comparisons.
 */
final class ShopClock {

    static final ZoneOffset BRASILIA = ZoneOffset.ofHours(-3);
    private static final long DAY = 86_400;

    private final Clock clock;

    ShopClock(Clock clock) {
        this.clock = clock.withZone(BRASILIA);
    }

    Clock clock() {
        return clock;
    }

    long now() {
        return seconds(LocalDateTime.now(clock));
    }

    static long seconds(LocalDateTime wallTime) {
        return wallTime.toEpochSecond(ZoneOffset.UTC);
    }

    static LocalDateTime wallTime(long seconds) {
        return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    }

    static long startOf(LocalDate day) {
        return day.toEpochDay() * DAY;
    }

    static long startOfNext(LocalDate day) {
        return (day.toEpochDay() + 1) * DAY;
    }

    /** {@code 2024-05-14}. */
    static String day(long seconds) {
        return LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY)).toString();
    }

    /** {@code 15:58:40}. */
    static String hour(long seconds) {
        int ofDay = (int) Math.floorMod(seconds, DAY);
        StringBuilder text = new StringBuilder(8);
        twoDigits(text, ofDay / 3600).append(':');
        twoDigits(text, ofDay / 60 % 60).append(':');
        return twoDigits(text, ofDay % 60).toString();
    }

    /** {@code 2024-05-14 15:58:40}. */
    static String stamp(long seconds) {
        return day(seconds) + ' ' + hour(seconds);
    }

    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
