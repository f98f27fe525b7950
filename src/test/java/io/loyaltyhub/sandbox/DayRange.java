package io.loyaltyhub.sandbox;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** The platform's only notion of time in a filter: a day, or {@code first,last}, both included. A time of day is refused. */
record DayRange(long from, long before) {

    static DayRange parse(String name, String text) {
        if (text == null) {
            return null;
        }
        String[] days = text.split(",", -1);
        if (days.length > 2) {
            throw new TrayRefusal(400, name + ": more than two dates");
        }
        try {
            LocalDate first = LocalDate.parse(days[0]);
            LocalDate last = LocalDate.parse(days[days.length - 1]);
            return new DayRange(ShopClock.startOf(first), ShopClock.startOfNext(last));
        } catch (DateTimeParseException notADay) {
            throw new TrayRefusal(400, name + ": expected YYYY-MM-DD or YYYY-MM-DD,YYYY-MM-DD");
        }
    }

    boolean contains(long instant) {
        return instant >= from && instant < before;
    }
}
