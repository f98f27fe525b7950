package io.loyaltyhub.sandbox.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What is to go wrong, and with which calls: of those that match a call the oldest acts, and is used up before the next one. */
final class TroublePlan {

    private static final class Planned {
        final Predicate<Call> calls;
        final Trouble trouble;
        int left;

        Planned(Predicate<Call> calls, int times, Trouble trouble) {
            this.calls = calls;
            this.left = times;
            this.trouble = trouble;
        }
    }

    private record Watch(Predicate<Call> calls, Runnable action) {
    }

    private final List<Planned> planned = new ArrayList<>();
    private final List<Watch> watches = new ArrayList<>();

    synchronized void fail(Predicate<Call> calls, int times, Trouble trouble) {
        planned.add(new Planned(calls, times, trouble));
    }

    synchronized void watch(Predicate<Call> calls, Runnable action) {
        watches.add(new Watch(calls, action));
    }

    synchronized void clear() {
        planned.clear();
        watches.clear();
    }

    /** Null where nothing is to go wrong. */
    synchronized Trouble next(Call call) {
        for (Planned candidate : planned) {
            if (candidate.calls.test(call)) {
                if (--candidate.left <= 0) {
                    planned.remove(candidate);
                }
                return candidate.trouble;
            }
        }
        return null;
    }

    synchronized List<Runnable> watching(Call call) {
        return watches.stream().filter(watch -> watch.calls.test(call)).map(Watch::action).toList();
    }
}
