package io.loyaltyhub.poll;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.deadletter.DeadLetter;
import io.loyaltyhub.mapping.ListRow;
import io.loyaltyhub.points.Verdict;
import io.loyaltyhub.sale.Sale;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One page of orders in memory, from the platform's answer to the moment it is posted: its rows, the versions that were
 * seen before, and what the route decided order by order.
 */
public final class PageRead {

    /** @param id the platform's key of the order, or a fingerprint of the row where none can be read */
    public record Row(String id, JsonNode raw) implements ListRow {
    }

    /** Where the rows of a page come from. */
    enum Source {
        /** The platform's list. */
        WINDOW,
        /** Dead letters to be read again. */
        REPLAYS,
        /** Orders that the platform announced, each asked for on its own. */
        HINTS
    }

    private final List<Row> rows;
    private final String next;
    private final Source source;
    private boolean stepOfWalk;
    private String entries;
    private List<Hints.Hint> hints = List.of();
    private final Map<String, String> seenVersions;
    private final Set<String> failedBefore;
    private final Set<String> seenHere = new HashSet<>();
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final Map<String, String> statuses = new LinkedHashMap<>();
    private int duplicates;
    private boolean aborted;
    private RuntimeException abortedBy;

    /**
     * @param next         what the platform calls the page after this one; null: there is none
     * @param seenVersions the version on record of each order of the page that has one
     * @param failedBefore the orders of the page that are among the dead letters
     */
    PageRead(List<Row> rows, String next, Source source, Map<String, String> seenVersions, Set<String> failedBefore) {
        this.rows = rows;
        this.next = next;
        this.source = source;
        this.seenVersions = new HashMap<>(seenVersions);
        this.failedBefore = Set.copyOf(failedBefore);
    }

    public List<Row> rows() {
        return rows;
    }

    public String next() {
        return next;
    }

    boolean hasFailedBefore(String id) {
        return failedBefore.contains(id);
    }

    boolean isReplay() {
        return source == Source.REPLAYS;
    }

    boolean isOfWindow() {
        return source == Source.WINDOW;
    }

    /** The list is read in steps of time, not in pages of rows: two steps may be empty, or have the same order. */
    PageRead asStepOfWalk(boolean isOne) {
        stepOfWalk = isOne;
        return this;
    }

    boolean isStepOfWalk() {
        return stepOfWalk;
    }

    /** @param toAcknowledge the entries that the page was made of, where it comes from a queue */
    PageRead ofQueue(JsonNode toAcknowledge) {
        entries = toAcknowledge.toString();
        return this;
    }

    boolean isOfQueue() {
        return entries != null;
    }

    /** @param announced the hints that this page follows up, done with once the page is posted */
    PageRead following(List<Hints.Hint> announced) {
        hints = List.copyOf(announced);
        return this;
    }

    List<Hints.Hint> hints() {
        return hints;
    }

    /** What tells the page from others: its orders, or a queue's entries, as an order may well come in one batch and in the next. */
    Set<String> ids() {
        if (entries != null) {
            return Set.of(entries);
        }
        Set<String> ids = new HashSet<>();
        rows.forEach(row -> ids.add(row.id()));
        return ids;
    }

    boolean isOfHints() {
        return source == Source.HINTS;
    }

    /** Whether the order is on record, and was something else then. */
    boolean isOtherThanBefore(Sale sale) {
        String before = seenVersions.get(sale.id());
        return before != null && !before.startsWith(sale.version() + '#');
    }

    /** True once for each version of an order that is not on record. Rows asked for again count as never seen. */
    boolean firstSight(String id, String version) {
        if (!isReplay() && version.equals(seenVersions.get(id)) || !seenHere.add(id + '\n' + version)) {
            duplicates++;
            return false;
        }
        return true;
    }

    void add(Verdict verdict) {
        verdicts.add(verdict);
    }

    void add(DeadLetter deadLetter) {
        deadLetters.add(deadLetter);
    }

    /** An order says by what names it has gone: what {@code statuses} there are at this shop. */
    void learn(String statusId, String name) {
        statuses.put(statusId, name);
    }

    /** The platform, or the hub, failed in the middle: what was read is posted, the rest is left for the next poll. */
    void abort(RuntimeException failure) {
        aborted = true;
        abortedBy = failure;
    }

    /** The same, and nothing failed. */
    void leave() {
        aborted = true;
    }

    public boolean isAborted() {
        return aborted;
    }

    /** Null where the page was left without a failure. */
    RuntimeException abortedBy() {
        return abortedBy;
    }

    List<Verdict> verdicts() {
        return verdicts;
    }

    /** Names of statuses by id. */
    Map<String, String> statuses() {
        return statuses;
    }

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    int duplicates() {
        return duplicates;
    }
}
