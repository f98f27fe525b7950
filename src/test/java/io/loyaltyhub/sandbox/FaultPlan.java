package io.loyaltyhub.sandbox;

import io.loyaltyhub.sandbox.kit.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** What is to go wrong, and with which calls. Poisoned orders are apart and act always. Hooks run before the call they match is answered. */
final class FaultPlan {

    private final Plan<TrayCall, Fault> plan = new Plan<>();
    private final Map<Long, Poison> poisoned = new LinkedHashMap<>();

    void fail(Predicate<TrayCall> calls, int times, Fault fault) {
        plan.fail(calls, times, fault);
    }

    void hook(Predicate<TrayCall> calls, Runnable action) {
        plan.watch(calls, action);
    }

    synchronized void poison(long orderId, Poison poison) {
        poisoned.put(orderId, poison);
    }

    synchronized void heal(long orderId) {
        poisoned.remove(orderId);
    }

    synchronized void clear() {
        plan.clear();
        poisoned.clear();
    }

    TrayAnswer answer(TrayCall call, Function<TrayCall, TrayAnswer> shop) {
        plan.watching(call).forEach(Runnable::run);
        Function<TrayCall, TrayAnswer> way = shop;
        for (Map.Entry<Long, Poison> entry : poisons().entrySet()) {
            Function<TrayCall, TrayAnswer> inner = way;
            Fault poison = Fault.poison(entry.getKey(), entry.getValue());
            way = next -> poison.answer(next, inner);
        }
        Fault fault = plan.next(call);
        return fault == null ? way.apply(call) : fault.answer(call, way);
    }

    private synchronized Map<Long, Poison> poisons() {
        return Map.copyOf(poisoned);
    }
}
