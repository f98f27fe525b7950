package io.loyaltyhub.poll;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.points.PointsRule;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * One integration being polled by this node: the claim it holds, where it stands in the platform's orders, and what was
 * counted so far. Used by one thread; what a posting in flight reads of it does not change before it has ended.
 */
public final class Poll {

    /** Rows that fail in a row before the platform, not the order, is taken to be at fault. */
    private static final int FAILURES_IN_A_ROW = 3;

    private final Integration integration;
    private final Platform platform;
    private final PointsRule rule;
    private final Claim claim;
    private final Deque<JsonNode> replays;
    private final Deque<Hints.Hint> hints;
    private final Counts counts = new Counts();

    private Instant windowStartedAt;
    private String nextPage;
    private boolean windowDone;
    private int pagesRead;
    private Set<String> previousIds = Set.of();
    private int failuresInARow;
    private boolean leftDeadLetters;
    private CompletableFuture<Void> inFlight = CompletableFuture.completedFuture(null);
    private BooleanSupplier stopping = () -> false;

    /**
     * What a claim came with.
     *
     * @param since           everything changed before this instant was read and posted
     * @param windowStartedAt when the window now being read was begun; null: a new one
     * @param nextPage        where to go on in that window; null: at its beginning
     * @param windowDue       whether it is time to read the platform's list; if not, only hints are
     */
    public record Claim(long pollId, long fencing, Instant since, Instant windowStartedAt, String nextPage, int failures, boolean openDeadLetters,
                        boolean windowDue) {
    }

    /** What is counted while polling; the same names stand in the API. */
    static final class Counts {
        int read;
        int duplicate;
        int awarded;
        int reversed;
        int ignored;
        int held;
        int unregistered;
        int deadLettered;
    }

    public Poll(Integration integration, Platform platform, PointsRule rule, Claim claim, List<JsonNode> replays, List<Hints.Hint> hints) {
        this.integration = integration;
        this.platform = platform;
        this.rule = rule;
        this.claim = claim;
        this.replays = new ArrayDeque<>(replays);
        this.hints = new ArrayDeque<>(hints);
        this.windowStartedAt = claim.windowStartedAt();
        this.nextPage = claim.nextPage();
    }

    /** Whether there is anything left to read in this poll. */
    public boolean hasMore() {
        return !isStopping() && (!replays.isEmpty() || !hints.isEmpty()
                || claim.windowDue() && !windowDone && pagesRead < platform.polling().maxPages());
    }

    /** What says that the hub, or the platform's route, is about to stop: then the rest is left to whoever polls next. */
    void endsOnceIt(BooleanSupplier stops) {
        stopping = stops;
    }

    boolean isStopping() {
        return stopping.getAsBoolean();
    }

    /** Whether the poll stopped at its cap, or was stopped, and the next one goes on at once. */
    boolean isCutShort() {
        return claim.windowDue() && !windowDone;
    }

    /** Rows to be read again come before the platform's: they have waited longer. */
    List<JsonNode> takeReplays() {
        List<JsonNode> rows = List.copyOf(replays);
        replays.clear();
        return rows;
    }

    /** Orders that the platform said have changed: they are asked for one by one, before the list. */
    List<Hints.Hint> takeHints() {
        List<Hints.Hint> orders = List.copyOf(hints);
        hints.clear();
        return orders;
    }

    Window window(Instant now) {
        if (windowStartedAt == null) {
            windowStartedAt = now;
        }
        return new Window(claim.since().minus(platform.polling().lookBack()), windowStartedAt, now, integration.timezone(),
                nextPage == null ? platform.polling().firstPage() : nextPage, platform.polling().pageSize(), false);
    }

    /** The cursor once {@code page} is posted. */
    Progress progressAfter(PageRead page) {
        if (!page.isOfWindow() || page.isAborted()) {
            return new Progress(claim.since(), nextPage == null ? null : windowStartedAt, nextPage);
        }
        if (page.next() != null) {
            return new Progress(claim.since(), windowStartedAt, page.next());
        }
        // A cursor in the future (sales are to count from some day to come) stays there.
        Instant since = claim.since().isAfter(windowStartedAt) ? claim.since() : windowStartedAt;
        return new Progress(since, null, null);
    }

    /** @param since, windowStartedAt, nextPage as in {@link Claim} */
    record Progress(Instant since, Instant windowStartedAt, String nextPage) {
    }

    /** The page is in the database, or on its way there; on to the next. */
    void passed(PageRead page) {
        leftDeadLetters |= !page.deadLetters().isEmpty();
        if (!page.isOfWindow() || page.isAborted()) {
            return;
        }
        pagesRead++;
        nextPage = page.next();
        windowDone = nextPage == null;
        previousIds = page.ids();
    }

    /**
     * Whether the platform may be asked for what comes after the page while it is being posted. Not where it is told of the posting, nor
     * where the rest of the page is left for another poll.
     */
    boolean mayReadOnAfter(PageRead page) {
        return page.isOfWindow() && !page.isAborted() && !page.isOfQueue() && page.next() != null && pagesRead + 1 < platform.polling().maxPages()
                && !isStopping();
    }

    /** @param posting of the page that was passed last, to be awaited before the next page is posted */
    void keepInFlight(CompletableFuture<Void> posting) {
        inFlight = posting;
    }

    /** Whether what is known of these orders may change by the posting in flight. */
    boolean isPostingSomeOf(List<PageRead.Row> rows) {
        return !inFlight.isDone() && rows.stream().anyMatch(row -> previousIds.contains(row.id()));
    }

    /** Waits for the posting in flight, if any, and throws what it failed by, once. */
    void awaitPosting() {
        Throwable failure = failureOfPosting();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    /** The same, without throwing: null where all that was passed is posted. */
    Throwable failureOfPosting() {
        try {
            inFlight.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause();
        } finally {
            inFlight = CompletableFuture.completedFuture(null);
        }
    }

    /** Whether this integration may have dead letters: there were some when it was claimed, or came by a page of this poll. */
    boolean mayHaveDeadLetters() {
        return claim.openDeadLetters() || leftDeadLetters;
    }

    /** Whether the platform gave again what it gave before, and would do so for ever. */
    boolean repeats(PageRead page) {
        boolean sameAgain = pagesRead > 0 && page.ids().equals(previousIds);
        // Nothing after nothing, and still more to come: that, too, would go on for ever.
        return !page.isStepOfWalk() && sameAgain && (!page.ids().isEmpty() || page.next() != null)
                || page.next() != null && page.next().equals(nextPage == null ? platform.polling().firstPage() : nextPage);
    }

    /** Says whether this failure was one too many to blame the order. */
    boolean failedAgain() {
        return ++failuresInARow >= FAILURES_IN_A_ROW;
    }

    void wentWell() {
        failuresInARow = 0;
    }

    public Integration integration() {
        return integration;
    }

    public Platform platform() {
        return platform;
    }

    public PointsRule rule() {
        return rule;
    }

    public Claim claim() {
        return claim;
    }

    Counts counts() {
        return counts;
    }

    @Override
    public String toString() {
        return platform.name() + " " + integration.id() + " poll " + claim.pollId();
    }
}
