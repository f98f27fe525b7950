package io.loyaltyhub.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How long the packaged hub takes until it works, on a data directory that it has to make first and on one that it knows,
 * and how much heap it needs when there is nothing to do.
 */
final class StartUp {

    private static final long IDLE_MILLIS = 10_000;

    private final Path project;
    private final Path directory;

    StartUp(Path project, Path directory) {
        this.project = project;
        this.directory = directory;
    }

    void run() throws Exception {
        Path routes = BenchRoutes.compose(project, directory.resolve("routes"));
        Path data = directory.resolve("data");
        ShopPages pages = ShopPages.of(1_000);
        System.out.println("start: java -jar loyalty-hub.jar with its embedded PostgreSQL");
        try (PageServer shop = new PageServer(pages)) {
            BenchHub.Programme programme;
            try (PackagedHub hub = PackagedHub.start(project, routes, data, List.of())) {
                System.out.printf("  new data directory:      healthy after %.1f s, %.1f s of which it was at work%n",
                        hub.awaitHealthy(), hub.cpuSeconds());
                programme = BenchHub.programme(hub.client(), shop.address(), "PT5S");
                long activated = System.nanoTime();
                hub.client().post(programme.path() + "/activate", null).expect(200);
                System.out.printf("                           an integration's first poll begins %.1f s after its activation%n",
                        (firstCall(shop) - activated) / 1e9);
            }
            shop.forgetCalls();
            try (PackagedHub hub = PackagedHub.start(project, routes, data, List.of())) {
                double healthy = hub.awaitHealthy();
                System.out.printf("  existing data directory: healthy after %.1f s, the first poll begins after %.1f s, %.1f s of which it was at work%n",
                        healthy, hub.secondsUntil(firstCall(shop)), hub.cpuSeconds());
                hub.client().patch(programme.path(), Map.of("pollInterval", "PT1H")).expect(200);
                Thread.sleep(IDLE_MILLIS);
                System.out.printf("  idle: %.0f MiB of heap are live, the process takes %.0f MiB of memory%n%n",
                        hub.liveMebibytes(), hub.residentMebibytes());
            }
        }
    }

    private static long firstCall(PageServer shop) throws InterruptedException {
        while (shop.firstCall() == 0) {
            Thread.sleep(10);
        }
        return shop.firstCall();
    }
}
