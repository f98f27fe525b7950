package io.loyaltyhub.poll;

import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Orders that platforms say have changed. A hint is no more than that: the order is asked for, by the same route and with
 * the same care as one found by polling, and what is lost of hints the next poll finds. One that comes ten times within a
 * second is one hint.
 */
@Component
public class Hints {

    private static final Logger LOG = LoggerFactory.getLogger(Hints.class);
    private static final int MOST_IN_A_POLL = 50;
    private static final int MOST_WAITING = 10_000;
    /** The first after 15 seconds, the last after some eight hours. */
    private static final int ATTEMPTS = 12;

    private static final String NOTE = """
            INSERT INTO hints (merchant_id, integration_id, order_id, received_at, retry_at)
            SELECT ?, ?, order_id, ?, now() FROM unnest(?::text[]) AS order_id
             WHERE (SELECT count(*) FROM (SELECT FROM hints WHERE merchant_id = ? AND integration_id = ? LIMIT ?) AS waiting) < ?
             ORDER BY order_id
            ON CONFLICT (merchant_id, integration_id, order_id) DO UPDATE
               SET received_at = excluded.received_at, retry_at = excluded.retry_at, attempts = 0
            """;

    /** Only where sales are polled at all, else nobody would ever follow it up. */
    private static final String WAKE = """
            UPDATE polling p SET hinted_at = least(p.hinted_at, now())
              FROM integrations i
             WHERE p.merchant_id = ? AND p.integration_id = ? AND i.merchant_id = p.merchant_id AND i.id = p.integration_id
               AND i.active AND i.import_sales AND i.deleted_at IS NULL
            """;

    private static final String DUE = """
            SELECT order_id, received_at FROM hints
             WHERE merchant_id = ? AND integration_id = ? AND retry_at <= now() ORDER BY retry_at, order_id LIMIT ?
            """;

    /** A hint that came again while its order was being fetched stands for a further change. */
    private static final String RESOLVE = """
            DELETE FROM hints h USING unnest(?::text[], ?::text[]::timestamptz[]) AS done (order_id, received_at)
             WHERE h.merchant_id = ? AND h.integration_id = ? AND h.order_id = done.order_id AND h.received_at <= done.received_at
            """;

    private static final String MISSED = """
            UPDATE hints SET attempts = attempts + 1, retry_at = now() + make_interval(secs => 15 * 2 ^ least(attempts, 10))
             WHERE merchant_id = ? AND integration_id = ? AND order_id = ?
            RETURNING attempts
            """;

    /** By how old the hint is: what a platform owes for a minute is asked for a moment after, what it owes for a day each hour. */
    private static final String FAILED = """
            UPDATE hints SET retry_at = now() + least(greatest(interval '15 seconds', (now() - received_at) / 4), interval '1 hour')
             WHERE merchant_id = ? AND integration_id = ? AND order_id = ?
            RETURNING received_at < now() - interval '3 days'
            """;

    private final JdbcTemplate jdbc;
    private final Clock clock;

    public Hints(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    public record Hint(String orderId, Instant receivedAt) {
    }

    /** @return whether anybody will follow it up: false where the integration is paused */
    @Transactional
    public boolean note(UUID merchantId, UUID integrationId, Collection<String> orderIds) {
        if (jdbc.update(WAKE, merchantId, integrationId) == 0) {
            return false;
        }
        jdbc.update(NOTE, merchantId, integrationId, Timestamp.from(clock.instant()), orderIds.stream().distinct().toArray(String[]::new),
                merchantId, integrationId, MOST_WAITING, MOST_WAITING);
        return true;
    }

    List<Hint> due(Integration integration) {
        return jdbc.query(DUE, (row, number) -> new Hint(row.getString(1), row.getTimestamp(2).toInstant()),
                integration.merchantId(), integration.id(), MOST_IN_A_POLL);
    }

    /** The page that follows them up is being posted: they are done with in the same transaction. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void resolve(Integration integration, List<Hint> hints) {
        if (!hints.isEmpty()) {
            jdbc.update(RESOLVE, hints.stream().map(Hint::orderId).toArray(String[]::new),
                    hints.stream().map(hint -> hint.receivedAt().toString()).toArray(String[]::new), integration.merchantId(), integration.id());
        }
    }

    /**
     * The platform does not know the order: asked for again a few times, later each time, and then no more.
     *
     * @return whether that was the last time; then the page that is read now resolves it
     */
    boolean missed(Integration integration, String orderId, PlatformFailure failure) {
        List<Integer> attempts = jdbc.queryForList(MISSED, Integer.class, integration.merchantId(), integration.id(), orderId);
        boolean givenUp = !attempts.isEmpty() && attempts.get(0) >= ATTEMPTS;
        if (givenUp) {
            LOG.warn("{} announced order {} and does not give it: {}", integration.name(), orderId, failure.toString());
        }
        return givenUp;
    }

    /**
     * The platform fails on the order, which may be the order's fault or its own: asked for again soon, and for days.
     *
     * @return whether that was the last time, as with {@link #missed}
     */
    boolean failed(Integration integration, String orderId, PlatformFailure failure) {
        boolean givenUp = jdbc.queryForList(FAILED, Boolean.class, integration.merchantId(), integration.id(), orderId).contains(true);
        if (givenUp) {
            LOG.warn("{} has failed for days on order {}, which it announced: {}", integration.name(), orderId, failure.toString());
        }
        return givenUp;
    }
}
