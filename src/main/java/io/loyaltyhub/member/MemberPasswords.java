package io.loyaltyhub.member;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.sale.Document;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.util.function.SingletonSupplier;

/**
 * How a member logs in: with the document and a password, of which only a strong hash is stored. Where the merchant wants it,
 * the CPF is the first password: nothing is stored for that but a mark, and whoever gets in by it must choose another.
 *
 * <p>Whether a person is known, has a password, or has another takes the same time to say: one comparison of a hash.
 */
@Component
public class MemberPasswords {

    private static final int SHORTEST = 8;
    /** What the hash looks at; whatever came after would not count. */
    private static final int LONGEST_BYTES = 72;

    private static final String FIND = """
            SELECT p.id, p.document, p.cpf_is_password, m.hash, m.must_change
              FROM participants known
              JOIN participants p ON p.merchant_id = known.merchant_id AND p.id = coalesce(known.merged_into, known.id)
              LEFT JOIN member_passwords m ON m.merchant_id = p.merchant_id AND m.participant_id = p.id
             WHERE known.merchant_id = ? AND known.document = ?
            """;

    private final JdbcClient jdbc;
    private final LoginAttempts attempts;
    private final Clock clock;
    private final PasswordEncoder encoder;
    /** Compared where there is nothing to compare, so that it takes as long. Made once somebody logs in: a strong hash takes its time. */
    private final Supplier<String> nobodys;

    public MemberPasswords(JdbcClient jdbc, LoginAttempts attempts, PasswordEncoder encoder, Clock clock) {
        this.jdbc = jdbc;
        this.attempts = attempts;
        this.encoder = encoder;
        this.nobodys = SingletonSupplier.of(() -> encoder.encode(UUID.randomUUID().toString()));
        this.clock = clock;
    }

    public enum Outcome {
        WELCOME,
        /** Right, and good for nothing but choosing another password. */
        MUST_CHANGE,
        WRONG,
        /** Not even looked at: there were too many attempts. */
        TOO_MANY
    }

    /**
     * @param participantId null unless the password is right
     * @param retryAfter    when to come again; null unless there were too many attempts
     */
    public record Login(Outcome outcome, UUID participantId, Duration retryAfter) {
    }

    private record Stored(UUID id, String document, boolean cpfIsPassword, String hash, boolean mustChange) {
    }

    /**
     * @param document with or without punctuation
     * @param address  where the attempt comes from
     */
    public Login logIn(UUID merchantId, String document, String password, String address) {
        String digits = Document.digits(document);
        Optional<Duration> wait = attempts.begin(merchantId, digits, address);
        if (wait.isPresent()) {
            return new Login(Outcome.TOO_MANY, null, wait.get());
        }
        Stored stored = jdbc.sql(FIND).params(merchantId, digits).query((row, number) -> new Stored(row.getObject("id", UUID.class), row.getString("document"),
                row.getBoolean("cpf_is_password"), row.getString("hash"), row.getBoolean("must_change"))).optional().orElse(null);
        boolean byHash = matches(password, stored == null || stored.hash() == null ? nobodys.get() : stored.hash());
        boolean byCpf = stored != null && stored.hash() == null && stored.cpfIsPassword() && isCpf(stored.document(), password);
        if (!byHash && !byCpf) {
            return new Login(Outcome.WRONG, null, null);
        }
        attempts.succeeded(merchantId, digits, address);
        return new Login(byCpf || stored.mustChange() ? Outcome.MUST_CHANGE : Outcome.WELCOME, stored.id(), null);
    }

    /** Longer than the hash can be given, it is not the password. */
    private boolean matches(String password, String hash) {
        boolean fits = password.getBytes(StandardCharsets.UTF_8).length <= LONGEST_BYTES;
        return encoder.matches(fits ? password : "", hash) && fits;
    }

    private static boolean isCpf(String document, String password) {
        byte[] given = password.replaceAll("[. -]", "").getBytes(StandardCharsets.UTF_8);
        return document != null && document.length() == 11 && MessageDigest.isEqual(document.getBytes(StandardCharsets.UTF_8), given);
    }

    /**
     * A new password in the place of whatever was one before.
     *
     * @param mustChange whether somebody else chose it, so that the member has to choose another
     */
    @Transactional
    public void set(UUID merchantId, UUID participant, String password, boolean mustChange) {
        String document = jdbc.sql("SELECT coalesce(document, '') FROM participants WHERE merchant_id = ? AND id = ? AND merged_into IS NULL AND erased_at IS NULL")
                .params(merchantId, participant).query(String.class).optional().orElseThrow(Problem::notFound);
        if (password.length() < SHORTEST || password.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
            throw Problem.invalid("password", "member.password-length", SHORTEST, LONGEST_BYTES);
        }
        if (!document.isEmpty() && Document.digits(password).contains(document)) {
            throw Problem.invalid("password", "member.password-is-document");
        }
        jdbc.sql("""
                INSERT INTO member_passwords (merchant_id, participant_id, hash, must_change, set_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (merchant_id, participant_id) DO UPDATE SET hash = excluded.hash, must_change = excluded.must_change, set_at = excluded.set_at
                """).params(merchantId, participant, encoder.encode(password), mustChange, Timestamp.from(clock.instant())).update();
        jdbc.sql("UPDATE participants SET cpf_is_password = false WHERE merchant_id = ? AND id = ?").params(merchantId, participant).update();
    }

    /**
     * Refuses (401) what a member shows who logged in before the password was last changed, or by a CPF that is no password any more,
     * or who is a member no more.
     */
    public void stillGood(UUID merchantId, UUID participant, Instant loggedInAt) {
        boolean good = jdbc.sql("""
                SELECT CASE WHEN m.set_at IS NULL THEN p.cpf_is_password ELSE date_trunc('milliseconds', m.set_at) <= ? END FROM participants p
                  LEFT JOIN member_passwords m ON m.merchant_id = p.merchant_id AND m.participant_id = p.id
                 WHERE p.merchant_id = ? AND p.id = ? AND p.merged_into IS NULL AND p.erased_at IS NULL
                """).params(Timestamp.from(loggedInAt), merchantId, participant).query(Boolean.class).optional().orElse(false);
        if (!good) {
            throw Problem.unauthorized();
        }
    }

    /** Whether the member may do nothing but choose another password. */
    public boolean mustChange(UUID merchantId, UUID participant) {
        return jdbc.sql("""
                SELECT coalesce(m.must_change, p.cpf_is_password) FROM participants p
                  LEFT JOIN member_passwords m ON m.merchant_id = p.merchant_id AND m.participant_id = p.id
                 WHERE p.merchant_id = ? AND p.id = ?
                """).params(merchantId, participant).query(Boolean.class).optional().orElse(false);
    }
}
