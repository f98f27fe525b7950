package io.loyaltyhub.support;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** For properties that take minutes: they run with {@code mvn -Pheavy} and are skipped otherwise. */
public final class OnlyWhenHeavy implements SkipExecutionHook {

    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        return Boolean.getBoolean("heavy") ? SkipResult.doNotSkip() : SkipResult.skip("takes minutes; mvn -Pheavy runs it");
    }
}
