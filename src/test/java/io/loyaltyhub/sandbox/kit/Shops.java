package io.loyaltyhub.sandbox.kit;

import java.lang.reflect.InvocationTargetException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.util.ClassUtils;

/** The stand-ins that there are: every concrete shop below {@code io.loyaltyhub.sandbox}, and no list of them. */
public final class Shops {

    private static final String STAND_INS = "io.loyaltyhub.sandbox";

    /** {@code -Dshop=TinyV2Shop}: only this one, while one works on it. */
    private static final String ONLY = System.getProperty("shop");

    private Shops() {
    }

    /** By name. The kit's own, which stand for no platform, are left out. */
    public static List<Class<? extends Shop>> all() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(Shop.class));
        return scanner.findCandidateComponents(STAND_INS).stream()
                .<Class<? extends Shop>>map(found -> ClassUtils.resolveClassName(found.getBeanClassName(), Shop.class.getClassLoader())
                        .asSubclass(Shop.class))
                .filter(type -> !type.getPackageName().equals(Shops.class.getPackageName()))
                .filter(type -> ONLY == null || type.getSimpleName().equals(ONLY))
                .sorted(Comparator.comparing(Class::getSimpleName))
                .toList();
    }

    /** One of them, started, by its constructor without parameters. */
    public static Shop open(Class<? extends Shop> type) {
        return made(type, new Class<?>[0]);
    }

    /** The same on a clock of the test's own. */
    public static Shop open(Class<? extends Shop> type, Clock clock) {
        return made(type, new Class<?>[] {Clock.class}, clock);
    }

    private static Shop made(Class<? extends Shop> type, Class<?>[] parameters, Object... values) {
        try {
            return type.getConstructor(parameters).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(type.getName() + " does not start", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " needs public constructors, one without parameters and one with a clock", e);
        }
    }
}
