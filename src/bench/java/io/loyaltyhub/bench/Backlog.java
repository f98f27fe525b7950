package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The heap of a packaged hub of 256 MB while it reads a shop's long past in one poll. The shop and this program are in
 * another process. What is left after a collection must not grow with what was read.
 */
final class Backlog {

    private static final int[] MARKS = {1, 10, 25, 50, 75, 100};

    private final Path project;
    private final Path directory;
    private final int orders;

    Backlog(Path project, Path directory, int orders) {
        this.project = project;
        this.directory = directory;
        this.orders = orders;
    }

    private record Mark(int percent, double second, double live) {
    }

    void run() throws Exception {
        Path routes = BenchRoutes.compose(project, directory.resolve("routes"));
        Path collections = directory.resolve("gc.log");
        ShopPages pages = ShopPages.of(orders);
        System.out.printf("backlog: %,d orders, %,d MB, read with -Xmx256m%n", orders, pages.bytes() / 1_000_000);
        try (PageServer shop = new PageServer(pages);
             PackagedHub hub = PackagedHub.start(project, routes, directory.resolve("data"),
                     List.of("-Xmx256m", "-Xlog:gc:file=" + collections + ":uptime"))) {
            hub.awaitHealthy();
            BenchHub.Programme programme = BenchHub.programme(hub.client(), shop.address(), "PT1H");
            double before = hub.secondsUntilNow();
            hub.client().post(programme.path() + "/activate", null).expect(200);
            List<Mark> marks = watch(hub, programme);
            print(CollectionsLog.read(collections), before, marks);
        }
    }

    /** Looks at the live heap whenever another part of the backlog has been read. */
    private List<Mark> watch(PackagedHub hub, BenchHub.Programme programme) throws Exception {
        List<Mark> marks = new ArrayList<>();
        while (marks.size() < MARKS.length) {
            JsonNode polls = hub.client().get(programme.path() + "/polls?limit=1").expect(200).json();
            if (!polls.isEmpty()) {
                JsonNode poll = polls.get(0);
                boolean finished = !poll.get("finishedAt").isNull();
                if (finished && (!poll.get("outcome").asText().equals("ok") || poll.get("read").asInt() != orders)) {
                    throw new IllegalStateException("the poll came to " + poll);
                }
                if (finished || poll.get("read").asLong() * 100 >= (long) orders * MARKS[marks.size()] && MARKS[marks.size()] < 100) {
                    double live = hub.liveMebibytes();
                    marks.add(new Mark(MARKS[marks.size()], hub.secondsUntilNow(), live));
                    continue;
                }
            }
            Thread.sleep(100);
        }
        return marks;
    }

    private static void print(CollectionsLog collections, double before, List<Mark> marks) {
        System.out.println("  read   live after a full collection   highest after any collection since the mark before");
        double from = before;
        for (Mark mark : marks) {
            System.out.printf("  %3d %%  %20.0f MiB  %22d MiB  (%d collections)%n", mark.percent(), mark.live(),
                    collections.highestAfter(from, mark.second()), collections.count(from, mark.second()));
            from = mark.second();
        }
        System.out.println();
    }
}
