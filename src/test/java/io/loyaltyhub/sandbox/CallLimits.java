package io.loyaltyhub.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;

/** The platform's budget: so many calls in any sixty seconds and so many in a day of the shop. Off until switched on. */
final class CallLimits {

    private static final long MINUTE = 60_000;

    private final ShopClock clock;
    private final Deque<Long> lastMinute = new ArrayDeque<>();
    private boolean enforced;
    private int perMinute = 180;
    private int perDay = 10_000;
    private Integer retryAfter;
    private String day = "";
    private int today;

    CallLimits(ShopClock clock) {
        this.clock = clock;
    }

    synchronized void enforce(boolean on) {
        enforced = on;
    }

    synchronized void set(int minute, int wholeDay) {
        perMinute = minute;
        perDay = wholeDay;
    }

    synchronized void retryAfter(Integer seconds) {
        retryAfter = seconds;
    }

    /** The platform sends no header of the kind; null unless a test wants one. */
    synchronized Integer retryAfter() {
        return retryAfter;
    }

    synchronized void reset() {
        lastMinute.clear();
        today = 0;
    }

    /** Refused calls do not count: a client that waits a minute gets through. */
    synchronized boolean admits() {
        if (!enforced) {
            return true;
        }
        long now = clock.clock().millis();
        while (!lastMinute.isEmpty() && lastMinute.peekFirst() <= now - MINUTE) {
            lastMinute.removeFirst();
        }
        String currentDay = ShopClock.day(clock.now());
        if (!currentDay.equals(day)) {
            day = currentDay;
            today = 0;
        }
        if (lastMinute.size() >= perMinute || today >= perDay) {
            return false;
        }
        lastMinute.addLast(now);
        today++;
        return true;
    }
}
