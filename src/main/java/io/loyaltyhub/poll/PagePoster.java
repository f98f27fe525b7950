package io.loyaltyhub.poll;

import io.loyaltyhub.deadletter.DeadLetter;
import io.loyaltyhub.deadletter.DeadLetters;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.points.Ledger;
import io.loyaltyhub.points.Posted;
import io.loyaltyhub.points.Source;
import io.loyaltyhub.points.Verdict;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Posts a page as one transaction: sales, entries, balances, dead letters, the poll's counts and, last, the cursor, all
 * under the claim's fencing number. Commits are what costs, so there is one per page, not one per order.
 *
 * <p>If the database refuses something in the page, it is posted order by order within the same transaction, so that
 * the culprit alone goes to the dead letters.
 */
@Component
public class PagePoster {

    private static final Logger LOG = LoggerFactory.getLogger(PagePoster.class);
    private static final int ATTEMPTS = 4;

    /** Holds the claim's row until the commit: whoever lost the claim writes nothing, whoever holds it writes alone. */
    private static final String ADVANCE = """
            UPDATE polling
               SET since = ?, window_started_at = ?, next_page = ?, lease_until = now() + make_interval(secs => ?)
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = ?
            """;

    private static final String COUNT = """
            UPDATE polls
               SET read = read + ?, duplicate = duplicate + ?, awarded = awarded + ?, reversed = reversed + ?, ignored = ignored + ?,
                   held = held + ?, unregistered = unregistered + ?, dead_lettered = dead_lettered + ?
             WHERE merchant_id = ? AND id = ?
            """;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate savepoint;
    private final Ledger ledger;
    private final DeadLetters deadLetters;
    private final Hints hints;
    private final StatusesSeen statuses;
    private final Node node;

    public PagePoster(JdbcTemplate jdbc, TransactionTemplate transaction, Ledger ledger, DeadLetters deadLetters, Hints hints, StatusesSeen statuses,
                      Node node) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.savepoint = new TransactionTemplate(transaction.getTransactionManager());
        this.savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
        this.ledger = ledger;
        this.deadLetters = deadLetters;
        this.hints = hints;
        this.statuses = statuses;
        this.node = node;
    }

    /**
     * @param to where the poll stands once the page is posted
     * @throws LeaseLost where another node has taken over; then nothing was written
     */
    void post(Poll poll, PageRead page, Poll.Progress to) {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction.executeWithoutResult(status -> postWithin(poll, page, to));
                return;
            } catch (TransientDataAccessException e) {
                // Two pages of one merchant that pay the same people may wait for each other; one of them tries again.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.debug("posting a page of {} again", poll, e);
            }
        }
    }

    private void postWithin(Poll poll, PageRead page, Poll.Progress to) {
        Integration integration = poll.integration();
        Source source = new Source(integration.merchantId(), integration.id(), poll.platform().kind(), integration.sharesSales());
        advance(poll, to);
        List<DeadLetter> letters = new ArrayList<>(page.deadLetters());
        List<Posted> posted;
        try {
            posted = savepoint.execute(status -> ledger.post(source, page.verdicts()));
        } catch (DataIntegrityViolationException e) {
            LOG.warn("a page of {} is posted order by order: {}", poll, e.getMostSpecificCause().getMessage());
            posted = postOneByOne(source, page, letters);
        }
        if (poll.mayHaveDeadLetters() || page.isReplay()) {
            deadLetters.resolve(integration.merchantId(), integration.id(), posted.stream().map(one -> one.sale().id()).toList());
        }
        deadLetters.record(integration.merchantId(), integration.id(), letters);
        if (!page.isAborted()) {
            hints.resolve(integration, page.hints());
        }
        statuses.remember(integration, page.statuses());
        count(poll, page, posted, letters.size());
    }

    private List<Posted> postOneByOne(Source source, PageRead page, List<DeadLetter> letters) {
        List<Posted> posted = new ArrayList<>();
        for (Verdict verdict : page.verdicts()) {
            try {
                posted.addAll(savepoint.execute(status -> ledger.post(source, List.of(verdict))));
            } catch (DataIntegrityViolationException e) {
                String id = verdict.sale().id();
                String raw = page.rows().stream().filter(row -> row.id().equals(id)).findFirst()
                        .map(row -> row.raw().toString()).orElse(Json.write(verdict.sale()));
                letters.add(new DeadLetter(id, "posting", "the database refused it: " + e.getMostSpecificCause().getMessage(), raw, Json.write(verdict.sale())));
            }
        }
        return posted;
    }

    private void advance(Poll poll, Poll.Progress to) {
        Integration integration = poll.integration();
        int held = jdbc.update(ADVANCE, Timestamp.from(to.since()), timestamp(to.windowStartedAt()), to.nextPage(), node.leaseSeconds(),
                integration.merchantId(), integration.id(), poll.claim().fencing(), node.name());
        if (held == 0) {
            throw new LeaseLost(poll.toString());
        }
    }

    private void count(Poll poll, PageRead page, List<Posted> posted, int dead) {
        Poll.Counts counts = new Poll.Counts();
        counts.read = page.rows().size();
        counts.duplicate = page.duplicates();
        counts.deadLettered = dead;
        for (Posted one : posted) {
            switch (one.decision()) {
                // An order that goes from one scoring status to the next was awarded before, not now.
                case "awarded", "reversed" -> {
                    if (!one.isNews()) {
                        counts.duplicate++;
                    } else if (one.decision().equals("awarded")) {
                        counts.awarded++;
                    } else {
                        counts.reversed++;
                    }
                }
                case "duplicate" -> counts.duplicate++;
                case "held" -> counts.held++;
                case "unregistered" -> counts.unregistered++;
                default -> counts.ignored++;
            }
        }
        jdbc.update(COUNT, counts.read, counts.duplicate, counts.awarded, counts.reversed, counts.ignored, counts.held,
                counts.unregistered, counts.deadLettered, poll.integration().merchantId(), poll.claim().pollId());
    }

    private static Timestamp timestamp(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
