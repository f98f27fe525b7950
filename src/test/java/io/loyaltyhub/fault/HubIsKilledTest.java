package io.loyaltyhub.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** {@code kill -9} at any moment, a restart, and the ledger is what it would be without. */
@ExtendWith(OutputCaptureExtension.class)
class HubIsKilledTest {

    private static final Logger LOG = LoggerFactory.getLogger(HubIsKilledTest.class);
    /** Others each time; all of them, twenty times, where there is time. */
    private static final int MOMENTS = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final DatabaseTrap trap = new DatabaseTrap(database);
    private final List<ForkedHub> hubs = new ArrayList<>();

    @BeforeEach
    void makeRoutesBrisk() throws Exception {
        BriskRoutes.into(home.resolve("routes"));
        BriskRoutes.withoutTick(home.resolve("routes-without-tick"));
    }

    @AfterEach
    void leaveNoHubBehind() {
        hubs.forEach(ForkedHub::kill);
    }

    @Test
    void theLedgerIsRightHoweverOftenTheHubIsKilled(CapturedOutput output) {
        kill(List.of(Moment.values()), MOMENTS, 250, 4, System.nanoTime(), output);
    }

    @Test
    @EnabledIfSystemProperty(named = "heavy", matches = "true")
    void theLedgerIsRightAfterTwoHundredKills(CapturedOutput output) {
        List<Moment> moments = new ArrayList<>();
        while (moments.size() < 200) {
            moments.addAll(List.of(Moment.values()));
        }
        kill(moments, moments.size(), 3_000, 20, System.nanoTime(), output);
    }

    /** @param most how many of the moments, by chance */
    private void kill(List<Moment> moments, int most, int settledOrders, int beatsPerNewOrder, long seed, CapturedOutput output) {
        LOG.info("seed {}", seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (BusyShop shop = new BusyShop(seed)) {
            Programme programme;
            try (RunningHub first = start("routes-without-tick")) {
                programme = first.programme(shop.tray(), Map.of("pollInterval", "PT1S"));
            }
            trap.lay();
            shop.fill(settledOrders, 100);
            shop.open(Duration.ofMillis(50), beatsPerNewOrder);
            Map<Moment, Integer> kills = new EnumMap<>(Moment.class);
            for (Moment moment : shuffled(moments, random).subList(0, most)) {
                moment.strike(shop.tray(), trap, launch(), random);
                kills.merge(moment, 1, Integer::sum);
                LOG.info("killed {}", moment);
                trap.letClaimsOnTokensEnd();
            }
            shop.rest();
            try (RunningHub last = start("routes")) {
                Books.close(last.see(programme));
                Books.assertMatch(shop, programme, jdbc);
            }
            assertThat(hubs).allSatisfy(hub -> assertThat(hub.errors()).isEmpty());
            assertThat(Books.errorsIn(output)).isEmpty();
            assertThat(lostPolls()).as("polls that a kill ended").isGreaterThan(most / 2);
            LOG.info("{} kills {}, {} orders, {} entries, {} polls, {} of them lost", most, kills, shop.points().size(),
                    jdbc.queryForObject("SELECT count(*) FROM entries", Long.class),
                    jdbc.queryForObject("SELECT count(*) FROM polls", Long.class), lostPolls());
        }
    }

    /** One that nobody kills needs no process of its own. */
    private RunningHub start(String routes) {
        return RunningHub.start(database, Map.of("hub.routes-dir", home.resolve(routes).toString()));
    }

    private ForkedHub launch() {
        ForkedHub hub = ForkedHub.launch(database, home, Map.of());
        hubs.add(hub);
        return hub;
    }

    private static List<Moment> shuffled(List<Moment> moments, SplittableRandom random) {
        List<Moment> shuffled = new ArrayList<>(moments);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            shuffled.set(i, shuffled.set(random.nextInt(i + 1), shuffled.get(i)));
        }
        return shuffled;
    }

    private long lostPolls() {
        Long lost = jdbc.queryForObject("SELECT count(*) FROM polls WHERE outcome = 'lost'", Long.class);
        return lost == null ? 0 : lost;
    }
}
