package io.loyaltyhub.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/** A routes directory made of the hub's own routes and the benchmark's platform, which is mapped by Tray's files. */
final class BenchRoutes {

    private BenchRoutes() {
    }

    /** @param project the directory that {@code routes} and {@code src} stand in */
    static Path compose(Path project, Path target) throws IOException {
        FileSystemUtils.deleteRecursively(target);
        copy(project.resolve("routes/hub"), target.resolve("hub"));
        copy(project.resolve("src/bench/routes/bench"), target.resolve("bench"));
        for (String mapping : new String[] {"list.jslt", "order.jslt"}) {
            Files.copy(project.resolve("routes/tray").resolve(mapping), target.resolve("bench").resolve(mapping));
        }
        return target;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
