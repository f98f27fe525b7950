package io.loyaltyhub.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.deadletter.DeadLetter;
import io.loyaltyhub.mapping.ListRow;
import io.loyaltyhub.sale.Sale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One page of customers in memory, from the platform's answer to the moment it is posted. */
final class CustomerPage {

    /**
     * @param id      the platform's key of the customer, or a fingerprint of the row where none can be read
     * @param version a hash of the row
     */
    record Row(String id, String version, JsonNode raw) implements ListRow {
    }

    private final List<Row> rows;
    private final String next;
    private final boolean replay;
    private final boolean stepOfWalk;
    private final Map<String, String> seen;
    private final Map<Row, Sale.Customer> read = new LinkedHashMap<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private String entries;

    /** @param seen the version on record of each customer of the page that has one */
    CustomerPage(List<Row> rows, String next, boolean replay, boolean stepOfWalk, Map<String, String> seen) {
        this.rows = List.copyOf(rows);
        this.next = next;
        this.replay = replay;
        this.stepOfWalk = stepOfWalk;
        this.seen = Map.copyOf(seen);
    }

    /** @param toAcknowledge the entries that the page was made of, where it comes from a queue */
    CustomerPage ofQueue(JsonNode toAcknowledge) {
        entries = toAcknowledge.toString();
        return this;
    }

    /** Those that are new or changed since they were imported; whoever is to be read again counts as changed. */
    List<Row> news() {
        return replay ? rows : rows.stream().filter(row -> !row.version().equals(seen.get(row.id()))).toList();
    }

    void add(Row row, Sale.Customer customer) {
        read.put(row, customer);
    }

    void add(DeadLetter deadLetter) {
        deadLetters.add(deadLetter);
    }

    Map<Row, Sale.Customer> read() {
        return read;
    }

    List<DeadLetter> deadLetters() {
        return deadLetters;
    }

    String next() {
        return next;
    }

    boolean isReplay() {
        return replay;
    }

    boolean isStepOfWalk() {
        return stepOfWalk;
    }

    /** What tells the page from others: its customers, or a queue's entries. */
    Set<String> ids() {
        if (entries != null) {
            return Set.of(entries);
        }
        Set<String> ids = new LinkedHashSet<>();
        rows.forEach(row -> ids.add(row.id()));
        return ids;
    }
}
