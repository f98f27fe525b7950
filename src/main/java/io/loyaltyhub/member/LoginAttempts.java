package io.loyaltyhub.member;

import io.loyaltyhub.security.Secrets;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Guessing is slow: a few attempts on one person are free, then each has to wait longer than the one before. Of an address, behind
 * which there may be many people, a number of failures is free, and one more every few minutes. Counted before a password is looked
 * at and for all nodes together, so that guessing at once helps nobody; and by codes, so that neither documents nor addresses are
 * stored. Documents that nobody has are counted like any other.
 */
@Component
class LoginAttempts {

    private static final int FREE_OF_A_PERSON = 5;
    private static final int FREE_OF_AN_ADDRESS = 50;
    private static final Duration ONE_MORE_OF_AN_ADDRESS = Duration.ofMinutes(5);
    private static final Duration FORGOTTEN = Duration.ofHours(24);

    private static final String WAIT = "least(make_interval(secs => 30) * 2 ^ least(a.failures - :free, 7), make_interval(hours => 1))";

    private static final String COUNT = """
            INSERT INTO login_attempts AS a (merchant_id, who, failures, last_at) VALUES (:merchant, :who, 1, :now)
            ON CONFLICT (merchant_id, who) DO UPDATE
               SET failures = CASE WHEN a.last_at < :forgotten THEN 1 ELSE a.failures + 1 END, last_at = excluded.last_at
             WHERE a.failures < :free OR a.last_at + %s <= excluded.last_at
            RETURNING failures
            """.formatted(WAIT);

    private static final String UNTIL = "SELECT a.last_at + " + WAIT + " FROM login_attempts a WHERE a.merchant_id = :merchant AND a.who = :who";

    /** {@code last_at} is when the last failure will have been made up for: as far ahead as there are failures. */
    private static final String COUNT_ADDRESS = """
            INSERT INTO login_attempts AS a (merchant_id, who, failures, last_at) VALUES (:merchant, :who, 1, :now::timestamptz + :one::interval)
            ON CONFLICT (merchant_id, who) DO UPDATE
               SET failures = a.failures + 1, last_at = greatest(a.last_at, :now::timestamptz) + :one::interval
             WHERE greatest(a.last_at, :now::timestamptz) + :one::interval <= :now::timestamptz + :free * :one::interval
            RETURNING failures
            """;

    private static final String ADDRESS_UNTIL = """
            SELECT a.last_at + :one::interval - :free * :one::interval FROM login_attempts a WHERE a.merchant_id = :merchant AND a.who = :who
            """;

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final Clock clock;

    LoginAttempts(JdbcClient jdbc, Secrets secrets, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * Counts a login, whatever becomes of the caller's transaction; how long to wait instead where there were too many. Once an
     * address has used up its own, nothing counts on anybody any more: else it could keep out whomever it names.
     */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    Optional<Duration> begin(UUID merchantId, String document, String address) {
        return ofAddress(merchantId, address).or(() -> ofPerson(merchantId, person(document)));
    }

    /** Counts one who asks for a new password: not as a login, so that whoever guessed too often has a way out. */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    Optional<Duration> beginReset(UUID merchantId, String document, String address) {
        return ofAddress(merchantId, address).or(() -> ofPerson(merchantId, code("forgot:" + document)));
    }

    private Optional<Duration> ofPerson(UUID merchantId, String who) {
        Map<String, Object> limit = Map.of("merchant", merchantId, "who", who, "free", FREE_OF_A_PERSON);
        Instant now = clock.instant();
        boolean admitted = jdbc.sql(COUNT).params(limit).param("now", Timestamp.from(now)).param("forgotten", Timestamp.from(now.minus(FORGOTTEN)))
                .query(Integer.class).optional().isPresent();
        return admitted ? Optional.empty() : Optional.of(wait(now, jdbc.sql(UNTIL).params(limit)));
    }

    private Optional<Duration> ofAddress(UUID merchantId, String address) {
        Map<String, Object> limit = Map.of("merchant", merchantId, "who", code("address:" + address), "free", FREE_OF_AN_ADDRESS,
                "one", ONE_MORE_OF_AN_ADDRESS.toString());
        Instant now = clock.instant();
        boolean admitted = jdbc.sql(COUNT_ADDRESS).params(limit).param("now", Timestamp.from(now)).query(Integer.class).optional().isPresent();
        return admitted ? Optional.empty() : Optional.of(wait(now, jdbc.sql(ADDRESS_UNTIL).params(limit)));
    }

    private static Duration wait(Instant now, JdbcClient.StatementSpec until) {
        Duration wait = Duration.between(now, until.query(Timestamp.class).single().toInstant());
        return wait.isNegative() || wait.isZero() ? Duration.ofSeconds(1) : wait;
    }

    /** The person begins anew; of the address only this one attempt is taken back, since others come from there too. */
    void succeeded(UUID merchantId, String document, String address) {
        forget(merchantId, document);
        jdbc.sql("UPDATE login_attempts SET failures = greatest(failures - 1, 0), last_at = last_at - ?::interval WHERE merchant_id = ? AND who = ?")
                .params(ONE_MORE_OF_AN_ADDRESS.toString(), merchantId, code("address:" + address)).update();
    }

    void forget(UUID merchantId, String document) {
        jdbc.sql("DELETE FROM login_attempts WHERE merchant_id = ? AND who IN (?, ?)").params(merchantId, person(document), code("forgot:" + document)).update();
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT1H")
    void forgetOldOnes() {
        jdbc.sql("DELETE FROM login_attempts WHERE last_at < ?").param(Timestamp.from(clock.instant().minus(FORGOTTEN))).update();
    }

    private String person(String document) {
        return code("document:" + document);
    }

    private String code(String who) {
        return Base64.getEncoder().encodeToString(secrets.code("login", who.getBytes(StandardCharsets.UTF_8)));
    }
}
