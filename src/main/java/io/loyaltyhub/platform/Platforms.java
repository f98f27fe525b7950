package io.loyaltyhub.platform;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.networknt.schema.JsonSchema;
import io.loyaltyhub.api.Contract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** The platforms that have a folder with a {@code platform.yaml} in the routes directory. Read once, at start. */
@Component
public class Platforms {

    private static final ObjectMapper YAML = new YAMLMapper()
            .registerModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final Map<String, Platform> byName = new TreeMap<>();
    private final Map<String, JsonSchema> settingsSchemas = new TreeMap<>();

    public Platforms(RoutesDirectory routes) {
        try (Stream<Path> folders = Files.list(routes.path())) {
            for (Path descriptor : folders.map(folder -> folder.resolve("platform.yaml")).filter(Files::isRegularFile).toList()) {
                Platform platform = read(descriptor);
                byName.put(platform.name(), platform);
                settingsSchemas.put(platform.name(), Contract.schema(platform.settings()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the platforms in " + routes.path() + ": " + e.getMessage(), e);
        }
    }

    private static Platform read(Path descriptor) throws IOException {
        Platform platform;
        try {
            platform = YAML.readValue(descriptor.toFile(), Platform.class);
        } catch (IOException e) {
            throw new IOException(descriptor + ": " + e.getMessage(), e);
        }
        String folder = descriptor.getParent().getFileName().toString();
        if (!folder.equals(platform.name())) {
            throw new IOException(descriptor + ": the name is '" + platform.name() + "', the folder's is '" + folder + "'");
        }
        return platform;
    }

    public Collection<Platform> all() {
        return byName.values();
    }

    public Optional<Platform> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @throws IllegalArgumentException where no such platform is installed (any more) */
    public Platform get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no platform '" + name + "' in the routes directory"));
    }

    public JsonSchema settingsSchema(String platform) {
        return settingsSchemas.get(platform);
    }
}
