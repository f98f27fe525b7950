package io.loyaltyhub.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.springframework.boot.logging.LoggingSystem;

/**
 * What {@code java -jar loyalty-hub.jar} does beside running the hub: the integration engineer's tools. Exit codes: 0 all
 * is well, 1 something was found, 2 the command could not be carried out.
 */
public final class CommandLine {

    static final int WELL = 0;
    static final int FOUND = 1;
    static final int REFUSED = 2;

    private CommandLine() {
    }

    /** {@code HUB_ROUTES_DIR}, else {@code ./routes}, whether or not it is there. */
    static Path configuredRoutes() {
        String configured = System.getenv().getOrDefault("HUB_ROUTES_DIR", "").strip();
        return Path.of(configured.isEmpty() ? "routes" : configured);
    }

    static boolean holdsRoutes(Path directory) {
        return Files.isDirectory(directory.resolve("hub"));
    }

    /** Carries out the command that the arguments begin with; empty where they name none, and the hub is to be run. */
    public static OptionalInt run(String[] arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        if (!List.of("lint", "preview").contains(command)) {
            return OptionalInt.empty();
        }
        // Until somebody configures it, the log would say all there is to say.
        LoggingSystem.get(CommandLine.class.getClassLoader()).beforeInitialize();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        return OptionalInt.of(command.equals("lint") ? new LintCommand(out).run(rest) : new PreviewCommand(out).run(rest));
    }
}
