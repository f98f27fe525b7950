package io.loyaltyhub.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.loyaltyhub.ops.StartupRefused;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class RoutesDirectoryLocatorTest {

    @TempDir
    Path directory;

    @Test
    void aDirectoryWithoutRoutesIsRefusedByName() {
        assertThatExceptionOfType(StartupRefused.class).isThrownBy(() -> locate(directory))
                .withMessageContaining(directory.toString())
                .satisfies(refused -> assertThat(refused.action()).contains("HUB_ROUTES_DIR"));
    }

    @Test
    void theDirectoryThatIsSetIsTheOneThatCamelReads() {
        Path routes = Path.of("routes").toAbsolutePath();

        assertThat(locate(routes).getProperty("camel.main.routes-include-pattern")).isEqualTo("file:" + routes + "/**/*.camel.yaml");
    }

    private static StandardEnvironment locate(Path routes) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of("HUB_ROUTES_DIR", routes.toString())));
        new RoutesDirectoryLocator().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }
}
