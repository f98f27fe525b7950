package io.loyaltyhub.bench;

import io.loyaltyhub.ops.EmbeddedDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many orders a second the hub makes points of, held against a hand-written loop and against a route that commits per
 * order. Each contender has a process and a database of its own on one PostgreSQL that loses nothing; they take turns, pass by
 * pass, so that a machine that grows slower does so for all of them. The median pass counts.
 */
final class Throughput {

    static final List<String> CONTENDERS = List.of("hub", "loop", "per-order");

    /** So slow that it gets a tenth of the orders. */
    private static final String SLOW = "per-order";

    private final Path project;
    private final Path directory;
    private final List<String> contenders;
    private final int orders;
    private final int passes;
    private final long began = System.currentTimeMillis();

    Throughput(Path project, Path directory, List<String> contenders, int orders, int passes) {
        this.project = project;
        this.directory = directory;
        this.contenders = contenders;
        this.orders = orders;
        this.passes = passes;
    }

    void run() throws Exception {
        Path routes = BenchRoutes.compose(project, directory.resolve("routes"));
        ShopPages all = ShopPages.of(orders);
        ShopPages few = ShopPages.of(Math.max(100, orders / 10));
        System.out.printf("throughput: %,d orders, %,d bytes each, pages of %d; %,d of them for per-order%n",
                all.orders(), all.bytes() / all.orders(), ShopPages.PAGE_SIZE, few.orders());
        Map<String, List<PassResult>> results = new LinkedHashMap<>();
        Map<String, ContenderProcess> processes = new LinkedHashMap<>();
        try (EmbeddedDatabase server = EmbeddedDatabase.start(directory.resolve("database"));
             PageServer shop = new PageServer(all); PageServer smallShop = new PageServer(few)) {
            try {
                for (String name : contenders) {
                    processes.put(name, contender(name, server, routes));
                }
                for (int pass = 0; pass <= passes; pass++) {
                    Set<String> stored = new HashSet<>();
                    for (String name : contenders) {
                        boolean slow = name.equals(SLOW);
                        PassResult result = pass(pass, name, processes.get(name), slow ? smallShop : shop, slow ? few : all, server);
                        if (!slow) {
                            stored.add(result.fingerprint());
                        }
                        if (pass > 0) {
                            results.computeIfAbsent(name, any -> new ArrayList<>()).add(result);
                        }
                    }
                    if (stored.size() > 1) {
                        throw new IllegalStateException("the contenders did not store the same sales");
                    }
                }
            } finally {
                processes.values().forEach(ContenderProcess::close);
            }
        }
        print(results);
    }

    private ContenderProcess contender(String name, EmbeddedDatabase server, Path routes) throws Exception {
        execute(server, "postgres", "CREATE DATABASE " + databaseOf(name));
        List<String> options = Boolean.getBoolean("bench.record")
                ? List.of("-XX:StartFlightRecording=settings=profile,filename=" + directory.resolve(name + ".jfr")) : List.of();
        return new ContenderProcess(name, server, databaseOf(name), routes, directory, options);
    }

    private String databaseOf(String contender) {
        return "bench_" + contender.replace('-', '_') + "_" + began;
    }

    /**
     * Pass 0 warms up and does not count. Statistics are brought up to date before each, as autovacuum does sooner or later:
     * statements planned while their tables were empty read whole tables, and whose they are would be a matter of chance.
     */
    private PassResult pass(int number, String name, ContenderProcess contender, PageServer shop, ShopPages pages,
                                   EmbeddedDatabase server) throws Exception {
        execute(server, databaseOf(name), "VACUUM ANALYZE");
        execute(server, databaseOf(name), "CHECKPOINT");
        PassResult result = contender.read(shop);
        if (!result.outcome().equals(pages.expected())) {
            throw new IllegalStateException(name + " came to " + result.outcome() + ", expected was " + pages.expected());
        }
        System.out.printf("  %-9s %-9s %7.0f orders/s  %5.0f CPU µs/order%n", number == 0 ? "warm-up" : "pass " + number, name,
                result.ordersPerSecond(), result.cpuMicrosPerOrder());
        return result;
    }

    private static void print(Map<String, List<PassResult>> results) {
        System.out.println();
        System.out.println("contender    orders  seconds  orders/s  CPU µs/order  ratio to loop  ratio to per-order");
        results.forEach((name, passes) -> {
            PassResult median = median(passes);
            System.out.printf("%-9s  %8d  %7.2f  %8.0f  %12.0f  %13s  %18s%n", name, median.outcome().orders(), median.nanos() / 1e9,
                    median.ordersPerSecond(), median.cpuMicrosPerOrder(), ratio(median, results.get("loop")), ratio(median, results.get(SLOW)));
        });
        System.out.println("ledgers coherent, totals as expected, hub and loop stored the same sales");
        System.out.println();
    }

    private static String ratio(PassResult one, List<PassResult> others) {
        return others == null ? "-" : String.format("%.2f", one.ordersPerSecond() / median(others).ordersPerSecond());
    }

    private static PassResult median(List<PassResult> passes) {
        List<PassResult> sorted = passes.stream().sorted(Comparator.comparingDouble(PassResult::ordersPerSecond)).toList();
        return sorted.get(sorted.size() / 2);
    }

    private static void execute(EmbeddedDatabase server, String database, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(ContenderProcess.jdbcUrl(server, database), server.user(), server.password());
             Statement statement = connection.createStatement()) {
            for (String setting : List.of("fsync", "synchronous_commit")) {
                try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
                    row.next();
                    if (!row.getString(1).equals("on")) {
                        throw new IllegalStateException(setting + " is " + row.getString(1));
                    }
                }
            }
            statement.execute(sql);
        }
    }
}
