package io.loyaltyhub.poll;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.deadletter.DeadLetter;
import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Exchange;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The steps that the orders route takes with each page. */
@Component("pages")
public class Pages {

    /** Of the merchant by a subquery, as the ledger asks: a merchant new to the planner's statistics is not taken to have nothing. */
    private static final String VERSIONS = """
            SELECT order_id, version FROM sales WHERE merchant_id = (SELECT ?::uuid) AND integration_id = ? AND order_id = ANY (?)
            """;

    /**
     * Whose detail has failed again and again, while their row stays as it is, are not asked for at every poll: a call each,
     * of a budget that others need. Twice at once, then after 10 minutes, 20, 40, …, and no later than 6 hours.
     */
    private static final String DEAD_LETTERS = """
            SELECT order_key, CASE WHEN step = 'detail' AND attempts >= 3 AND replay_requested_at IS NULL
                                    AND last_attempt_at > ?::timestamptz - least(make_interval(mins => 10) * 2 ^ least(attempts - 3, 8), make_interval(hours => 6))
                                   THEN row END AS waiting
              FROM dead_letters WHERE merchant_id = ? AND integration_id = ? AND order_key = ANY (?)
            """;

    private static final String START_OVER = """
            UPDATE polling SET window_started_at = NULL, next_page = NULL
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ?
            """;

    private final JdbcTemplate jdbc;
    private final PagePoster poster;
    private final ExecutorService posters;
    private final Hints hints;
    private final Clock clock;

    public Pages(JdbcTemplate jdbc, PagePoster poster, @Qualifier("posters") ExecutorService posters, Hints hints, Clock clock) {
        this.jdbc = jdbc;
        this.poster = poster;
        this.posters = posters;
        this.hints = hints;
        this.clock = clock;
    }

    /**
     * Prepares the next page. Dead letters whose replay was asked for become a page of their own (the body), then orders
     * that the platform announced (the body: hints); otherwise the variable {@code window} says what to ask the platform's
     * list for, and the body is null. {@code asks} says which, as the route branches on it.
     *
     * @param detail whether a row of the list lacks what points need
     * @param once   whether the platform gives an order once: one to be read again is then asked for on its own
     */
    public void begin(Exchange exchange, boolean detail, boolean once) {
        Poll poll = exchange.getVariable("poll", Poll.class);
        exchange.getMessage().removeHeaders("*");
        exchange.removeVariable("acknowledge");
        List<JsonNode> replays = poll.takeReplays();
        List<Hints.Hint> announced = replays.isEmpty() ? poll.takeHints() : List.of();
        PageRead.Source source = !replays.isEmpty() ? PageRead.Source.REPLAYS : !announced.isEmpty() ? PageRead.Source.HINTS : PageRead.Source.WINDOW;
        exchange.setVariable("asks", source.name());
        exchange.setVariable("announced", new ArrayList<>(announced));
        exchange.setVariable("fetched", new ArrayList<JsonNode>());
        exchange.setVariable("lost", new ArrayList<DeadLetter>());
        boolean oneByOne = source == PageRead.Source.HINTS || once && source == PageRead.Source.REPLAYS;
        exchange.setVariable("oneByOne", oneByOne);
        exchange.setVariable("needsDetail", detail && !oneByOne);
        exchange.getMessage().setBody(switch (source) {
            case REPLAYS -> replays;
            case HINTS -> announced;
            case WINDOW -> null;
        });
        if (source == PageRead.Source.WINDOW) {
            exchange.setVariable("window", poll.window(clock.instant()));
        }
    }

