package io.loyaltyhub.samples;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.platform.RoutesDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * The golden files of every platform: each folder {@code routes/<platform>/samples/<kind>/<case>} is a test, found by
 * itself. What the files mean stands in each platform's README; whether there are enough of them, the linter looks at.
 * {@code -Dplatform=<name>} runs one platform's alone.
 */
class SamplesTest {

    private final RoutesDirectory routes = new RoutesDirectory(Path.of("routes"), false);
    private final Platforms platforms = new Platforms(routes);
    private final Reading reading = new Reading(routes, platforms);

    private final Map<String, Function<Sample, JsonNode>> kinds = Map.ofEntries(
            entry("orders", reading::order),
            entry("list", reading::list),
            entry("statuses", reading::statuses),
            entry("customers", reading::customer),
            entry("customer-list", reading::customers),
            entry("tokens", reading::token),
            entry("errors", reading::error),
            entry("hooks", reading::hook),
            entry("stores", reading::stores),
            entry("coupons", reading::coupon),
            entry("settings", reading::settings));

    @TestFactory
    Stream<DynamicNode> everyPlatformMakesOfItsSamplesWhatTheyExpect() {
        String wanted = System.getProperty("platform", "");
        List<Path> folders = foldersIn(routes.path()).filter(folder -> !folder.endsWith("hub") && (wanted.isEmpty() || folder.endsWith(wanted))).toList();
        assertThat(folders).as("platforms in %s, of which '%s' is wanted", routes.path(), wanted).isNotEmpty();
        return folders.stream().map(this::platform);
    }

    private DynamicNode platform(Path folder) {
        String name = folder.getFileName().toString();
        List<DynamicNode> tests = new ArrayList<>();
        tests.add(dynamicTest(name + "/platform.yaml", () -> assertThat(platforms.find(name)).as("a platform.yaml in " + folder).isPresent()));
        platforms.find(name).ifPresent(platform -> foldersIn(folder.resolve("samples")).forEach(kind -> tests.add(kind(platform, kind))));
        return dynamicContainer(name, tests);
    }

    private DynamicNode kind(Platform platform, Path folder) {
        String kind = folder.getFileName().toString();
        return dynamicContainer(kind, foldersIn(folder).map(one -> {
            Sample sample = new Sample(platform, one);
            return dynamicTest(platform.name() + "/" + kind + "/" + sample.name(), () -> assertMakesWhatItExpects(kind, sample));
        }));
    }

    /** Names the case itself: reports of dynamic tests show little more than their number. */
    private void assertMakesWhatItExpects(String kind, Sample sample) {
        assertThat(kinds).as("the kinds of samples there are").containsKey(kind);
        JsonNode made;
        try {
            made = kinds.get(kind).apply(sample);
        } catch (RuntimeException e) {
            throw new AssertionError(sample.folder() + ": " + e.getMessage(), e);
        }
        String difference = Difference.between(words(sample.expected()), words(made));
        assertThat(difference).withFailMessage("%s: expected (-), and made instead (+):%n%s", sample.folder(), difference).isEmpty();
    }

    /** As text, so that 225.0 is not 225.00 and a difference can be read. */
    private static String words(JsonNode json) {
        ObjectWriter writer = Json.mapper().writer().withDefaultPrettyPrinter().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
        try {
            return writer.writeValueAsString(Json.mapper().treeToValue(json, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The folders in a folder, by name; none where it does not exist. */
    private static Stream<Path> foldersIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
