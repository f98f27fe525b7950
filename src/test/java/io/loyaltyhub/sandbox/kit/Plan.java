package io.loyaltyhub.sandbox.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is to go wrong, and with which calls. Faults wait in line: of those that match a call the oldest acts, and is used up
 * before the next one. Whoever watches a call is asked before it is answered.
 *
 * @param <C> calls
 * @param <F> what can be wrong with them
 */
public final class Plan<C, F> {

    private static final class Planned<C, F> {
        final Predicate<C> calls;
        final F fault;
        int left;

        Planned(Predicate<C> calls, int times, F fault) {
            this.calls = calls;
            this.left = times;
            this.fault = fault;
        }
    }

    private record Watch<C>(Predicate<C> calls, Runnable action) {
    }

    private final List<Planned<C, F>> planned = new ArrayList<>();
    private final List<Watch<C>> watches = new ArrayList<>();

    public synchronized void fail(Predicate<C> calls, int times, F fault) {
        planned.add(new Planned<>(calls, times, fault));
    }

    public synchronized void watch(Predicate<C> calls, Runnable action) {
        watches.add(new Watch<>(calls, action));
    }

    public synchronized void clear() {
        planned.clear();
        watches.clear();
    }

    /** Null where nothing is to go wrong. */
    public synchronized F next(C call) {
        for (Planned<C, F> candidate : planned) {
            if (candidate.calls.test(call)) {
                if (--candidate.left <= 0) {
                    planned.remove(candidate);
                }
                return candidate.fault;
            }
        }
        return null;
    }

    public synchronized List<Runnable> watching(C call) {
        return watches.stream().filter(watch -> watch.calls.test(call)).map(Watch::action).toList();
    }
}
