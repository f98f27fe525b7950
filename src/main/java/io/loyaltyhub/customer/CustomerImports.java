package io.loyaltyhub.customer;

import io.loyaltyhub.deadletter.DeadLetters;
import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.poll.LeaseLost;
import io.loyaltyhub.poll.Node;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Which integrations' customers are due, who reads them, and how that ends: what {@code Polls} is for orders, and by the same
 * means, a lease and a fencing number in PostgreSQL. One integration of a platform at a time and node: customers can wait.
 */
@Component("customerImports")
public class CustomerImports {

    private static final Logger LOG = LoggerFactory.getLogger(CustomerImports.class);
    private static final Duration FIRST_POSTPONEMENT = Duration.ofMinutes(1);
    private static final Duration LONGEST_POSTPONEMENT = Duration.ofHours(6);

    private static final String CLAIM = """
            WITH due AS (
                SELECT c.merchant_id, c.integration_id
                  FROM customer_imports c
                  JOIN integrations i ON i.merchant_id = c.merchant_id AND i.id = c.integration_id
                 WHERE c.platform = ? AND c.next_import_at <= now() AND (c.lease_until IS NULL OR c.lease_until < now())
                   AND i.active AND i.import_customers AND i.deleted_at IS NULL
                 ORDER BY c.next_import_at
                 LIMIT 1
                   FOR UPDATE OF c SKIP LOCKED)
            UPDATE customer_imports c
               SET lease_owner = ?, lease_until = now() + make_interval(secs => ?), fencing = c.fencing + 1
              FROM due
             WHERE c.merchant_id = due.merchant_id AND c.integration_id = due.integration_id
            RETURNING c.merchant_id, c.integration_id, c.fencing, coalesce(c.since, '2000-01-01T00:00:00Z') AS since, c.window_started_at, c.next_page,
                      c.consecutive_failures
            """;

    private static final String RELEASE = """
            UPDATE customer_imports
               SET lease_owner = NULL, lease_until = NULL, next_import_at = now() + make_interval(secs => ?),
                   consecutive_failures = ?, last_success_at = coalesce(?, last_success_at), last_error = ?
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = ?
            """;

    private static final String RENEW = """
            UPDATE customer_imports SET lease_until = now() + make_interval(secs => ?)
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = ? AND lease_until > now()
            """;

    private final JdbcTemplate jdbc;
    private final Integrations integrations;
    private final Platforms platforms;
    private final DeadLetters deadLetters;
    private final Node node;
    private final Clock clock;
    /** The imports this node is at: their leases are renewed, and of each platform there is one at a time. */
    private final Set<CustomerImport> atWork = ConcurrentHashMap.newKeySet();

    public CustomerImports(JdbcTemplate jdbc, Integrations integrations, Platforms platforms, DeadLetters deadLetters, Node node, Clock clock) {
        this.jdbc = jdbc;
        this.integrations = integrations;
        this.platforms = platforms;
        this.deadLetters = deadLetters;
        this.node = node;
        this.clock = clock;
    }

    /** Claims the integration of the platform whose customers have waited longest, if any are due. */
    public List<CustomerImport> claimDue(String platform, Exchange tick) {
        if (atWork.stream().anyMatch(one -> one.platform().name().equals(platform))) {
            return List.of();
        }
        record Claimed(UUID merchantId, UUID integrationId, CustomerImport.Claim claim) {
        }
        List<Claimed> rows = jdbc.query(CLAIM, (row, number) -> new Claimed(
                row.getObject("merchant_id", UUID.class), row.getObject("integration_id", UUID.class),
                new CustomerImport.Claim(row.getLong("fencing"), row.getTimestamp("since").toInstant(), instant(row.getTimestamp("window_started_at")),
                        row.getString("next_page"), row.getInt("consecutive_failures"))), platform, node.name(), node.leaseSeconds());
        List<CustomerImport> claimed = new ArrayList<>();
        for (Claimed row : rows) {
            try {
                Integration integration = integrations.find(row.merchantId(), row.integrationId()).orElseThrow();
                claimed.add(new CustomerImport(integration, platforms.get(platform), row.claim(),
                        deadLetters.toReplay(row.merchantId(), row.integrationId(), true)));
            } catch (RuntimeException e) {
                LOG.error("the customers of integration {} cannot be read: {}", row.integrationId(), e.getMessage());
                release(row.merchantId(), row.integrationId(), row.claim(), LONGEST_POSTPONEMENT, row.claim().failures() + 1, null,
                        "a configuração da integração não pode ser lida");
            }
        }
        atWork.addAll(claimed);
        whenDone(tick, claimed);
        return claimed;
    }

