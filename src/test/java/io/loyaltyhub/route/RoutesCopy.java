package io.loyaltyhub.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The routes directory once more, with another platform.yaml: limits and caps that a test can reach, or never does. */
public final class RoutesCopy {

    private final Path directory;

    public RoutesCopy() {
        this(folder -> true);
    }

    /** The hub's own routes and those of these platforms: where the others would only be in the way. */
    public static RoutesCopy of(String... platforms) {
        return new RoutesCopy(folder -> folder.equals("hub") || List.of(platforms).contains(folder));
    }

    private RoutesCopy(Predicate<String> folders) {
        try {
            directory = Files.createTempDirectory("routes");
            Path source = Path.of("routes");
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.filter(Files::isRegularFile).filter(file -> folders.test(source.relativize(file).getName(0).toString())).toList()) {
                    Path target = directory.resolve(source.relativize(file));
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every platform bears as much as anybody asks of it, and where one says that it does not, a second is enough. */
    public static RoutesCopy withoutLimits() {
        return new RoutesCopy().unlimited();
    }

    public RoutesCopy unlimited() {
        try (Stream<Path> descriptors = Files.find(directory, 2, (path, attributes) -> path.endsWith("platform.yaml"))) {
            for (Path descriptor : descriptors.toList()) {
                with(descriptor, "perMinute", 6_000_000).with(descriptor, "burst", 1_000_000);
                Files.writeString(descriptor, Files.readString(descriptor).replaceAll("waitFor: PT\\d+S", "waitFor: PT1S"));
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a number of the platform's descriptor another value. */
    public RoutesCopy with(String name, int value) {
        return with(directory.resolve("tray/platform.yaml"), name, value);
    }

    private RoutesCopy with(Path descriptor, String name, int value) {
        return change(descriptor, text -> text.replaceAll("(?m)^  " + name + ": \\d+.*$", "  " + name + ": " + value), name);
    }

    /** A route whose own clock a test waits for, and has no time to. */
    public RoutesCopy withClock(String file, String cron, String faster) {
        return change(directory.resolve(file), text -> text.replace('"' + cron + '"', '"' + faster + '"'), cron);
    }

    private RoutesCopy change(Path file, UnaryOperator<String> edit, String what) {
        try {
            String before = Files.readString(file);
            String after = edit.apply(before);
            if (after.equals(before)) {
                throw new IllegalArgumentException("no other " + what + " in " + file);
            }
            Files.writeString(file, after);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
