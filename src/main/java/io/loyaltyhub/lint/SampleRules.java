package io.loyaltyhub.lint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.lint.RoutesTree.PlatformFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Whether there are the samples without which a mapping is not tested where mappings go wrong. What they say, the samples' own test looks at. */
final class SampleRules {

    private static final int FEWEST_ORDERS = 6;
    private static final JsonNode NOTHING_YET = Json.parse("{\"orders\": [], \"more\": false}");

    /** What in a case is not the platform's. */
    private static final Set<String> OURS = Set.of("expected.json", "integration.json", "window.json");

    private final Report report;

    SampleRules(Report report) {
        this.report = report;
    }

    void check(RoutesTree tree) {
        tree.platforms().forEach(platform -> check(tree.root(), platform));
    }

    private void check(Path root, PlatformFolder platform) {
        Path samples = platform.path().resolve("samples");
        String shown = shown(root, samples);
        if (!Files.isDirectory(samples)) {
            report.add(shown, 1, Rule.SAMPLES, "there are no samples");
            return;
        }
        if (!Files.isRegularFile(samples.resolve("integration.json"))) {
            report.add(shown + "/integration.json", 1, Rule.SAMPLES, "says for which integration the samples are read, and is missing");
        }
        for (Path kind : folders(samples)) {
            folders(kind).forEach(one -> complete(root, one));
        }
        int orders = folders(samples.resolve("orders")).size();
        if (orders < FEWEST_ORDERS) {
            report.add(shown + "/orders", 1, Rule.SAMPLES, "has " + orders + " cases of " + FEWEST_ORDERS);
        }
        if (folders(samples.resolve("settings")).stream().allMatch(one -> json(root, one.resolve("expected.json")).path("errors").isEmpty())) {
            report.add(shown + "/settings", 1, Rule.SAMPLES, "has no case of settings that are refused");
        }
        Path future = samples.resolve("list/future-cursor/expected.json");
        if (!json(root, future).equals(NOTHING_YET)) {
            report.add(shown(root, future), 1, Rule.SAMPLES, "a window that lies in the future has no orders and no further page");
        }
    }

    private void complete(Path root, Path folder) {
        List<Path> files = RoutesTree.list(folder);
        files.stream().filter(file -> file.toString().endsWith(".json")).forEach(file -> json(root, file));
        if (files.stream().noneMatch(file -> file.endsWith("expected.json"))) {
            report.add(shown(root, folder) + "/expected.json", 1, Rule.SAMPLES, "says what is to be made of the case, and is missing");
        }
        if (files.stream().allMatch(file -> OURS.contains(file.getFileName().toString()))) {
            report.add(shown(root, folder), 1, Rule.SAMPLES, "has nothing of what the platform answered");
        }
    }

    /** Missing, too, where it is no JSON, which is told then. */
    private JsonNode json(Path root, Path file) {
        if (!Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        try {
            return Json.mapper().readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            report.add(shown(root, file), line, Rule.SAMPLES, "is not JSON: " + e.getOriginalMessage());
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> folders(Path folder) {
        return RoutesTree.list(folder).stream().filter(Files::isDirectory).toList();
    }

    private static String shown(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }
}
