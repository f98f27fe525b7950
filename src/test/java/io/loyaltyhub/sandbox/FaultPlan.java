package io.loyaltyhub.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is to go wrong, and with which calls. Faults wait in line: of those that match a call the oldest acts, and is used up
 * before the next one. Poisoned orders are apart and act always. Hooks run before the call they match is answered.
 */
final class FaultPlan {

    private static final class Planned {
        final Predicate<TrayCall> calls;
        final Fault fault;
        int left;

        Planned(Predicate<TrayCall> calls, int times, Fault fault) {
            this.calls = calls;
            this.left = times;
            this.fault = fault;
        }
    }

    private record Hook(Predicate<TrayCall> calls, Runnable action) {
    }

    private final List<Planned> planned = new ArrayList<>();
    private final List<Hook> hooks = new ArrayList<>();
    private final Map<Long, Poison> poisoned = new LinkedHashMap<>();

    synchronized void fail(Predicate<TrayCall> calls, int times, Fault fault) {
        planned.add(new Planned(calls, times, fault));
    }

    synchronized void hook(Predicate<TrayCall> calls, Runnable action) {
        hooks.add(new Hook(calls, action));
    }

    synchronized void poison(long orderId, Poison poison) {
        poisoned.put(orderId, poison);
    }

    synchronized void heal(long orderId) {
        poisoned.remove(orderId);
    }

    synchronized void clear() {
        planned.clear();
        hooks.clear();
        poisoned.clear();
    }

    TrayAnswer answer(TrayCall call, Function<TrayCall, TrayAnswer> shop) {
        hooksFor(call).forEach(Runnable::run);
        Function<TrayCall, TrayAnswer> way = shop;
        for (Map.Entry<Long, Poison> entry : poisons().entrySet()) {
            Function<TrayCall, TrayAnswer> inner = way;
            Fault poison = Fault.poison(entry.getKey(), entry.getValue());
            way = next -> poison.answer(next, inner);
        }
        Fault fault = next(call);
        return fault == null ? way.apply(call) : fault.answer(call, way);
    }

    private synchronized Fault next(TrayCall call) {
        for (Planned candidate : planned) {
            if (candidate.calls.test(call)) {
                if (--candidate.left <= 0) {
                    planned.remove(candidate);
                }
                return candidate.fault;
            }
        }
        return null;
    }

    private synchronized List<Runnable> hooksFor(TrayCall call) {
        return hooks.stream().filter(hook -> hook.calls.test(call)).map(Hook::action).toList();
    }

    private synchronized Map<Long, Poison> poisons() {
        return Map.copyOf(poisoned);
    }
}
