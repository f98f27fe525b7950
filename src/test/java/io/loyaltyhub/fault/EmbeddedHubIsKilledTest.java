package io.loyaltyhub.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The hub that brings its own database is killed, and leaves a PostgreSQL behind that nobody looks after. */
class EmbeddedHubIsKilledTest {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedHubIsKilledTest.class);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path home;

    private final List<ForkedHub> hubs = new ArrayList<>();

    @AfterEach
    void leaveNothingBehind() {
        hubs.forEach(ForkedHub::kill);
        if (Files.exists(postmasterFile())) {
            ProcessHandle.of(postmaster()).ifPresent(ProcessHandle::destroy);
        }
    }

    @Test
    void theNextHubReplacesTheOrphanedDatabaseAndTheLedgerIsRight() throws Exception {
        BriskRoutes.into(home.resolve("routes"));
        long seed = System.nanoTime();
        LOG.info("seed {}", seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (BusyShop shop = new BusyShop(seed)) {
            // In the middle of making its database, perhaps.
            Moment.WHILE_STARTING.strike(shop.tray(), null, launch(), random);
            ForkedHub hub = launch().awaitReady();
            shop.fill(120, 60);
            Programme programme = RunningHub.programme(null, hub.operator(), shop.tray(), Map.of("pollInterval", "PT1S"));
            shop.open(Duration.ofMillis(50), 4);
            for (Moment moment : List.of(Moment.ORDER_GIVEN, Moment.NEXT_PAGE_ASKED_FOR)) {
                moment.strike(shop.tray(), null, hub, random);
                LOG.info("killed {}", moment);
                long orphan = postmaster();
                assertThat(isRunning(orphan)).as("the orphan runs").isTrue();
                List<String> entries = entries();

                hub = launch().awaitReady();

                assertThat(isRunning(orphan)).as("the orphan runs").isFalse();
                assertThat(entries()).startsWith(entries.toArray(String[]::new));
            }
            shop.rest();
            Books.close(hub.see(programme));
            Books.assertMatch(shop, programme, jdbc());
            assertThat(hubs).allSatisfy(one -> assertThat(one.errors()).isEmpty());
            LOG.info("{} orders, {} entries", shop.points().size(), entries().size());

            long last = postmaster();
            hub.close();
            assertThat(isRunning(last)).as("the database of a hub that was stopped runs").isFalse();
        }
    }

    private ForkedHub launch() {
        ForkedHub hub = ForkedHub.launch(home);
        hubs.add(hub);
        return hub;
    }

    private List<String> entries() {
        return jdbc().queryForList("SELECT id || ' ' || order_id || ' ' || points FROM entries ORDER BY id", String.class);
    }

    /** PostgreSQL as it runs right now, orphan or not. */
    private JdbcTemplate jdbc() {
        return new JdbcTemplate(new DriverManagerDataSource(
                "jdbc:postgresql://localhost:" + lines(postmasterFile()).get(3) + "/loyaltyhub", "postgres",
                lines(ForkedHub.dataOf(home).resolve("postgres.password")).get(0)));
    }

    private long postmaster() {
        return Long.parseLong(lines(postmasterFile()).get(0));
    }

    /** Who has ended and waits for nobody in particular to take note of it has no command any more. */
    private static boolean isRunning(long process) {
        return ProcessHandle.of(process).flatMap(handle -> handle.info().command()).isPresent();
    }

    private Path postmasterFile() {
        return ForkedHub.dataOf(home).resolve("postgres/postmaster.pid");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().map(String::strip).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
