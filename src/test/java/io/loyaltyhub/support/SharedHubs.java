package io.loyaltyhub.support;

import io.loyaltyhub.route.RoutesCopy;
import java.util.HashMap;
import java.util.Map;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Hubs that classes of tests share, each with its database, until this JVM has run all of its tests: to start one takes a processor two
 * seconds. Who uses one works with merchants of its own, and takes nothing for granted of the others.
 */
public final class SharedHubs implements LauncherSessionListener {

    private static final Map<String, RunningHub> HUBS = new HashMap<>();

    /**
     * The one for whoever wants nothing in particular: all platforms, nobody waits for a call's turn, and a failed poll is not repeated
     * behind a test's back, only by asking or after half a minute.
     */
    public static RunningHub usual() {
        return get("usual", Usual.PROPERTIES);
    }

    /** For a hub of one's own that is like it. */
    public static Map<String, Object> usualProperties() {
        return new HashMap<>(Usual.PROPERTIES);
    }

    /** The routes are copied once, and only in a JVM that has a use for them. */
    private static final class Usual {

        private static final Map<String, Object> PROPERTIES = Map.of("hub.routes-dir", RoutesCopy.withoutLimits(), "hub.poll.postponement", "PT30S",
                "hub.public-url", "https://pontos.exemplo.com.br", "hub.coupon.retry-delay", "PT0.2S");
    }

    /** @param name one for each set of properties */
    public static synchronized RunningHub get(String name, Map<String, ?> properties) {
        RunningHub kept = HUBS.get(name);
        if (kept != null) {
            kept.startClocks();
        }
        return HUBS.computeIfAbsent(name, missing -> {
            Map<String, Object> named = new HashMap<>(properties);
            // The clocks of hubs that are called the same are one, and stop with the first hub that is closed.
            named.put("camel.main.name", name);
            return RunningHub.start(TestDatabase.create(), named);
        });
    }

    /** After the last test of a class: one that is shared rests until another class asks for it, any other is closed. */
    public static synchronized void leave(RunningHub hub) {
        if (HUBS.containsValue(hub)) {
            hub.stopClocks();
        } else {
            hub.close();
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        synchronized (SharedHubs.class) {
            HUBS.values().forEach(RunningHub::close);
            HUBS.clear();
        }
    }
}
