package io.loyaltyhub.poll;

import io.loyaltyhub.deadletter.DeadLetters;
import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.points.PointsRule;
import io.loyaltyhub.points.PointsRules;
import io.loyaltyhub.security.Secrets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which integrations are due, who works on them, and how their polls end. All of it stands in PostgreSQL: nodes share
 * the work and take over from each other with nothing but this.
 */
@Component("polls")
public class Polls {

    private static final Logger LOG = LoggerFactory.getLogger(Polls.class);
    private static final Duration LONGEST_POSTPONEMENT = Duration.ofHours(1);

    private static final String CLAIM = """
            WITH due AS (
                SELECT p.merchant_id, p.integration_id
                  FROM polling p
                  JOIN integrations i ON i.merchant_id = p.merchant_id AND i.id = p.integration_id
                 WHERE p.platform = ? AND (p.next_poll_at <= now() OR p.hinted_at <= now() AND p.consecutive_failures = 0)
                   AND (p.lease_until IS NULL OR p.lease_until < now())
                   AND i.active AND i.import_sales AND i.deleted_at IS NULL
                 ORDER BY least(p.next_poll_at, p.hinted_at)
                 LIMIT ?
                   FOR UPDATE OF p SKIP LOCKED)
            UPDATE polling p
               SET lease_owner = ?, lease_until = now() + make_interval(secs => ?), fencing = p.fencing + 1
              FROM due
             WHERE p.merchant_id = due.merchant_id AND p.integration_id = due.integration_id
            RETURNING p.merchant_id, p.integration_id, p.fencing, p.since, p.window_started_at, p.next_page, p.consecutive_failures,
                p.next_poll_at <= now() AS window_due, p.hinted_at <= now() AS hinted,
                EXISTS (SELECT FROM dead_letters d
                         WHERE d.merchant_id = p.merchant_id AND d.integration_id = p.integration_id) AS open_dead_letters
            """;

    private static final String LOST = """
            UPDATE polls SET outcome = 'lost', finished_at = ?, error = 'o nó que fazia esta consulta parou; outra a continua'
             WHERE merchant_id = ? AND integration_id = ? AND outcome = 'running' AND finished_at IS NULL
            """;

    private static final String BEGIN_REQUESTED = """
            UPDATE polls SET outcome = 'running', started_at = ?, node = ?
             WHERE merchant_id = ? AND id = (SELECT min(id) FROM polls
                                              WHERE merchant_id = ? AND integration_id = ? AND outcome = 'queued' AND finished_at IS NULL)
            RETURNING id
            """;

    private static final String BEGIN = """
            INSERT INTO polls (merchant_id, integration_id, requested_at, started_at, node, outcome)
            VALUES (?, ?, ?, ?, ?, 'running')
            RETURNING id
            """;

    private static final String RELEASE = """
            UPDATE polling p
               SET lease_owner = NULL, lease_until = NULL,
                   next_poll_at = CASE WHEN EXISTS (SELECT FROM polls q
                                                     WHERE q.merchant_id = p.merchant_id AND q.integration_id = p.integration_id
                                                       AND q.outcome = 'queued' AND q.finished_at IS NULL)
                                       THEN now() ELSE coalesce(now() + make_interval(secs => ?), p.next_poll_at) END,
                   hinted_at = (SELECT min(h.retry_at) FROM hints h WHERE h.merchant_id = p.merchant_id AND h.integration_id = p.integration_id),
                   consecutive_failures = ?,
                   last_success_at = coalesce(?, last_success_at),
                   last_error = ?
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = ?
            """;

    private static final String LOCK = "SELECT 1 FROM polling WHERE merchant_id = ? AND integration_id = ? FOR UPDATE";

    private static final String END = """
            UPDATE polls SET outcome = ?, finished_at = ?, error = ? WHERE merchant_id = ? AND id = ? AND finished_at IS NULL
            """;

    private static final String RENEW = """
            UPDATE polling SET lease_until = now() + make_interval(secs => ?)
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = ? AND lease_until > now()
            """;

    /** What was asked for and cannot be done has failed; left open, it would have the integration claimed again at once. */
    private static final String CANNOT = """
            UPDATE polls SET outcome = 'failed', finished_at = ?, error = ?
             WHERE merchant_id = ? AND integration_id = ? AND outcome = 'queued' AND finished_at IS NULL
            """;

    private static final String FORGET = "DELETE FROM polls WHERE finished_at < ?";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Integrations integrations;
    private final Platforms platforms;
    private final PointsRules rules;
    private final DeadLetters deadLetters;
    private final Hints hints;
    private final Node node;
    private final Clock clock;
    private final int workers;
    private final Duration firstPostponement;
    /** The polls this node is at: each takes a worker, and their leases alone are renewed. */
    private final Set<Poll> atWork = ConcurrentHashMap.newKeySet();
    private final Map<String, Object> claiming = new ConcurrentHashMap<>();

