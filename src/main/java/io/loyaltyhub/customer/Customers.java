package io.loyaltyhub.customer;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.schibsted.spt.data.jslt.JsltException;
import io.loyaltyhub.deadletter.DeadLetter;
import io.loyaltyhub.deadletter.DeadLetters;
import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.participant.Participants;
import io.loyaltyhub.points.Ledger;
import io.loyaltyhub.poll.LeaseLost;
import io.loyaltyhub.poll.Node;
import io.loyaltyhub.sale.Sale;
import io.loyaltyhub.sale.SaleReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The steps that the customers route takes with each page of a platform's customers, and with each of them. */
@Component("customers")
public class Customers {

    private static final Logger LOG = LoggerFactory.getLogger(Customers.class);
    private static final int LONGEST_ID = 100;

    /** Of the merchant by a subquery, as the ledger asks: a merchant new to the planner's statistics is not taken to have nothing. */
    private static final String SEEN = """
            SELECT customer_id, version FROM imported_customers WHERE merchant_id = (SELECT ?::uuid) AND integration_id = ? AND customer_id = ANY (?)
            """;

    private static final String ADVANCE = """
            UPDATE customer_imports
               SET since = ?, window_started_at = ?, next_page = ?, imported = imported + ?, lease_until = now() + make_interval(secs => ?)
             WHERE merchant_id = ? AND integration_id = ? AND fencing = ? AND lease_owner = ?
            """;

    private static final String LISTED = """
            UPDATE customer_imports SET listed_at = ? WHERE merchant_id = ? AND integration_id = ? AND (listed_at IS NULL OR listed_at < ?)
            """;

    private static final String REMEMBER = """
            INSERT INTO imported_customers (merchant_id, integration_id, customer_id, version, participant_id)
            SELECT ?, ?, row.id, row.version, row.participant FROM unnest(?::text[], ?::text[], ?::uuid[]) AS row (id, version, participant)
            ON CONFLICT (merchant_id, integration_id, customer_id) DO UPDATE SET version = excluded.version, participant_id = excluded.participant_id
            """;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Participants participants;
    private final Ledger ledger;
    private final DeadLetters deadLetters;
    private final Node node;
    private final Clock clock;

    public Customers(JdbcTemplate jdbc, TransactionTemplate transaction, Participants participants, Ledger ledger, DeadLetters deadLetters, Node node,
                     Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.participants = participants;
        this.ledger = ledger;
        this.deadLetters = deadLetters;
        this.node = node;
        this.clock = clock;
    }

    /** Prepares the next page: customers to be read again are the body; otherwise {@code window} says what to ask for. */
    public void begin(Exchange exchange) {
        CustomerImport at = exchange.getVariable("import", CustomerImport.class);
        List<JsonNode> replays = at.takeReplays();
        exchange.getMessage().removeHeaders("*");
        exchange.setVariable("replay", !replays.isEmpty());
        exchange.getMessage().setBody(replays.isEmpty() ? null : replays);
        exchange.setVariable("window", at.window(clock.instant()));
    }

