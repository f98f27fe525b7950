package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.ops.EmbeddedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A packaged hub of 256 MB reads a product feed of a gigabyte in which one item is broken, held against {@link FeedLoop} with
 * the same options on the same server, which reads the feed without the broken item. They take turns.
 */
final class FeedReading {

    private static final String LOOPS_TABLE = "bare.rewards";

    private static final String DIFFERENT = """
            SELECT string_agg(sku, ' ' ORDER BY sku)
              FROM rewards r FULL JOIN bare.rewards b USING (sku)
             WHERE (r.title, r.price, r.image_url, r.link, r.group_id, r.variant, r.available, r.fingerprint)
                   IS DISTINCT FROM (b.title, b.price, b.image_url, b.link, b.group_id, b.variant, b.available, b.fingerprint)
            """;

    private final Path project;
    private final Path directory;
    private final int items;
    private final int passes;
    /** The one item that is no XML: of a million the 700,000th. */
    private final int malformed;

    FeedReading(Path project, Path directory, int items, int passes) {
        this.project = project;
        this.directory = directory;
        this.items = items;
        this.passes = passes;
        this.malformed = (int) (items * 7L / 10);
    }

    private record Reading(String name, int items, double seconds, double cpuSeconds, int highestHeap) {

        double itemsPerSecond() {
            return items / seconds;
        }
    }

    void run() throws Exception {
        Path routes = BenchRoutes.compose(project, directory.resolve("routes"));
        Path hubsCollections = directory.resolve("hub-gc.log");
        Path loopsCollections = directory.resolve("loop-gc.log");
        List<Reading> first = new ArrayList<>();
        List<Reading> again = new ArrayList<>();
        List<Reading> loops = new ArrayList<>();
        try (EmbeddedDatabase server = EmbeddedDatabase.start(directory.resolve("database"));
             FeedServer broken = new FeedServer(new ProductFeed(items, malformed));
             FeedServer sound = new FeedServer(new ProductFeed(items, 0));
             PackagedHub hub = PackagedHub.start(project, routes, directory.resolve("hub"), options("hub", hubsCollections), server)) {
            System.out.printf("feed: %,d items, %,d MB, item %,d of which is no XML, read with -Xmx256m%n", items, broken.bytes() / 1_000_000, malformed);
            hub.awaitHealthy();
            BenchHub.Programme programme = BenchHub.programme(hub.client(), broken.address(), "PT1H");
            hub.client().patch(programme.path(), Map.of("catalogFeedUrl", broken.address())).expect(200);
            execute(server, "CREATE SCHEMA bare");
            execute(server, "CREATE TABLE " + LOOPS_TABLE + " (LIKE rewards INCLUDING ALL)");
            try (FeedLoopProcess loop = new FeedLoopProcess(server, LOOPS_TABLE, directory.resolve("loop.log"), options("loop", loopsCollections))) {
                for (int pass = 1; pass <= passes; pass++) {
                    prepare(server, "TRUNCATE rewards CASCADE");
                    first.add(said(pass, hub(hub, programme, hubsCollections, true)));
                    prepare(server, "TRUNCATE " + LOOPS_TABLE);
                    loops.add(said(pass, loop(loop, sound, loopsCollections)));
                    String different = different(server);
                    if (!ProductFeed.sku(malformed).equals(different)) {
                        throw new IllegalStateException("what hub and loop stored differs in " + different);
                    }
                    prepare(server, "VACUUM (ANALYZE) rewards");
                    again.add(said(pass, hub(hub, programme, hubsCollections, false)));
                }
            }
            print(List.of(first, again, loops), hub.liveMebibytes());
        }
    }

    private List<String> options(String name, Path collections) {
        List<String> options = new ArrayList<>(List.of("-Xmx256m", "-Xlog:gc:file=" + collections + ":uptime"));
        if (Boolean.getBoolean("bench.record")) {
            options.add("-XX:StartFlightRecording=settings=profile,filename=" + directory.resolve(name + ".jfr"));
        }
        return options;
    }

