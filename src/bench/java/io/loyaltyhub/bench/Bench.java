package io.loyaltyhub.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/**
 * {@code mvn -Pbench -DskipTests verify}: measures the hub and prints tables. Runs from the project's directory, works below
 * {@code target/bench}, asserts no time.
 *
 * <p>{@code -Dbench=throughput}, {@code start}, {@code backlog} or {@code feed} measures one thing alone;
 * {@code -Dbench.orders}, {@code -Dbench.passes}, {@code -Dbench.backlog} and {@code -Dbench.items} set how much.
 */
public final class Bench {

    private Bench() {
    }

    public static void main(String[] arguments) throws Exception {
        Path project = Path.of("").toAbsolutePath();
        String what = arguments.length == 0 ? "all" : arguments[0];
        if (what.equals("all") || what.equals("throughput")) {
            new Throughput(project, directory(project, "throughput"),
                    List.of(System.getProperty("bench.contenders", String.join(",", Throughput.CONTENDERS)).split(",")),
                    Integer.getInteger("bench.orders", 40_000),
                    Integer.getInteger("bench.passes", 3)).run();
        }
        if (what.equals("all") || what.equals("start")) {
            new StartUp(project, directory(project, "start")).run();
        }
        if (what.equals("all") || what.equals("backlog")) {
            new Backlog(project, directory(project, "backlog"), Integer.getInteger("bench.backlog", 100_000)).run();
        }
        if (what.equals("all") || what.equals("feed")) {
            new FeedReading(project, directory(project, "feed"), Integer.getInteger("bench.items", 1_000_000),
                    Integer.getInteger("bench.passes", 3)).run();
        }
    }

    private static Path directory(Path project, String name) throws IOException {
        Path directory = project.resolve("target/bench").resolve(name);
        FileSystemUtils.deleteRecursively(directory);
        return Files.createDirectories(directory);
    }
}
