package io.loyaltyhub.sandbox;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Counts every call that arrives, refused ones included, and remembers the newest in full. */
final class CallLog {

    private static final int REMEMBERED = 500;
    private static final long MINUTE = 60_000;

    private final Clock clock;
    private final Map<String, Integer> byPath = new HashMap<>();
    private final Deque<TrayCall> newest = new ArrayDeque<>();
    private final Deque<Long> lastMinute = new ArrayDeque<>();
    private int busiestMinute;

    CallLog(Clock clock) {
        this.clock = clock;
    }

    synchronized void record(TrayCall call) {
        byPath.merge(call.path(), 1, Integer::sum);
        newest.addLast(call);
        if (newest.size() > REMEMBERED) {
            newest.removeFirst();
        }
        long now = clock.millis();
        while (!lastMinute.isEmpty() && lastMinute.peekFirst() <= now - MINUTE) {
            lastMinute.removeFirst();
        }
        lastMinute.addLast(now);
        busiestMinute = Math.max(busiestMinute, lastMinute.size());
    }

    synchronized int count(String pattern) {
        Predicate<String> wanted = CallPattern.path(pattern);
        return byPath.entrySet().stream().filter(entry -> wanted.test(entry.getKey())).mapToInt(Map.Entry::getValue).sum();
    }

    synchronized int busiestMinute() {
        return busiestMinute;
    }

    synchronized List<TrayCall> newest() {
        return List.copyOf(newest);
    }

    synchronized void reset() {
        byPath.clear();
        newest.clear();
        lastMinute.clear();
        busiestMinute = 0;
    }
}