    /** From the moment in which the hub takes the feed up until its API says what it came to. */
    private Reading hub(PackagedHub hub, BenchHub.Programme programme, Path collections, boolean everythingIsNew) throws Exception {
        double from = hub.secondsUntilNow();
        double cpuBefore = hub.cpuSeconds();
        JsonNode run = read(hub.client(), programme);
        double seconds = Duration.between(Instant.parse(run.get("startedAt").asText()), Instant.now()).toNanos() / 1e9;
        int usable = items - 1;
        JsonNode rejected = run.get("rejected");
        boolean right = run.get("outcome").asText().equals("ok") && run.get("read").asInt() == items
                && run.get(everythingIsNew ? "created" : "unchanged").asInt() == usable && run.get("updated").asInt() == 0 && run.get("removed").asInt() == 0
                && rejected.size() == 1 && rejected.get(0).get("reason").asText().equals("malformed") && rejected.get(0).get("count").asInt() == 1;
        if (!right) {
            throw new IllegalStateException("the reading came to " + run);
        }
        return new Reading(everythingIsNew ? "hub, all new" : "hub, all known", items, seconds, hub.cpuSeconds() - cpuBefore,
                CollectionsLog.read(collections).highestAfter(from, hub.secondsUntilNow()));
    }

    private static JsonNode read(HubClient client, BenchHub.Programme programme) throws InterruptedException {
        long id = client.post(programme.path() + "/catalog/refresh", null).expect(202).json().get("runId").asLong();
        while (true) {
            JsonNode run = client.get(programme.path() + "/catalog").expect(200).json();
            if (run.get("id").asLong() == id && !run.get("finishedAt").isNull()) {
                return run;
            }
            Thread.sleep(50);
        }
    }

    private Reading loop(FeedLoopProcess loop, FeedServer feed, Path collections) throws Exception {
        double from = loop.secondsUntilNow();
        FeedLoopProcess.Result result = loop.read(feed);
        if (result.items() != items) {
            throw new IllegalStateException("the loop read " + result.items() + " items");
        }
        return new Reading("loop", items, result.nanos() / 1e9, result.cpuNanos() / 1e9,
                CollectionsLog.read(collections).highestAfter(from, loop.secondsUntilNow()));
    }

    private static Reading said(int pass, Reading reading) {
        System.out.printf("  pass %d  %-14s %7.0f items/s  %6.1f s%n", pass, reading.name(), reading.itemsPerSecond(), reading.seconds());
        return reading;
    }

    private static void print(List<List<Reading>> contenders, double live) {
        double loop = median(contenders.get(contenders.size() - 1)).itemsPerSecond();
        System.out.println();
        System.out.println("contender         items  seconds  items/s  CPU µs/item  ratio to loop  most heap after a collection");
        for (List<Reading> passes : contenders) {
            Reading median = median(passes);
            System.out.printf("%-14s %8d  %7.1f  %7.0f  %11.1f  %13.2f  %24d MiB%n", median.name(), median.items(), median.seconds(), median.itemsPerSecond(),
                    median.cpuSeconds() * 1e6 / median.items(), median.itemsPerSecond() / loop, passes.stream().mapToInt(Reading::highestHeap).max().orElse(0));
        }
        System.out.printf("the broken item cost itself alone: all others are stored, by hub and loop alike; %.0f MiB of the hub's heap are live at the end%n%n", live);
    }

    private static Reading median(List<Reading> passes) {
        List<Reading> sorted = passes.stream().sorted(Comparator.comparingDouble(Reading::itemsPerSecond)).toList();
        return sorted.get(sorted.size() / 2);
    }

    /** Nobody is to pay for what was left to be written by who came before. */
    private static void prepare(EmbeddedDatabase server, String sql) throws SQLException {
        execute(server, sql);
        execute(server, "CHECKPOINT");
    }

    private static void execute(EmbeddedDatabase server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
             Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String different(EmbeddedDatabase server) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
             Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(DIFFERENT)) {
            row.next();
            return row.getString(1);
        }
    }
}
