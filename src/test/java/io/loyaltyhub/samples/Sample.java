package io.loyaltyhub.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Settings;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.points.PointsRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One folder of golden files: what a platform answered, and what the hub must make of it. */
record Sample(Platform platform, Path folder) {

    String name() {
        return folder.getFileName().toString();
    }

    boolean has(String file) {
        return Files.isRegularFile(folder.resolve(file));
    }

    /** The one JSON file whose name begins like this, without its ending. */
    String only(String beginning) {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(beginning) && name.endsWith(".json")).toList();
            assertThat(names).as("files in %s that begin with %s", folder, beginning).hasSize(1);
            return names.get(0).replaceFirst("\\.json$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode read(String file) {
        return read(folder.resolve(file));
    }

    JsonNode expected() {
        return read("expected.json");
    }

    /** The integration that the answer is read for: the case's own, else the platform's common one. Its settings are not secret. */
    Integration integration() {
        JsonNode given = integrationFile();
        return new Integration(UUID.randomUUID(), UUID.randomUUID(), platform.name(), "Loja", settings(given), Duration.ofMinutes(5),
                ZoneOffset.of(given.path("timezone").asText()), null, null, null, null,
                texts(given.path("scoringStatuses")), texts(given.path("reversalStatuses")),
                true, true, null, true, false, null, null, 365, null, List.of(), true, null, null, null, false);
    }

    PointsRule rule() {
        return new PointsRule(UUID.randomUUID(), 1, "Padrão", new BigDecimal(integrationFile().path("pointsPerReal").asText()),
                PointsRule.Base.GOODS, BigDecimal.ZERO, null, null, List.of(), true);
    }

    private JsonNode integrationFile() {
        return read(has("integration.json") ? folder.resolve("integration.json") : folder.resolve("../../integration.json"));
    }

    private static Settings settings(JsonNode integration) {
        ObjectNode none = Json.mapper().createObjectNode();
        return new Settings(integration.path("settings") instanceof ObjectNode open ? open : none, none, Map.of());
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static JsonNode read(Path file) {
        try {
            return Json.parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is " + e.getMessage(), e);
        }
    }
}
