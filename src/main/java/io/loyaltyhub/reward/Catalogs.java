package io.loyaltyhub.reward;

import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.poll.LeaseLost;
import io.loyaltyhub.poll.Node;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Whose feeds are due, who reads them, and how that ends. One at a time and node: a feed may be a gigabyte. */
@Component("catalogs")
public class Catalogs {

    private static final Logger LOG = LoggerFactory.getLogger(Catalogs.class);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(15);

    private static final String CLAIM = """
            WITH due AS (
                SELECT c.merchant_id, c.integration_id
                  FROM catalogs c
                  JOIN integrations i ON i.merchant_id = c.merchant_id AND i.id = c.integration_id
                 WHERE c.next_run_at <= now() AND (c.lease_until IS NULL OR c.lease_until < now())
                   AND i.catalog_feed_url IS NOT NULL AND i.deleted_at IS NULL
                   AND (i.active OR EXISTS (SELECT FROM catalog_runs r WHERE r.merchant_id = c.merchant_id AND r.integration_id = c.integration_id
                                                                         AND r.outcome = 'queued'))
                 ORDER BY c.next_run_at
                 LIMIT 1
                   FOR UPDATE OF c SKIP LOCKED)
            UPDATE catalogs c
               SET lease_owner = ?, lease_until = now() + make_interval(secs => ?), fencing = c.fencing + 1
              FROM due
             WHERE c.merchant_id = due.merchant_id AND c.integration_id = due.integration_id
            RETURNING c.merchant_id, c.integration_id, c.fencing, c.feed_url, c.etag, c.last_modified
            """;

    private static final String LOST = """
            UPDATE catalog_runs SET outcome = 'failed', finished_at = ?, error = 'o nó que lia o catálogo parou'
             WHERE merchant_id = ? AND integration_id = ? AND outcome = 'running'
            """;

    private static final String BEGIN = """
            WITH queued AS (
                SELECT min(id) AS id FROM catalog_runs WHERE merchant_id = ? AND integration_id = ? AND outcome = 'queued'),
            begun AS (
                UPDATE catalog_runs r SET outcome = 'running', started_at = ? FROM queued
                 WHERE r.merchant_id = ? AND r.id = queued.id
                RETURNING r.id),
            made AS (
                INSERT INTO catalog_runs (merchant_id, integration_id, requested_at, started_at, outcome)
                SELECT ?, ?, ?, ?, 'running' WHERE NOT EXISTS (SELECT FROM queued WHERE id IS NOT NULL)
                RETURNING id)
            SELECT id FROM begun UNION ALL SELECT id FROM made
            """;

    private static final String RELEASE = """
            UPDATE catalogs c
               SET lease_owner = NULL, lease_until = NULL,
                   next_run_at = CASE WHEN EXISTS (SELECT FROM catalog_runs r WHERE r.merchant_id = c.merchant_id AND r.integration_id = c.integration_id
                                                                                AND r.outcome = 'queued')
                                      THEN now() ELSE now() + make_interval(secs => ?) END
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ?
            """;

    private static final String RENEW = "UPDATE catalogs SET lease_until = now() + make_interval(secs => ?) WHERE merchant_id = ? AND integration_id = ? AND fencing = ?";

    private static final String FAILED = """
            UPDATE catalog_runs r SET outcome = ?, finished_at = ?, error = ?
             WHERE merchant_id = ? AND id = ?
               AND EXISTS (SELECT FROM catalogs c WHERE c.merchant_id = r.merchant_id AND c.integration_id = r.integration_id AND c.fencing = ?)
            """;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Integrations integrations;
    private final Node node;
    private final Clock clock;
    private final Duration interval;
    private final Set<CatalogRun> atWork = ConcurrentHashMap.newKeySet();

    Catalogs(JdbcTemplate jdbc, TransactionTemplate transaction, Integrations integrations, Node node, Clock clock,
             @Value("${hub.feed.interval:PT6H}") Duration interval) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.integrations = integrations;
        this.node = node;
        this.clock = clock;
        this.interval = interval;
    }

    /** Claims the feed that has waited longest, if this node is not reading one. */
    public List<CatalogRun> claimDue(Exchange tick) {
        if (!atWork.isEmpty()) {
            return List.of();
        }
        List<CatalogRun> claimed = transaction.execute(status -> claim());
        atWork.addAll(claimed);
        tick.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                claimed.forEach(atWork::remove);
            }
        });
        return claimed;
    }

    private List<CatalogRun> claim() {
        record Claimed(UUID merchantId, UUID integrationId, long fencing, String url, String etag, String lastModified) {
        }
        List<Claimed> rows = jdbc.query(CLAIM, (row, number) -> new Claimed(row.getObject(1, UUID.class), row.getObject(2, UUID.class), row.getLong(3),
                row.getString(4), row.getString(5), row.getString(6)), node.name(), node.leaseSeconds());
        List<CatalogRun> runs = new ArrayList<>();
        for (Claimed row : rows) {
            Timestamp now = Timestamp.from(clock.instant());
            Integration integration = integrations.find(row.merchantId(), row.integrationId()).orElseThrow();
            jdbc.update(LOST, now, row.merchantId(), row.integrationId());
            Long id = jdbc.queryForObject(BEGIN, Long.class, row.merchantId(), row.integrationId(), now, row.merchantId(),
                    row.merchantId(), row.integrationId(), now, now);
            boolean sameAddress = integration.catalogFeedUrl().equals(row.url());
            runs.add(new CatalogRun(integration, id == null ? 0 : id, row.fencing(), sameAddress, sameAddress ? row.etag() : null, sameAddress ? row.lastModified() : null));
        }
        return runs;
    }

    /** The run is over, whatever came of it: what is written of it is written. */
    public void finish(Exchange exchange) {
        release(exchange.getVariable("run", CatalogRun.class), interval);
    }

    /** The feed could not be had, or is none: the rewards stay as they are, and the merchant reads why. */
    public void fail(Exchange exchange) {
        CatalogRun run = exchange.getVariable("run", CatalogRun.class);
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause instanceof LeaseLost) {
            LOG.info("{}", cause.getMessage());
            return;
        }
        String error;
        if (cause instanceof FeedRefused || cause instanceof PlatformFailure) {
            LOG.warn("the feed of {} was not read: {}", run.integration().name(), cause.toString());
            error = cause.getMessage();
        } else {
            String reference = UUID.randomUUID().toString().substring(0, 8);
            LOG.error("the feed of {} failed in an unforeseen way, reference {}: {}", run.integration().id(), reference, Answers.masked(String.valueOf(cause)), cause);
            error = "erro interno, referência " + reference;
        }
        jdbc.update(FAILED, "failed", Timestamp.from(clock.instant()), error, run.integration().merchantId(), run.id(), run.fencing());
        release(run, AFTER_FAILURE.compareTo(interval) < 0 ? AFTER_FAILURE : interval);
    }

    private void release(CatalogRun run, Duration rest) {
        jdbc.update(RELEASE, rest.toMillis() / 1000.0, run.integration().merchantId(), run.integration().id(), run.fencing());
    }

    @Scheduled(fixedDelayString = "${hub.poll.renewal:PT8S}")
    void renewLeases() {
        for (CatalogRun run : atWork) {
            jdbc.update(RENEW, node.leaseSeconds(), run.integration().merchantId(), run.integration().id(), run.fencing());
        }
    }
}
