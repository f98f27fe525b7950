package io.loyaltyhub.sandbox.kit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts calls over sliding windows. In the machine's time and not the shop's: whoever calls keeps its pace by that, even where a
 * test lets the shop's clock stand still.
 */
final class CallBudget {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final long DAY = Duration.ofDays(1).toNanos();

    private final Deque<Long> admitted = new ArrayDeque<>();
    private Limits limits = Limits.none();
    private int exceeded;
    private long passed;

    synchronized void set(Limits wanted) {
        limits = wanted;
    }

    /** Refused calls do not count: a client that waits gets through. */
    synchronized boolean admits() {
        long now = System.nanoTime() + passed;
        while (!admitted.isEmpty() && admitted.peekFirst() <= now - DAY) {
            admitted.removeFirst();
        }
        if (full(limits.perSecond(), now - SECOND) || full(limits.perMinute(), now - MINUTE) || full(limits.perDay(), now - DAY)) {
            exceeded++;
            return false;
        }
        admitted.addLast(now);
        return true;
    }

    /** As if so much more time had gone by. */
    synchronized void pass(Duration time) {
        passed += time.toNanos();
    }

    synchronized int exceeded() {
        return exceeded;
    }

    synchronized void reset() {
        admitted.clear();
        exceeded = 0;
    }

    private boolean full(int limit, long after) {
        return limit > 0 && admitted.stream().filter(call -> call > after).count() >= limit;
    }
}
