package io.loyaltyhub.security;

import java.util.Base64;
import java.util.UUID;

import io.loyaltyhub.ops.HubProperties;
import io.loyaltyhub.ops.StartupRefused;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Nobody gets to seal or open a secret before this node's key has proved to be the one of the database. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HubProperties.class)
class SecretsConfiguration {

    private static final String SETTING = "encryption-key-check";
    private static final UUID OWNER = new UUID(0, 0);
    private static final String TEXT = "loyalty-hub";

    @Bean
    Secrets secrets(HubProperties hub, JdbcClient database) {
        EncryptionKey key = EncryptionKey.of(hub);
        Secrets secrets = new Secrets(key);
        if (!opens(secrets, checkValue(secrets, database))) {
            throw refused(hub, key);
        }
        return secrets;
    }

    /** The value that the first hub on this database has sealed; this one's, if it is the first. */
    private static String checkValue(Secrets secrets, JdbcClient database) {
        database.sql("""
                        INSERT INTO hub_settings (name, value)
                        VALUES (:name, :value)
                        ON CONFLICT DO NOTHING
                        """)
                .param("name", SETTING)
                .param("value", Base64.getEncoder().encodeToString(secrets.seal(OWNER, TEXT)))
                .update();
        return database.sql("SELECT value FROM hub_settings WHERE name = :name")
                .param("name", SETTING)
                .query(String.class)
                .single();
    }

    private static boolean opens(Secrets secrets, String checkValue) {
        try {
            return TEXT.equals(secrets.open(OWNER, Base64.getDecoder().decode(checkValue)));
        } catch (Secrets.SecretDoesNotOpen e) {
            return false;
        }
    }

    private static StartupRefused refused(HubProperties hub, EncryptionKey key) {
        if (key.madeNow().isPresent()) {
            key.discardIfMadeNow();
            return new StartupRefused("This database was set up with an encryption key, and this hub has none: "
                    + "HUB_ENCRYPTION_KEY is not set and there is no " + key.place() + ".",
                    "Set HUB_ENCRYPTION_KEY to the key that the other hubs on this database use, or put a copy of their "
                            + "encryption.key into " + hub.dataDir() + ".");
        }
        return new StartupRefused("The encryption key in " + key.place() + " is not the one this database was set up with.",
                "All hubs on one database need the same key: set HUB_ENCRYPTION_KEY to the one that the others use, or put "
                        + "back the encryption.key that this database was set up with (looked for in " + hub.dataDir()
                        + " where HUB_ENCRYPTION_KEY is not set).");
    }
}
