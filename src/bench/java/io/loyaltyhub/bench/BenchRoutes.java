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
        copy(project.resolve("routes/hub"), target.resolve("hub"), "");
        copy(project.resolve("src/bench/routes/bench"), target.resolve("bench"), "");
        // Once beside the benchmark's route, and once where Tray's mappings look for each other.
        copy(project.resolve("routes/tray"), target.resolve("bench"), ".jslt");
        copy(project.resolve("routes/tray"), target.resolve("tray"), ".jslt");
        return target;
    }

    private static void copy(Path from, Path to, String ending) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(ending)).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
