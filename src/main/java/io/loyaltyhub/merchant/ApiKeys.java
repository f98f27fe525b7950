package io.loyaltyhub.merchant;

import io.loyaltyhub.api.Problem;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The keys by which merchants' programs log in: {@code lhk_<merchant>_<key>_<secret>}, the ids as 32 hex digits and the
 * secret 256 random bits. Only a hash of the secret is kept. Every look-up asks the database, so that a revoked key is
 * refused by every node at once.
 */
@Component
public class ApiKeys {

    private static final Pattern KEY = Pattern.compile("lhk_([0-9a-f]{32})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcClient jdbc;
    private final Clock clock;

    public ApiKeys(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A key just made. Its text is known here and now, and never again. */
    public record IssuedKey(UUID id, String text) {

        @Override
        public String toString() {
            return "IssuedKey[id=" + id + "]";
        }
    }

    /** @param hint the last four characters of the key, for people to tell theirs apart; {@code revokedAt} may be null */
    public record KeyInfo(UUID id, String hint, Instant createdAt, Instant revokedAt) {
    }

    public IssuedKey issue(UUID merchant) {
        UUID id = UUID.randomUUID();
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        jdbc.sql("""
                        INSERT INTO api_keys (merchant_id, id, secret_hash, hint, created_at)
                        VALUES (:merchant, :id, :hash, :hint, :now)
                        """)
                .param("merchant", merchant).param("id", id).param("hash", sha256(secret))
                .param("hint", secret.substring(secret.length() - 4)).param("now", now())
                .update();
        return new IssuedKey(id, "lhk_" + digits(merchant) + "_" + digits(id) + "_" + secret);
    }

    /** From now on the key is refused. Revoking it again changes nothing; a key the merchant never had is a 404. */
    public void revoke(UUID merchant, UUID keyId) {
        int known = jdbc.sql("""
                        UPDATE api_keys SET revoked_at = coalesce(revoked_at, :now)
                        WHERE merchant_id = :merchant AND id = :id
                        """)
                .param("merchant", merchant).param("id", keyId).param("now", now())
                .update();
        if (known == 0) {
            throw Problem.notFound();
        }
    }

    /** All keys of a merchant, the revoked ones too, the newest first. */
    public List<KeyInfo> list(UUID merchant) {
        return jdbc.sql("""
                        SELECT id, hint, created_at, revoked_at FROM api_keys
                        WHERE merchant_id = :merchant ORDER BY created_at DESC, id
                        """)
                .param("merchant", merchant)
                .query((row, n) -> new KeyInfo(row.getObject("id", UUID.class), row.getString("hint"),
                        instant(row.getObject("created_at", OffsetDateTime.class)),
                        instant(row.getObject("revoked_at", OffsetDateTime.class))))
                .list();
    }

    /** Whose key this is; empty where it is nobody's, revoked or no key at all. */
    public Optional<UUID> merchantOf(String key) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches()) {
            return Optional.empty();
        }
        UUID merchant = uuid(parts.group(1));
        return jdbc.sql("""
                        SELECT secret_hash FROM api_keys
                        WHERE merchant_id = :merchant AND id = :id AND revoked_at IS NULL
                        """)
                .param("merchant", merchant).param("id", uuid(parts.group(2)))
                .query(byte[].class)
                .optional()
                .filter(hash -> MessageDigest.isEqual(hash, sha256(parts.group(3))))
                .map(hash -> merchant);
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static String digits(UUID id) {
        return id.toString().replace("-", "");
    }

    private static UUID uuid(String digits) {
        return new UUID(new BigInteger(digits.substring(0, 16), 16).longValue(),
                new BigInteger(digits.substring(16), 16).longValue());
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
