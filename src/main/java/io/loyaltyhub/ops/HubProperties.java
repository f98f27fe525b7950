package io.loyaltyhub.ops;

import java.nio.file.Path;
import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is configured of the hub itself, below {@code hub.*}; each property has an environment variable of its name
 * ({@code hub.data-dir} is {@code HUB_DATA_DIR}). A blank value counts as absent, and what is absent is null.
 *
 * @param dataDir          everything this node keeps on disk; absolute
 * @param routesDir        the routes to run; null: those beside the hub, or the bundled ones
 * @param operatorPassword null: one is generated at the first start
 * @param encryptionKey    the key, or a text to derive it from; null: one is made in the data directory
 */
@ConfigurationProperties("hub")
public record HubProperties(
        @DefaultValue("./data") Path dataDir,
        Path routesDir,
        String operatorPassword,
        String encryptionKey,
        @DefaultValue Http http,
        @DefaultValue Poll poll) {

    /** @param allowPrivateAddresses whether calls may go to hosts that are not on the public internet */
    public record Http(@DefaultValue("false") boolean allowPrivateAddresses) {
    }

    /**
     * @param workers integrations of one platform that one node works on at a time
     * @param lease   how long a claimed integration belongs to its node unless renewed
     */
    public record Poll(
            @DefaultValue("4") int workers,
            @DefaultValue("PT30S") Duration lease) {
    }

    public HubProperties {
        dataDir = (isBlank(dataDir) ? Path.of("data") : dataDir).toAbsolutePath().normalize();
        routesDir = isBlank(routesDir) ? null : routesDir;
        operatorPassword = blankToNull(operatorPassword);
        encryptionKey = blankToNull(encryptionKey);
    }

    private static boolean isBlank(Path path) {
        return path == null || path.toString().isBlank();
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** Without the password and the key, which must not reach a log. */
    @Override
    public String toString() {
        return "HubProperties[dataDir=" + dataDir + ", routesDir=" + routesDir + ", http=" + http + ", poll=" + poll
                + "]";
    }
}
