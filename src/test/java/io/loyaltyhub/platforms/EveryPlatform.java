package io.loyaltyhub.platforms;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;

import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import io.loyaltyhub.support.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;

/**
 * A hub for all classes that want it as it is, one of their own for the others, and every platform's stand-in in turn: seen from the
 * outside, with the API on the other side.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EveryPlatform {

    private static final Map<String, Object> USUAL = usual();

    RunningHub hub;

    static Stream<Named<Class<? extends Shop>>> shops() {
        return Shops.all().stream().map(type -> Named.of(type.getSimpleName(), type));
    }

    /** A class that names others has a hub of its own. */
    Map<String, Object> properties() {
        return USUAL;
    }

    /** Nobody waits for a silent shop for long, and none of the platforms' limits are ever met: both cost time. */
    private static Map<String, Object> usual() {
        return Map.of("hub.http.response-timeout", "500", "hub.http.answer-timeout", "PT1S", "hub.routes-dir", RoutesCopy.withoutLimits());
    }

    @BeforeAll
    void startHub() {
        // A failed poll is repeated when a test asks for it, and not before.
        Map<String, Object> properties = new HashMap<>(Map.of("hub.poll.postponement", "PT30S"));
        properties.putAll(properties());
        hub = properties() != USUAL ? RunningHub.start(TestDatabase.create(), properties) : SharedHubs.get("platforms", properties);
    }

    @AfterAll
    void stopHub() {
        SharedHubs.leave(hub);
    }

    @AfterEach
    void theLedgerIsCoherent() {
        assertLedgerCoherent(hub);
    }
}
