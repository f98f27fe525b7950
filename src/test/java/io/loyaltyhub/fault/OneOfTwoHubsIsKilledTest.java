package io.loyaltyhub.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** Two hubs share four shops on one database; what happens to one of them is made good by the other. */
@ExtendWith(OutputCaptureExtension.class)
class OneOfTwoHubsIsKilledTest {

    private static final Logger LOG = LoggerFactory.getLogger(OneOfTwoHubsIsKilledTest.class);
    private static final int SHOPS = 4;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private final long seed = System.nanoTime();
    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final DatabaseTrap trap = new DatabaseTrap(database);
    private final List<ForkedHub> hubs = new ArrayList<>();
    private final Map<BusyShop, Programme> programmes = new LinkedHashMap<>();
    /** The one that nobody kills: it needs no process of its own. */
    private RunningHub steady;

    @BeforeEach
    void openShops() throws Exception {
        LOG.info("seed {}", seed);
        BriskRoutes.into(home.resolve("routes"));
        BriskRoutes.withoutTick(home.resolve("routes-without-tick"));
        try (RunningHub first = RunningHub.start(database, properties("routes-without-tick"))) {
            for (int i = 0; i < SHOPS; i++) {
                BusyShop shop = new BusyShop(seed + i);
                programmes.put(shop, first.programme(shop.tray(), Map.of("pollInterval", "PT1S")));
            }
        }
        trap.lay();
        programmes.keySet().forEach(shop -> {
            shop.fill(120, 40);
            shop.open(Duration.ofMillis(100), 4);
        });
    }

    @AfterEach
    void leaveNothingBehind() {
        hubs.forEach(ForkedHub::kill);
        if (steady != null) {
            steady.close();
        }
        programmes.keySet().forEach(BusyShop::close);
    }

    @Test
    void theOtherTakesOverWhatAKilledHubWasDoing(CapturedOutput output) {
        SplittableRandom random = new SplittableRandom(seed);
        steady = RunningHub.start(database, properties("routes"));
        // Two of the three, others each time; all of them where there is time.
        boolean all = Boolean.getBoolean("heavy");
        int first = all ? 0 : random.nextInt(2);
        int end = all ? 3 : first + 2;
        for (int kill = first; kill < end; kill++) {
            ForkedHub victim = launch();
            awaitClaimOf(victim);
            switch (kill) {
                case 0 -> trap.springWhilePosting(victim);
                case 1 -> trap.springWhileCommitting(victim);
                default -> {
                    pause(random.nextInt(800));
                    victim.kill();
                }
            }
            trap.letClaimsOnTokensEnd();
            LOG.info("killed {}", victim.name());
        }
        closeBooks(output);
    }

    @Test
    void aHubThatSleptThroughItsClaimWritesNothing(CapturedOutput output) {
        ForkedHub sleeper = launch();
        steady = RunningHub.start(database, properties("routes"));
        Map.Entry<BusyShop, Programme> one = freezeWithinAPage(sleeper);
        UUID integration = UUID.fromString(one.getValue().integration());
        await().atMost(ForkedHub.PATIENCE).until(() -> owner(integration).startsWith(ProcessHandle.current().pid() + "-"));

        sleeper.signal("CONT");

        await().atMost(ForkedHub.PATIENCE).until(() -> sleeper.said().contains("the claim is gone: tray " + integration));
        sleeper.kill();
        closeBooks(output);
    }

    /** Stops the hub's process while it reads the orders of some shop's page, outside of any transaction. */
    private Map.Entry<BusyShop, Programme> freezeWithinAPage(ForkedHub hub) {
        List<Map.Entry<BusyShop, Programme>> frozen = new ArrayList<>();
        programmes.entrySet().forEach(entry -> entry.getKey().tray().onCall("/orders/*/complete", () -> {
            synchronized (frozen) {
                if (frozen.isEmpty() && owner(UUID.fromString(entry.getValue().integration())).startsWith(hub.pid() + "-")) {
                    hub.signal("STOP");
                    frozen.add(entry);
                }
            }
        }));
        await().atMost(ForkedHub.PATIENCE).until(() -> {
            synchronized (frozen) {
                return !frozen.isEmpty();
            }
        });
        programmes.keySet().forEach(shop -> shop.tray().clearFaults());
        return frozen.get(0);
    }

    private void closeBooks(CapturedOutput output) {
        programmes.keySet().forEach(BusyShop::rest);
        programmes.forEach((shop, programme) -> {
            Books.close(steady.see(programme));
            Books.assertMatch(shop, programme, jdbc);
        });
        assertThat(hubs).allSatisfy(one -> assertThat(one.errors()).isEmpty());
        assertThat(Books.errorsIn(output)).isEmpty();
        LOG.info("{} entries, polls {}", jdbc.queryForObject("SELECT count(*) FROM entries", Long.class),
                jdbc.queryForList("SELECT outcome || ' ' || count(*) FROM polls GROUP BY outcome", String.class));
    }

    private Map<String, String> properties(String routes) {
        Map<String, String> properties = new HashMap<>(ForkedHub.SHORT_CLAIMS);
        properties.put("hub.routes-dir", home.resolve(routes).toString());
        properties.put("hub.poll.workers", Integer.toString(SHOPS / 2));
        return properties;
    }

    private ForkedHub launch() {
        ForkedHub hub = ForkedHub.launch(database, home, properties("routes"));
        hubs.add(hub);
        return hub;
    }

    private void awaitClaimOf(ForkedHub hub) {
        await().atMost(ForkedHub.PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> jdbc.queryForObject(
                "SELECT count(*) FROM polling WHERE lease_owner LIKE ? || '-%'", Long.class, Long.toString(hub.pid())) > 0);
    }

    /** Empty where nobody has the claim. */
    private String owner(UUID integration) {
        return jdbc.queryForObject("SELECT coalesce(lease_owner, '') FROM polling WHERE integration_id = ?", String.class, integration);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
