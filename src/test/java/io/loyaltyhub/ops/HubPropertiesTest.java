package io.loyaltyhub.ops;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.core.env.StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

class HubPropertiesTest {

    @Test
    void everyPropertyIsSetByTheVariableOfItsName() {
        HubProperties hub = bind(Map.of(
                "HUB_DATA_DIR", "/var/lib/hub",
                "HUB_ROUTES_DIR", "META-INF",
                "HUB_OPERATOR_PASSWORD", "operator's password",
                "HUB_ENCRYPTION_KEY", "the encryption key",
                "HUB_HTTP_ALLOW_PRIVATE_ADDRESSES", "true",
                "HUB_POLL_WORKERS", "9",
                "HUB_POLL_LEASE", "PT30S"));

        // META-INF is on the class path too: a path of the file system must stay one
        assertThat(hub).isEqualTo(new HubProperties(Path.of("/var/lib/hub"), Path.of("META-INF"), "operator's password",
                "the encryption key", new HubProperties.Http(true),
                new HubProperties.Poll(9, Duration.ofSeconds(30))));
        assertThat(hub.toString()).doesNotContain("operator's password").doesNotContain("the encryption key");
    }

    @Test
    void blankVariablesCountAsAbsent() {
        HubProperties hub = bind(Map.of("HUB_DATA_DIR", "", "HUB_ROUTES_DIR", "", "HUB_OPERATOR_PASSWORD", " ",
                "HUB_ENCRYPTION_KEY", ""));

        assertThat(hub).isEqualTo(bind(Map.of()));
        assertThat(hub).isEqualTo(new HubProperties(Path.of("data").toAbsolutePath(), null, null, null,
                new HubProperties.Http(false),
                new HubProperties.Poll(4, Duration.ofSeconds(30))));
    }

    private static HubProperties bind(Map<String, Object> variables) {
        HubProperties[] bound = new HubProperties[1];
        new ApplicationContextRunner()
                .withInitializer(context -> context.getEnvironment().getPropertySources().replace(
                        SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables)))
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withUserConfiguration(Bound.class)
                .run(context -> bound[0] = context.getBean(HubProperties.class));
        return bound[0];
    }

    @Import(PathFromText.class)
    @EnableConfigurationProperties(HubProperties.class)
    static class Bound {
    }
}
