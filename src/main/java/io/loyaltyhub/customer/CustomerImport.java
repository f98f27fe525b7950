package io.loyaltyhub.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.poll.Window;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One integration's customers being read by this node: the claim it holds and where it stands in the platform's list. Used
 * by one thread at a time.
 */
public final class CustomerImport {

    /** Customers that fail in a row before the platform is taken to be at fault. */
    private static final int FAILURES_IN_A_ROW = 3;

    private final Integration integration;
    private final Platform platform;
    private final Claim claim;
    private final Deque<JsonNode> replays;

    private Instant windowStartedAt;
    private String nextPage;
    private Set<String> previousIds = Set.of();
    private boolean windowDone;
    private int pagesRead;
    private int failuresInARow;
    private BooleanSupplier stopping = () -> false;

    /**
     * What a claim came with.
     *
     * @param since everybody changed before this instant was read
     */
    public record Claim(long fencing, Instant since, Instant windowStartedAt, String nextPage, int failures) {
    }

    CustomerImport(Integration integration, Platform platform, Claim claim, List<JsonNode> replays) {
        this.integration = integration;
        this.platform = platform;
        this.claim = claim;
        this.replays = new ArrayDeque<>(replays);
        this.windowStartedAt = claim.windowStartedAt();
        this.nextPage = claim.nextPage();
    }

    /** Whether there is anything left to read in this import. */
    public boolean hasMore() {
        return !stopping.getAsBoolean() && (!replays.isEmpty() || !windowDone && pagesRead < platform.polling().maxPages());
    }

    void endsOnceIt(BooleanSupplier stops) {
        stopping = stops;
    }

    boolean isStopping() {
        return stopping.getAsBoolean();
    }

    /** Whether it stopped at its cap, or was stopped, and goes on at once. */
    boolean isCutShort() {
        return !windowDone;
    }

    /** Customers that could not be read before and are asked for again come first. */
    List<JsonNode> takeReplays() {
        List<JsonNode> rows = List.copyOf(replays);
        replays.clear();
        return rows;
    }

    Window window(Instant now) {
        if (windowStartedAt == null) {
            windowStartedAt = now;
        }
        return new Window(claim.since().minus(platform.polling().lookBack()), windowStartedAt, now, integration.timezone(),
                nextPage == null ? platform.polling().firstPage() : nextPage, platform.polling().pageSize(), false);
    }

    /** Says whether this failure was one too many to blame the customer. */
    boolean failedAgain() {
        return ++failuresInARow >= FAILURES_IN_A_ROW;
    }

    void wentWell() {
        failuresInARow = 0;
    }

    /** Whether the platform gave again what it gave before, and would do so for ever. */
    boolean repeats(CustomerPage page) {
        String asked = nextPage == null ? platform.polling().firstPage() : nextPage;
        return page.next() != null && (page.next().equals(asked) || pagesRead > 0 && !page.isStepOfWalk() && page.ids().equals(previousIds));
    }

    /** The cursor once {@code page} is posted. */
    Progress progressAfter(CustomerPage page) {
        if (page.isReplay()) {
            return new Progress(claim.since(), nextPage == null ? null : windowStartedAt, nextPage);
        }
        return page.next() == null ? new Progress(windowStartedAt, null, null) : new Progress(claim.since(), windowStartedAt, page.next());
    }

    /** @param since, windowStartedAt, nextPage as in {@link Claim} */
    record Progress(Instant since, Instant windowStartedAt, String nextPage) {
    }

    void posted(CustomerPage page) {
        if (page.isReplay()) {
            return;
        }
        pagesRead++;
        nextPage = page.next();
        windowDone = nextPage == null;
        previousIds = page.ids();
    }

    public Integration integration() {
        return integration;
    }

    public Platform platform() {
        return platform;
    }

    Claim claim() {
        return claim;
    }

    @Override
    public String toString() {
        return platform.name() + " customers of " + integration.id();
    }
}
