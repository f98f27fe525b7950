package io.loyaltyhub.sandbox.kit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** Every call that arrived, refused ones included. */
final class Calls {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final List<Call> all = new ArrayList<>();
    private final Deque<Long> lastMinute = new ArrayDeque<>();
    private int busiestMinute;

    synchronized void record(Call call) {
        all.add(call);
        long now = System.nanoTime();
        while (!lastMinute.isEmpty() && lastMinute.peekFirst() <= now - MINUTE) {
            lastMinute.removeFirst();
        }
        lastMinute.addLast(now);
        busiestMinute = Math.max(busiestMinute, lastMinute.size());
    }

    synchronized int count(Predicate<Call> calls) {
        return (int) all.stream().filter(calls).count();
    }

    synchronized int busiestMinute() {
        return busiestMinute;
    }

    synchronized List<Call> all() {
        return List.copyOf(all);
    }

    synchronized void reset() {
        all.clear();
        lastMinute.clear();
        busiestMinute = 0;
    }
}