    /** {@code {"customers": […], "next": "2"}} → those that are new or changed since they were imported. */
    public void open(Exchange exchange, String idPointer) {
        CustomerImport at = exchange.getVariable("import", CustomerImport.class);
        boolean replay = exchange.getVariable("replay", Boolean.class);
        List<JsonNode> raw = new ArrayList<>();
        String next = null;
        boolean walk = false;
        JsonNode toAcknowledge = MissingNode.getInstance();
        if (replay) {
            ((List<?>) exchange.getMessage().getBody()).forEach(row -> raw.add((JsonNode) row));
        } else {
            JsonNode answer = exchange.getMessage().getBody(JsonNode.class);
            if (!answer.path("customers").isArray()) {
                throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, at.platform().title() + " respondeu sem uma lista de clientes",
                        "the answer has no list of customers");
            }
            answer.get("customers").forEach(raw::add);
            next = answer.path("next").asText(null);
            walk = answer.path("walk").asBoolean();
            toAcknowledge = answer.path("acknowledge");
        }
        List<CustomerPage.Row> rows = rows(raw, JsonPointer.compile(idPointer));
        CustomerPage page = new CustomerPage(rows, next, replay, walk, replay ? Map.of() : seen(at.integration(), rows));
        if (!toAcknowledge.isEmpty()) {
            exchange.setVariable("acknowledge", toAcknowledge);
            page.ofQueue(toAcknowledge);
        }
        if (!replay && at.repeats(page)) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, at.platform().title() + " repetiu a mesma página de clientes",
                    "the same page again, next is " + next);
        }
        exchange.setVariable("page", page);
        exchange.getMessage().setBody(page.news());
    }

    private static List<CustomerPage.Row> rows(List<JsonNode> raw, JsonPointer idPointer) {
        List<CustomerPage.Row> rows = new ArrayList<>(raw.size());
        for (JsonNode one : raw) {
            JsonNode id = one.at(idPointer);
            String hash = UUID.nameUUIDFromBytes(one.toString().getBytes(StandardCharsets.UTF_8)).toString();
            String text = id.isValueNode() && !id.isNull() ? id.asText().replace("\0", "").strip() : "";
            rows.add(new CustomerPage.Row(text.isEmpty() || text.length() > LONGEST_ID ? "row-" + hash : text, hash, one));
        }
        return rows;
    }

    private Map<String, String> seen(Integration integration, List<CustomerPage.Row> rows) {
        Map<String, String> seen = new HashMap<>();
        jdbc.query(SEEN, (ResultSet row) -> {
            seen.put(row.getString(1), row.getString(2));
        }, integration.merchantId(), integration.id(), rows.stream().map(CustomerPage.Row::id).toArray(String[]::new));
        return seen;
    }

    /** Takes one customer out of the page for the route's inner steps. */
    public void take(Exchange exchange) {
        CustomerPage.Row row = exchange.getMessage().getBody(CustomerPage.Row.class);
        exchange.setVariable("row", row);
        exchange.setVariable("customerId", row.id());
        exchange.setVariable("customerIdInPath", URLEncoder.encode(row.id(), StandardCharsets.UTF_8).replace("+", "%20"));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(row.raw());
    }

    /** What the mapping made of it → a customer; one without document and e-mail is nobody the programme could know. */
    public void add(Exchange exchange) {
        Sale.Customer customer = SaleReader.customer(exchange.getMessage().getBody(JsonNode.class), new ArrayList<>());
        exchange.getVariable("page", CustomerPage.class).add(exchange.getVariable("row", CustomerPage.Row.class), customer);
        exchange.getVariable("import", CustomerImport.class).wentWell();
    }

    /** A customer that cannot be read goes to the dead letters and the page goes on; a platform that fails ends the import. */
    public void fail(Exchange exchange) throws Exception {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        CustomerPage.Row row = exchange.getVariable("row", CustomerPage.Row.class);
        boolean ofThisOne = cause instanceof JsltException || cause instanceof IllegalArgumentException
                || cause instanceof PlatformFailure failure && failure.concernsOnlyThisCall()
                        && (failure.meaning() != ErrorMeaning.UNAVAILABLE || !exchange.getVariable("import", CustomerImport.class).failedAgain());
        if (!ofThisOne) {
            throw cause;
        }
        String reason = cause instanceof PlatformFailure ? cause.toString() : Answers.masked(String.valueOf(cause.getMessage()));
        LOG.warn("{}: customer {} goes to the dead letters: {}", exchange.getVariable("import"), row.id(), reason);
        exchange.getVariable("page", CustomerPage.class).add(new DeadLetter(DeadLetters.CUSTOMER_PREFIX + row.id(), DeadLetters.CUSTOMERS, reason,
                row.raw().toString(), row.raw().toString()));
    }

    /** One transaction for the page: participants, what was seen, dead letters, and the cursor under the fencing number. */
    public void post(Exchange exchange) {
        CustomerImport at = exchange.getVariable("import", CustomerImport.class);
        CustomerPage page = exchange.getVariable("page", CustomerPage.class);
        transaction.executeWithoutResult(status -> postWithin(at, page));
        at.posted(page);
        exchange.removeVariable("page");
    }

    private void postWithin(CustomerImport at, CustomerPage page) {
        Integration integration = at.integration();
        CustomerImport.Progress to = at.progressAfter(page);
        int held = jdbc.update(ADVANCE, Timestamp.from(to.since()), timestamp(to.windowStartedAt()), to.nextPage(), page.read().size(), node.leaseSeconds(),
                integration.merchantId(), integration.id(), at.claim().fencing(), node.name());
        if (held == 0) {
            throw new LeaseLost(at.toString());
        }
        Map<Sale.Customer, Boolean> customers = new HashMap<>();
        page.read().values().forEach(customer -> customers.put(customer, true));
        Map<String, UUID> known = participants.of(integration.merchantId(), "integration:" + integration.id(), customers);
        ledger.claim(integration.merchantId(), "integration:" + integration.id(), customers.keySet());
        if (!page.isReplay() && page.next() == null) {
            // Whoever is registered from now on is new, and not merely new to us.
            jdbc.update(LISTED, Timestamp.from(clock.instant()), integration.merchantId(), integration.id(), timestamp(integration.activatedAt()));
        }
        List<CustomerPage.Row> rows = List.copyOf(page.read().keySet());
        jdbc.update(REMEMBER, integration.merchantId(), integration.id(), rows.stream().map(CustomerPage.Row::id).toArray(String[]::new),
                rows.stream().map(CustomerPage.Row::version).toArray(String[]::new),
                rows.stream().map(row -> known.get(Participants.identity(page.read().get(row)))).toArray(UUID[]::new));
        deadLetters.resolve(integration.merchantId(), integration.id(), rows.stream().map(row -> DeadLetters.CUSTOMER_PREFIX + row.id()).toList());
        deadLetters.record(integration.merchantId(), integration.id(), page.deadLetters());
    }

    private static Timestamp timestamp(Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
