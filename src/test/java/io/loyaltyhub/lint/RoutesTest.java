package io.loyaltyhub.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The routes as they ship are as the linter wants them. {@code -Dplatform=<name>} looks at one platform's alone. */
class RoutesTest {

    private static final Path ROUTES = Path.of("routes");

    private final String platform = System.getProperty("platform", "");

    @TestFactory
    Stream<DynamicTest> thereIsNothingToFindFaultWith() {
        Map<String, List<Finding>> byFile = Linter.lint(ROUTES).stream().collect(Collectors.groupingBy(Finding::file));
        Set<String> files = new TreeSet<>(byFile.keySet());
        files.addAll(files());
        Predicate<String> isLookedAt = file -> platform.isEmpty() || file.startsWith(platform + "/");
        assertThat(files).as("files of the platform '%s' in %s", platform, ROUTES).anyMatch(isLookedAt);
        return files.stream().filter(isLookedAt).map(file -> dynamicTest(file, () ->
                assertThat(byFile.getOrDefault(file, List.of()).stream().map(finding -> ROUTES + "/" + finding)).isEmpty()));
    }

    private static List<String> files() {
        try (Stream<Path> all = Files.walk(ROUTES)) {
            return all.map(file -> ROUTES.relativize(file).toString()).filter(file -> file.endsWith(".yaml") || file.endsWith(".jslt")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
