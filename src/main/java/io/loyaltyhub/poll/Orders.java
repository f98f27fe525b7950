package io.loyaltyhub.poll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.schibsted.spt.data.jslt.JsltException;
import io.loyaltyhub.deadletter.DeadLetter;
import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.points.PointsRule;
import io.loyaltyhub.points.Verdict;
import io.loyaltyhub.sale.Sale;
import io.loyaltyhub.sale.SaleReader;
import io.loyaltyhub.sale.UnreadableOrder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The steps that the orders route takes with each order of a page. None of them touches the database. */
@Component("orders")
public class Orders {

    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);
    private static final int LONGEST_STATUS = 100;

    /** What a mapping made of a list row → a sale; its version is what the idempotent consumer knows it by. */
    public void read(Exchange exchange) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        Sale sale = sale(exchange, integration);
        setOrderId(exchange, sale.id());
        exchange.setVariable("version", sale.version() + '#' + integration.terms());
        exchange.getMessage().setBody(sale);
    }

    /** Some orders bring along by which {@code statuses} they have gone, {@code [{"id", "name"}]}. */
    private static Sale sale(Exchange exchange, Integration integration) {
        JsonNode mapped = exchange.getMessage().getBody(JsonNode.class);
        Sale sale = SaleReader.read(mapped);
        PageRead page = exchange.getVariable("page", PageRead.class);
        // A preview has no page.
        for (JsonNode status : page == null ? MissingNode.getInstance() : mapped.path("statuses")) {
            String id = status.path("id").asText("").strip();
            String name = status.path("name").asText("").strip();
            if (!id.isEmpty() && !name.isEmpty() && id.length() <= LONGEST_STATUS && name.length() <= LONGEST_STATUS && (id + name).indexOf('\0') < 0) {
                page.learn(id, name);
            }
        }
        return integration.branch() == null ? sale : sale.ofBranch(integration.branch().name());
    }

    /** What detail routes read: the order's id as it is, and as a part of a path. */
    static void setOrderId(Exchange exchange, String id) {
        exchange.setVariable("orderId", id);
        exchange.setVariable("orderIdInPath", URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20"));
    }

    /** What a mapping made of an order's detail → the sale in full. It must be the order that was asked for. */
    public void readDetail(Exchange exchange) {
        Sale sale = sale(exchange, exchange.getVariable("integration", Integration.class));
        String asked = exchange.getVariable("orderId", String.class);
        if (!sale.id().equals(asked)) {
            throw new UnreadableOrder("id", "is " + sale.id() + ", asked for was " + asked);
        }
        exchange.getMessage().setBody(sale);
    }

    /** By status alone: does this order earn, reverse, or neither? */
    public void judge(Exchange exchange) {
        Sale sale = exchange.getMessage().getBody(Sale.class);
        exchange.setVariable("effect", effectOf(sale, exchange.getVariable("integration", Integration.class)).name());
    }

    static Verdict.Effect effectOf(Sale sale, Integration integration) {
        if (isBefore(sale, integration.importFrom())) {
            return Verdict.Effect.NEITHER;
        }
        if (integration.scores(sale.status())) {
            return Verdict.Effect.EARNS;
        }
        return integration.reverses(sale.status()) ? Verdict.Effect.REVERSES : Verdict.Effect.NEITHER;
    }

    private static boolean isBefore(Sale sale, Instant importFrom) {
        OffsetDateTime changed = sale.updatedAt() == null ? sale.placedAt() : sale.updatedAt();
        return importFrom != null && changed != null && changed.toInstant().isBefore(importFrom);
    }

    /** The points processor: what the order is worth by the integration's rule, and whether it still counts at all. */
    public void score(Exchange exchange) {
        exchange.getMessage().setBody(verdict(
                exchange.getMessage().getBody(Sale.class),
                exchange.getVariable("version", String.class),
                exchange.getVariable("integration", Integration.class),
                exchange.getVariable("rule", PointsRule.class)));
    }

    /** The status may have changed between list and detail: the later reading counts. */
    static Verdict verdict(Sale sale, String version, Integration integration, PointsRule rule) {
        return switch (effectOf(sale, integration)) {
            case EARNS -> Verdict.earns(sale, version, rule, integration.registerBuyers());
            case REVERSES -> Verdict.reverses(sale, version);
            case NEITHER -> Verdict.neither(sale, version, isBefore(sale, integration.importFrom())
                    ? "alterado antes do início da importação"
                    : "a situação \"" + nameOf(sale.status()) + "\" não pontua");
        };
    }

    private static String nameOf(Sale.Status status) {
        return status.name() == null ? status.id() : status.name();
    }

    /** Puts the verdict on the page; an order that neither earns nor reverses arrives here as the sale it is. */
    public void add(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Sale) {
            score(exchange);
        }
        exchange.getVariable("page", PageRead.class).add(exchange.getMessage().getBody(Verdict.class));
        if (exchange.getVariable("detail") != null) {
            // Only an answer says that the platform answers: an order that needed no call does not.
            exchange.getVariable("poll", Poll.class).wentWell();
        }
    }

    /**
     * An order that cannot be read goes to the dead letters and the page goes on. A platform that fails is not the
     * order's fault: then the page ends here, and the rest is read by the next poll.
     */
    public void fail(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Poll poll = exchange.getVariable("poll", Poll.class);
        PageRead page = exchange.getVariable("page", PageRead.class);
        if (cause instanceof PlatformFailure failure && isThePlatforms(failure, exchange)) {
            page.abort(failure);
            return;
        }
        if (isTheHubs(cause, poll)) {
            page.abort(cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause));
            return;
        }
        DeadLetter letter = letter(exchange, cause);
        LOG.warn("{} order {} of {} goes to the dead letters at step {}: {}", poll.platform().name(), letter.orderKey(),
                poll.integration().name(), letter.step(), letter.reason());
        page.add(letter);
    }

    /**
     * A platform that says no to one order is in order itself; one that is out of order for several on end is not. An
     * order that failed in an earlier poll proves nothing, and must not hold up those behind it for ever.
     */
    private static boolean isThePlatforms(PlatformFailure failure, Exchange exchange) {
        if (!failure.concernsOnlyThisCall()) {
            return true;
        }
        String order = exchange.getVariable("row", PageRead.Row.class).id();
        return failure.meaning() == ErrorMeaning.UNAVAILABLE
                && !exchange.getVariable("page", PageRead.class).hasFailedBefore(order)
                && exchange.getVariable("poll", Poll.class).failedAgain();
    }

    /** A database that is away, a hub or a route that is made to stop: no order is to blame for what fails then. */
    private static boolean isTheHubs(Throwable cause, Poll poll) {
        return cause instanceof DataAccessException || cause instanceof TransactionException || cause instanceof InterruptedException
                || cause instanceof RejectedExecutionException || poll.isStopping();
    }

    private static DeadLetter letter(Exchange exchange, Throwable cause) {
        PageRead.Row row = exchange.getVariable("row", PageRead.Row.class);
        JsonNode detail = exchange.getVariable("detail", JsonNode.class);
        String step = cause instanceof PlatformFailure || detail != null ? "detail" : "mapping";
        return new DeadLetter(row.id(), step, reason(cause), row.raw().toString(), (detail == null ? row.raw() : detail).toString());
    }

    static String reason(Throwable cause) {
        if (cause instanceof UnreadableOrder || cause instanceof JsltException) {
            return Answers.masked(cause.getMessage());
        }
        if (cause instanceof PlatformFailure failure) {
            return failure.toString();
        }
        LOG.error("an order failed in an unforeseen way", cause);
        return "unforeseen: " + cause.getClass().getSimpleName();
    }
}