    /**
     * What the list mapping made of the platform's answer, {@code {"orders": […], "next": "2"}} → the page and its rows.
     * {@code "walk": true} says that {@code next} is a step in time, {@code "acknowledge"} is kept for after the posting.
     */
    public void open(Exchange exchange, String idPointer) {
        Poll poll = exchange.getVariable("poll", Poll.class);
        PageRead.Source source = PageRead.Source.valueOf(exchange.getVariable("asks", String.class));
        List<JsonNode> raw = new ArrayList<>();
        String next = null;
        boolean walk = false;
        JsonNode toAcknowledge = MissingNode.getInstance();
        if (exchange.getVariable("oneByOne", Boolean.class)) {
            raw.addAll(listed(exchange, "fetched"));
        } else if (source == PageRead.Source.REPLAYS) {
            ((List<?>) exchange.getMessage().getBody()).forEach(row -> raw.add((JsonNode) row));
        } else {
            JsonNode answer = exchange.getMessage().getBody(JsonNode.class);
            JsonNode orders = answer.path("orders");
            if (!orders.isArray()) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, poll.platform().title() + " respondeu sem uma lista de pedidos",
                        "the answer has no list of orders");
            }
            orders.forEach(raw::add);
            next = answer.path("next").asText(null);
            walk = answer.path("walk").asBoolean();
            toAcknowledge = answer.path("acknowledge");
        }
        List<PageRead.Row> rows = rows(raw, JsonPointer.compile(idPointer));
        if (poll.isPostingSomeOf(rows)) {
            poll.awaitPosting();
        }
        Map<String, String> failed = failedBefore(poll, rows);
        PageRead page = new PageRead(rows, next, source, source == PageRead.Source.REPLAYS ? Map.of() : versions(poll.integration(), rows), failed.keySet())
                .asStepOfWalk(walk).following(listed(exchange, "announced"));
        Pages.<DeadLetter>listed(exchange, "lost").forEach(page::add);
        if (!toAcknowledge.isEmpty()) {
            exchange.setVariable("acknowledge", toAcknowledge);
            page.ofQueue(toAcknowledge);
        }
        if (page.isOfWindow() && poll.repeats(page)) {
            poll.awaitPosting();
            startOver(poll);
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE,
                    poll.platform().title() + " repetiu a mesma página de pedidos", "the same page again, next is " + next);
        }
        exchange.setVariable("page", page);
        exchange.getMessage().setBody(failed.isEmpty() ? rows : rows.stream().filter(row -> !row.raw().toString().equals(failed.get(row.id()))).toList());
    }

    /** What the platform called pages cannot be relied on: going on from there would leave out those it never gave. */
    private void startOver(Poll poll) {
        jdbc.update(START_OVER, poll.integration().merchantId(), poll.integration().id(), poll.claim().fencing());
    }

    /** One order is to be asked for, announced or to be read again: its id into the variables that detail routes read. */
    public void beginHint(Exchange exchange, String idPointer) {
        JsonNode stored = exchange.getMessage().getBody() instanceof JsonNode row ? row : null;
        exchange.setVariable("stored", stored);
        Orders.setOrderId(exchange, stored == null ? exchange.getMessage().getBody(Hints.Hint.class).orderId()
                : rows(List.of(stored), JsonPointer.compile(idPointer)).get(0).id());
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** It was there: one more row of the page, unless it is none of this integration's, but another store's of the account. */
    public void keepHinted(Exchange exchange) {
        JsonNode order = exchange.getMessage().getBody(JsonNode.class);
        if (order != null && !order.isNull()) {
            listed(exchange, "fetched").add(order);
        }
        exchange.getVariable("poll", Poll.class).wentWell();
    }

    /**
     * It was not there, or not yet: some platforms announce an order before they know it themselves. One to be read again is
     * then read as it was kept. An order that the platform fails on, again and again, holds up no other: it is asked for later, and
     * later each time. Any other failure, and one with several orders on end, is the platform's and ends the poll; the hints stay.
     *
     * @param once whether no list will ever give the order: given up, it must not be forgotten
     */
    public void missHint(Exchange exchange, String idPointer, boolean once) throws Exception {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (!(cause instanceof PlatformFailure failure) || !failure.concernsOnlyThisCall()) {
            throw cause;
        }
        String order = exchange.getVariable("orderId", String.class);
        JsonNode stored = exchange.getVariable("stored", JsonNode.class);
        boolean fails = failure.meaning() == ErrorMeaning.UNAVAILABLE;
        if (stored != null && fails) {
            // It failed before, which says nothing about the platform.
            listed(exchange, "lost").add(new DeadLetter(order, "detail", failure.toString(), stored.toString(), stored.toString()));
            return;
        }
        if (stored != null) {
            listed(exchange, "fetched").add(stored);
            return;
        }
        Integration integration = exchange.getVariable("integration", Integration.class);
        boolean givenUp = fails ? hints.failed(integration, order, failure) : hints.missed(integration, order, failure);
        // It is put off all the same, or the next poll would not get past it either.
        if (fails && exchange.getVariable("poll", Poll.class).failedAgain()) {
            throw cause;
        }
        if (!givenUp) {
            Pages.<Hints.Hint>listed(exchange, "announced").removeIf(hint -> hint.orderId().equals(order));
        } else if (once) {
            String row = rowOf(order, JsonPointer.compile(idPointer)).toString();
            listed(exchange, "lost").add(new DeadLetter(order, "detail", failure.toString(), row, row));
        }
    }

    /** A row that has an order's id where rows have it, and nothing else. */
    private static ObjectNode rowOf(String order, JsonPointer idPointer) {
        ObjectNode row = Json.mapper().createObjectNode();
        ObjectNode last = row;
        for (JsonPointer at = idPointer; !at.tail().matches(); at = at.tail()) {
            last = last.putObject(at.getMatchingProperty());
        }
        last.put(idPointer.last().getMatchingProperty(), order);
        return row;
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> listed(Exchange exchange, String variable) {
        return exchange.getVariable(variable, List.class);
    }

    /** Takes one row out of the page for the route's inner steps; leaves no body once the page was aborted or the hub is stopping. */
    public void take(Exchange exchange) {
        PageRead page = exchange.getVariable("page", PageRead.class);
        PageRead.Row row = exchange.getMessage().getBody(PageRead.Row.class);
        // A preview has rows and no page.
        if (page != null && !page.isAborted() && exchange.getVariable("poll", Poll.class).isStopping()) {
            page.leave();
        }
        boolean goesOn = page == null || !page.isAborted();
        exchange.setVariable("row", row);
        exchange.getMessage().setBody(goesOn ? row.raw() : null);
    }

    /**
     * Posts the page, as one transaction, once the page before it is posted; then says what the page could not finish. Where more
     * pages follow, the next is read meanwhile: the platform and the database need not wait for each other.
     */
    public void post(Exchange exchange) {
        Poll poll = exchange.getVariable("poll", Poll.class);
        PageRead page = exchange.getVariable("page", PageRead.class);
        poll.awaitPosting();
        Poll.Progress to = poll.progressAfter(page);
        boolean meanwhile = poll.mayReadOnAfter(page);
        poll.passed(page);
        exchange.removeVariable("page");
        if (meanwhile) {
            poll.keepInFlight(CompletableFuture.runAsync(() -> poster.post(poll, page, to), posters));
            return;
        }
        poster.post(poll, page, to);
        if (page.isAborted()) {
            exchange.removeVariable("acknowledge");
        }
        if (page.abortedBy() != null) {
            throw page.abortedBy();
        }
    }

    static List<PageRead.Row> rows(List<JsonNode> raw, JsonPointer idPointer) {
        List<PageRead.Row> rows = new ArrayList<>(raw.size());
        for (JsonNode one : raw) {
            JsonNode id = one.at(idPointer);
            // NUL, which PostgreSQL takes in no text, is dropped, as it is where the sale is read.
            String text = id.isValueNode() && !id.isNull() ? id.asText().replace("\0", "").strip() : "";
            boolean usable = !text.isEmpty() && text.length() <= 100;
            rows.add(new PageRead.Row(usable ? text : fingerprint(one), one));
        }
        return rows;
    }

    private static String fingerprint(JsonNode row) {
        return "row-" + UUID.nameUUIDFromBytes(row.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Orders of the page that are among the dead letters; for those that are left alone for a while, their row, else "". */
    private Map<String, String> failedBefore(Poll poll, List<PageRead.Row> rows) {
        if (rows.isEmpty() || !poll.mayHaveDeadLetters()) {
            return Map.of();
        }
        Map<String, String> failed = new HashMap<>();
        jdbc.query(DEAD_LETTERS, (ResultSet row) -> {
            failed.put(row.getString(1), row.getString(2) == null ? "" : row.getString(2));
        }, Timestamp.from(clock.instant()), poll.integration().merchantId(), poll.integration().id(), ids(rows));
        return failed;
    }

    private static String[] ids(List<PageRead.Row> rows) {
        return rows.stream().map(PageRead.Row::id).toArray(String[]::new);
    }

    private Map<String, String> versions(Integration integration, List<PageRead.Row> rows) {
        if (rows.isEmpty()) {
            return Map.of();
        }
        Map<String, String> versions = new HashMap<>();
        jdbc.query(VERSIONS, (ResultSet row) -> {
            versions.put(row.getString(1), row.getString(2));
        }, integration.merchantId(), integration.id(), ids(rows));
        return versions;
    }
}