    public Polls(JdbcTemplate jdbc, TransactionTemplate transaction, Integrations integrations, Platforms platforms, PointsRules rules,
                 DeadLetters deadLetters, Hints hints, Node node, Clock clock,
                 @Value("${hub.poll.workers:4}") int workers,
                 @Value("${hub.poll.postponement:PT30S}") Duration firstPostponement) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.integrations = integrations;
        this.platforms = platforms;
        this.rules = rules;
        this.deadLetters = deadLetters;
        this.hints = hints;
        this.node = node;
        this.clock = clock;
        this.workers = workers;
        this.firstPostponement = firstPostponement;
    }

    /** Claims as many due integrations of the platform as this node has workers free for it. */
    public List<Poll> claimDue(String platform) {
        synchronized (claiming.computeIfAbsent(platform, name -> new Object())) {
            int free = workers - (int) atWork.stream().filter(poll -> poll.platform().name().equals(platform)).count();
            if (free <= 0) {
                return List.of();
            }
            List<Poll> claimed = transaction.execute(status -> claim(platform, free));
            atWork.addAll(claimed);
            return claimed;
        }
    }

    /** The same, for a tick of the route: what was claimed is given up with the tick, whether or not it was begun. */
    public List<Poll> claimDue(String platform, Exchange tick) {
        List<Poll> claimed = claimDue(platform);
        if (!claimed.isEmpty()) {
            whenDone(tick, claimed);
        }
        return claimed;
    }

    /** However an exchange ends: a route that is made to stop does not take it along the rest of its way. */
    private void whenDone(Exchange exchange, List<Poll> polls) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                polls.forEach(atWork::remove);
            }
        });
    }

    private List<Poll> claim(String platform, int most) {
        record Claimed(UUID merchantId, UUID integrationId, boolean hinted, Poll.Claim claim) {
        }
        List<Claimed> rows = jdbc.query(CLAIM, (row, number) -> new Claimed(
                row.getObject("merchant_id", UUID.class),
                row.getObject("integration_id", UUID.class),
                row.getBoolean("hinted"),
                new Poll.Claim(0, row.getLong("fencing"), row.getTimestamp("since").toInstant(), instant(row.getTimestamp("window_started_at")),
                        row.getString("next_page"), row.getInt("consecutive_failures"), row.getBoolean("open_dead_letters"),
                        row.getBoolean("window_due"))),
                platform, most, node.name(), node.leaseSeconds());
        List<Poll> polls = new ArrayList<>();
        for (Claimed row : rows) {
            try {
                Integration integration = integrations.find(row.merchantId(), row.integrationId()).orElseThrow();
                PointsRule rule = rules.forIntegration(integration).orElse(null);
                if (rule == null) {
                    refuse(row.merchantId(), row.integrationId(), row.claim(), "nenhuma regra de pontos vale para esta integração");
                } else {
                    polls.add(poll(integration, rule, row.claim(), row.hinted(), begin(integration)));
                }
            } catch (IllegalArgumentException | IllegalStateException | Secrets.SecretDoesNotOpen e) {
                // One integration whose platform is gone or whose secrets do not open must not hold up the others.
                LOG.error("integration {} cannot be polled: {}", row.integrationId(), e.getMessage());
                refuse(row.merchantId(), row.integrationId(), row.claim(), "a configuração da integração não pode ser lida");
            }
        }
        return polls;
    }

    private void refuse(UUID merchantId, UUID integrationId, Poll.Claim claim, String error) {
        jdbc.update(CANNOT, Timestamp.from(clock.instant()), error, merchantId, integrationId);
        jdbc.update(RELEASE, LONGEST_POSTPONEMENT.toSeconds(), claim.failures() + 1, null, error, merchantId, integrationId, claim.fencing(), node.name());
    }

    private Poll poll(Integration integration, PointsRule rule, Poll.Claim claim, boolean hinted, long pollId) {
        Poll.Claim numbered = new Poll.Claim(pollId, claim.fencing(), claim.since(), claim.windowStartedAt(), claim.nextPage(),
                claim.failures(), claim.openDeadLetters(), claim.windowDue());
        return new Poll(integration, platforms.get(integration.platform()), rule, numbered, claim.openDeadLetters()
                ? deadLetters.toReplay(integration.merchantId(), integration.id(), false) : List.of(),
                hinted ? hints.due(integration) : List.of());
    }

    private long begin(Integration integration) {
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.update(LOST, now, integration.merchantId(), integration.id());
        List<Long> requested = jdbc.queryForList(BEGIN_REQUESTED, Long.class, now, node.name(),
                integration.merchantId(), integration.merchantId(), integration.id());
        if (!requested.isEmpty()) {
            return requested.get(0);
        }
        Long id = jdbc.queryForObject(BEGIN, Long.class, integration.merchantId(), integration.id(), now, now, node.name());
        return id == null ? 0 : id;
    }

    /** Sets the variables that the route's steps and the platform's own routes read. */
    public void start(Exchange exchange) {
        Poll poll = exchange.getMessage().getBody(Poll.class);
        whenDone(exchange, List.of(poll));
        Route route = exchange.getContext().getRoute(exchange.getFromRouteId());
        if (route != null && route.getConsumer() instanceof StatefulService clock) {
            // A route's clock is the first to be stopped.
            poll.endsOnceIt(() -> !clock.isStarted());
        }
        exchange.setVariable("poll", poll);
        exchange.setVariable("integration", poll.integration());
        exchange.setVariable("settings", poll.integration().settings());
        exchange.setVariable("platform", poll.platform().name());
        exchange.setVariable("rule", poll.rule());
    }

    /** The poll read all there was, or as many pages as one poll may; the last of them may still be on its way to the database. */
    public void finish(Exchange exchange) {
        Poll poll = exchange.getVariable("poll", Poll.class);
        poll.awaitPosting();
        Duration rest = poll.isCutShort() ? Duration.ZERO : poll.claim().windowDue() ? poll.integration().pollInterval() : null;
        release(poll, rest, 0, clock.instant(), null);
        end(poll, poll.isCutShort() ? "more" : "ok", null);
    }

    /** The poll failed: what was posted stays, the rest waits; longer each time, as long as it keeps failing. */
    public void fail(Exchange exchange) {
        Poll poll = exchange.getVariable("poll", Poll.class);
        // A page that was not posted came before whatever was read meanwhile.
        Throwable posting = poll.failureOfPosting();
        Throwable cause = posting == null ? PlatformFailure.caughtBy(exchange) : posting;
        if (cause instanceof LeaseLost) {
            LOG.info("{}", cause.getMessage());
            return;
        }
        if (poll.isStopping()) {
            LOG.info("{} was cut off: {}", poll, String.valueOf(cause));
            release(poll, Duration.ZERO, poll.claim().failures(), null, null);
            end(poll, "more", null);
            return;
        }
        String error = words(poll, cause);
        Duration wait = postponement(poll, cause);
        release(poll, wait, poll.claim().failures() + 1, null, error);
        end(poll, "failed", error);
    }

    private String words(Poll poll, Throwable cause) {
        if (cause instanceof PlatformFailure failure) {
            LOG.warn("{} of {} failed: {}", poll, poll.integration().name(), failure.toString());
            return failure.getMessage();
        }
        String reference = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("{} failed in an unforeseen way, reference {}: {}", poll, reference, Answers.masked(String.valueOf(cause)), cause);
        return "erro interno, referência " + reference;
    }

    private Duration postponement(Poll poll, Throwable cause) {
        Duration base = poll.integration().pollInterval().compareTo(firstPostponement) < 0 ? poll.integration().pollInterval() : firstPostponement;
        Duration wait = base.multipliedBy(1L << Math.min(poll.claim().failures(), 12));
        if (cause instanceof PlatformFailure failure && failure.retryAfter() != null && failure.retryAfter().compareTo(wait) > 0) {
            return failure.retryAfter();
        }
        return wait.compareTo(LONGEST_POSTPONEMENT) > 0 ? LONGEST_POSTPONEMENT : wait;
    }

    /** @param rest until the next poll; null: the next one stays where it was */
    private void release(Poll poll, Duration rest, int failures, Instant succeededAt, String error) {
        Integration integration = poll.integration();
        // First the row, then a look at the hints: one that comes in between would be seen by neither.
        transaction.executeWithoutResult(status -> {
            jdbc.queryForList(LOCK, integration.merchantId(), integration.id());
            jdbc.update(RELEASE, rest == null ? null : rest.toMillis() / 1000.0, failures, succeededAt == null ? null : Timestamp.from(succeededAt), error,
                    integration.merchantId(), integration.id(), poll.claim().fencing(), node.name());
        });
    }

    private void end(Poll poll, String outcome, String error) {
        jdbc.update(END, outcome, Timestamp.from(clock.instant()), error, poll.integration().merchantId(), poll.claim().pollId());
    }

    /** Integrations that this node works on right now. */
    public int working() {
        return atWork.size();
    }

    @Scheduled(fixedDelayString = "${hub.poll.renewal:PT8S}")
    void renewLeases() {
        for (Poll poll : atWork) {
            jdbc.update(RENEW, node.leaseSeconds(), poll.integration().merchantId(), poll.integration().id(), poll.claim().fencing(), node.name());
        }
    }

    @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT6H")
    void forgetOldPolls() {
        jdbc.update(FORGET, Timestamp.from(clock.instant().minus(Duration.ofDays(30))));
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
