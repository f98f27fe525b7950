package io.loyaltyhub.platform;

import io.loyaltyhub.ops.StartupRefused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Finds the routes before Camel starts: {@code HUB_ROUTES_DIR} if it is set, else {@code ./routes} if it exists, else
 * the routes that travel in the jar, unpacked into the data directory.
 */
public class RoutesDirectoryLocator implements EnvironmentPostProcessor {

    private static final String BUNDLED = "bundled-routes/";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Path directory = locate(environment).toAbsolutePath().normalize();
        environment.getPropertySources().addFirst(new MapPropertySource("routes-directory", Map.of(
                "hub.routes-dir", directory.toString(),
                "camel.main.routes-include-pattern", "file:" + directory + "/**/*.camel.yaml")));
    }

    private static Path locate(ConfigurableEnvironment environment) {
        String configured = environment.getProperty("HUB_ROUTES_DIR", environment.getProperty("hub.routes-dir", ""));
        if (!configured.isBlank()) {
            Path directory = Path.of(configured);
            if (!Files.isDirectory(directory.resolve("hub"))) {
                throw new StartupRefused("HUB_ROUTES_DIR is " + directory.toAbsolutePath() + ", and there is no folder 'hub' in it.",
                        "Let HUB_ROUTES_DIR name the routes directory of loyalty-hub; without it, the hub uses the routes it brings.");
            }
            return directory;
        }
        Path here = Path.of("routes");
        if (Files.isDirectory(here.resolve("hub"))) {
            return here;
        }
        return unpack(Path.of(environment.getProperty("HUB_DATA_DIR", environment.getProperty("hub.data-dir", "./data"))).resolve("routes"));
    }

    private static Path unpack(Path target) {
        try {
            Resource[] resources = new PathMatchingResourcePatternResolver().getResources("classpath:" + BUNDLED + "**/*.*");
            for (Resource resource : resources) {
                String url = resource.getURL().toString();
                Path file = target.resolve(url.substring(url.lastIndexOf(BUNDLED) + BUNDLED.length())).normalize();
                if (file.startsWith(target.normalize())) {
                    Files.createDirectories(file.getParent());
                    try (InputStream in = resource.getInputStream()) {
                        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            return target;
        } catch (IOException e) {
            throw new StartupRefused("The routes that the hub brings cannot be unpacked into " + target.toAbsolutePath().normalize() + ": " + e + ".",
                    "Let HUB_DATA_DIR name a directory that the hub may write to.", e);
        }
    }
}
