package io.loyaltyhub.member;

import io.loyaltyhub.security.Secrets;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Guessing is slow: a few attempts on one person, or from one address, are free, then each has to wait longer than the one
 * before. Counted before a password is looked at and for all nodes together, so that guessing at once helps nobody; and by
 * codes, so that neither documents nor addresses are stored. Documents that nobody has are counted like any other.
 */
@Component
class LoginAttempts {

    private static final int FREE_OF_A_PERSON = 5;
    private static final int FREE_OF_AN_ADDRESS = 50;
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

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final Clock clock;

    LoginAttempts(JdbcClient jdbc, Secrets secrets, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Counts one, whatever becomes of the caller's transaction; how long to wait instead where there were too many. */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    Optional<Duration> begin(UUID merchantId, String document, String address) {
        return count(merchantId, person(document), FREE_OF_A_PERSON).or(() -> count(merchantId, code("address:" + address), FREE_OF_AN_ADDRESS));
    }

    private Optional<Duration> count(UUID merchantId, String who, int free) {
        Instant now = clock.instant();
        boolean admitted = jdbc.sql(COUNT).param("merchant", merchantId).param("who", who).param("free", free).param("now", Timestamp.from(now))
                .param("forgotten", Timestamp.from(now.minus(FORGOTTEN))).query(Integer.class).optional().isPresent();
        if (admitted) {
            return Optional.empty();
        }
        Instant until = jdbc.sql(UNTIL).param("merchant", merchantId).param("who", who).param("free", free).query(Timestamp.class).single().toInstant();
        Duration wait = Duration.between(now, until);
        return Optional.of(wait.isNegative() || wait.isZero() ? Duration.ofSeconds(1) : wait);
    }

    /** The person begins anew; of the address only this one attempt is taken back, since others come from there too. */
    void succeeded(UUID merchantId, String document, String address) {
        forget(merchantId, document);
        jdbc.sql("UPDATE login_attempts SET failures = greatest(failures - 1, 0) WHERE merchant_id = ? AND who = ?")
                .params(merchantId, code("address:" + address)).update();
    }

    void forget(UUID merchantId, String document) {
        jdbc.sql("DELETE FROM login_attempts WHERE merchant_id = ? AND who = ?").params(merchantId, person(document)).update();
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
