package io.loyaltyhub.platforms;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;

import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Shops;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;

/** One hub for the class, and every platform's stand-in in turn: seen from the outside, with the API on the other side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EveryPlatform {

    RunningHub hub;

    static Stream<Named<Class<? extends Shop>>> shops() {
        return Shops.all().stream().map(type -> Named.of(type.getSimpleName(), type));
    }

    @BeforeAll
    void startHub() {
        // A failed poll is repeated when a test asks for it, and nobody waits for a silent shop for long.
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.poll.postponement", "PT30S", "hub.http.response-timeout", "500",
                "hub.http.answer-timeout", "PT1S"));
    }

    @AfterAll
    void stopHub() {
        hub.close();
    }

    @AfterEach
    void theLedgerIsCoherent() {
        assertLedgerCoherent(hub);
    }
}