    private void whenDone(Exchange exchange, List<CustomerImport> imports) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                imports.forEach(atWork::remove);
            }
        });
    }

    /** Sets the variables that the route's steps and the platform's own routes read. */
    public void start(Exchange exchange) {
        CustomerImport started = exchange.getMessage().getBody(CustomerImport.class);
        Route route = exchange.getContext().getRoute(exchange.getFromRouteId());
        if (route != null && route.getConsumer() instanceof StatefulService consumer) {
            started.endsOnceIt(() -> !consumer.isStarted());
        }
        exchange.setVariable("import", started);
        exchange.setVariable("integration", started.integration());
        exchange.setVariable("settings", started.integration().settings());
        exchange.setVariable("platform", started.platform().name());
    }

    /** Read to its end, or as many pages as one import may. */
    public void finish(Exchange exchange) {
        CustomerImport done = exchange.getVariable("import", CustomerImport.class);
        release(done, done.isCutShort() ? Duration.ZERO : done.platform().polling().customersInterval(), 0, clock.instant(), null);
    }

    /** What was posted stays; the rest waits, longer each time. */
    public void fail(Exchange exchange) {
        CustomerImport failed = exchange.getVariable("import", CustomerImport.class);
        Throwable cause = PlatformFailure.caughtBy(exchange);
        if (cause instanceof LeaseLost) {
            LOG.info("{}", cause.getMessage());
            return;
        }
        if (failed.isStopping()) {
            release(failed, Duration.ZERO, failed.claim().failures(), null, null);
            return;
        }
        String error;
        if (cause instanceof PlatformFailure failure) {
            LOG.warn("{} failed: {}", failed, failure.toString());
            error = failure.getMessage();
        } else {
            String reference = UUID.randomUUID().toString().substring(0, 8);
            LOG.error("{} failed in an unforeseen way, reference {}: {}", failed, reference, Answers.masked(String.valueOf(cause)), cause);
            error = "erro interno, referência " + reference;
        }
        release(failed, postponement(failed, cause), failed.claim().failures() + 1, null, error);
    }

    private static Duration postponement(CustomerImport failed, Throwable cause) {
        Duration wait = FIRST_POSTPONEMENT.multipliedBy(1L << Math.min(failed.claim().failures(), 10));
        if (cause instanceof PlatformFailure failure && failure.retryAfter() != null && failure.retryAfter().compareTo(wait) > 0) {
            return failure.retryAfter();
        }
        return wait.compareTo(LONGEST_POSTPONEMENT) > 0 ? LONGEST_POSTPONEMENT : wait;
    }

    private void release(CustomerImport one, Duration rest, int failures, Instant succeededAt, String error) {
        release(one.integration().merchantId(), one.integration().id(), one.claim(), rest, failures, succeededAt, error);
    }

    private void release(UUID merchantId, UUID integrationId, CustomerImport.Claim claim, Duration rest, int failures, Instant succeededAt, String error) {
        jdbc.update(RELEASE, rest.toMillis() / 1000.0, failures, succeededAt == null ? null : Timestamp.from(succeededAt), error,
                merchantId, integrationId, claim.fencing(), node.name());
    }

    @Scheduled(fixedDelayString = "${hub.poll.renewal:PT8S}")
    void renewLeases() {
        for (CustomerImport one : atWork) {
            jdbc.update(RENEW, node.leaseSeconds(), one.integration().merchantId(), one.integration().id(), one.claim().fencing(), node.name());
        }
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
