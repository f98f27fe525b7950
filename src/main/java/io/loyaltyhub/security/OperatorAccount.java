package io.loyaltyhub.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * The operator's password: the configured one, or else one that the first node to start makes up, says once and stores
 * hashed. Deleting the row {@code operator-password} of {@code hub_settings} makes the next start make up another.
 */
@Component
public class OperatorAccount {

    public static final String USER = "operator";

    private static final String SETTING = "operator-password";
    /** Without those that look alike when somebody copies them from a screen. */
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    /** A slow hash on every call would cost more than most calls; it is computed again at least this often. */
    private static final Duration REMEMBERED = Duration.ofSeconds(60);

    private final JdbcClient jdbc;
    private final Clock clock;
    private final PasswordEncoder encoder;
    private final byte[] configured;
    private final String generated;
    private volatile Remembered remembered;

    private record Remembered(byte[] sha256, Instant until) {
    }

    public OperatorAccount(JdbcClient jdbc, PasswordEncoder encoder, Clock clock, @Value("${hub.operator-password:}") String configured) {
        this.jdbc = jdbc;
        this.encoder = encoder;
        this.clock = clock;
        this.configured = configured.isBlank() ? null : sha256(configured);
        this.generated = this.configured == null ? generateUnlessStored() : null;
    }

    /** The password made up by this very start; empty where it is configured, or was made up before or by another node. */
    public Optional<String> generatedPassword() {
        return Optional.ofNullable(generated);
    }

    public boolean matches(String password) {
        byte[] presented = sha256(password);
        if (configured != null) {
            return MessageDigest.isEqual(configured, presented);
        }
        Remembered known = remembered;
        if (known != null && clock.instant().isBefore(known.until) && MessageDigest.isEqual(known.sha256, presented)) {
            return true;
        }
        return matchesStored(password, presented);
    }

    /** One at a time: whoever tries passwords keeps one processor busy, not all of them. */
    private synchronized boolean matchesStored(String password, byte[] presented) {
        boolean matches = stored().filter(hash -> encoder.matches(password, hash)).isPresent();
        if (matches) {
            remembered = new Remembered(presented, clock.instant().plus(REMEMBERED));
        }
        return matches;
    }

    private Optional<String> stored() {
        return jdbc.sql("SELECT value FROM hub_settings WHERE name = :name").param("name", SETTING)
                .query(String.class).optional();
    }

    private String generateUnlessStored() {
        if (stored().isPresent()) {
            return null;
        }
        String password = readable();
        int inserted = jdbc.sql("INSERT INTO hub_settings (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
                .param("name", SETTING).param("value", encoder.encode(password))
                .update();
        if (inserted == 0) {
            return null;
        }
        // Not only once the hub is up: a start that fails further on, say on a port in use, has stored the hash already.
        OperatorPasswordNotice.say(password);
        return password;
    }

    /** Four groups of five: 99 bits. */
    private static String readable() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            if (i > 0 && i % 5 == 0) {
                password.append('-');
            }
            password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return password.toString();
    }

    private static byte[] sha256(String password) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
