package io.loyaltyhub.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The routes as they ship, but with a tick a second, smaller pages and a platform that allows as many calls as one likes; without
 * the other platforms, since a hub that is to be killed starts often.
 */
final class BriskRoutes {

    static final int PAGE_SIZE = 25;

    private static final String EVERY_SECOND = "* * * * * ?";
    private static final String NEVER = "0 0 0 1 1 ? 2099";

    private BriskRoutes() {
    }

    /** Answers the directory. */
    static Path into(Path target) throws IOException {
        return copy(target, EVERY_SECOND);
    }

    /** Routes of a hub that does all but poll: to set up what another one is to find. */
    static Path withoutTick(Path target) throws IOException {
        return copy(target, NEVER);
    }

    private static Path copy(Path target, String tick) throws IOException {
        Path routes = Path.of("routes");
        try (Stream<Path> found = Files.walk(routes)) {
            for (Path file : found.filter(Files::isRegularFile).filter(path -> isWanted(routes.relativize(path))).toList()) {
                Path copy = target.resolve(routes.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        replace(target.resolve("hub/orders-template.camel.yaml"), "0/2 * * * * ?", tick);
        Path platform = target.resolve("tray/platform.yaml");
        replace(platform, "perMinute: 180", "perMinute: 60000");
        replace(platform, "perDay: 10000", "perDay: 10000000");
        replace(platform, "burst: 30", "burst: 1000");
        replace(platform, "pageSize: 50", "pageSize: " + PAGE_SIZE);
        return target;
    }

    private static boolean isWanted(Path file) {
        return (file.startsWith("hub") || file.startsWith("tray")) && !file.toString().contains("samples");
    }

    private static void replace(Path file, String what, String by) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(what);
        Files.writeString(file, text.replace(what, by));
    }
}
