package io.loyaltyhub.poll;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.api.ApiRequest;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.http.ErrorMeaning;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.integration.SalesSources;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.points.Foresight;
import io.loyaltyhub.points.PointsRule;
import io.loyaltyhub.points.PointsRules;
import io.loyaltyhub.points.Source;
import io.loyaltyhub.points.Verdict;
import io.loyaltyhub.sale.Sale;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The operations that ask the platform while the caller waits: check, statuses, preview. They write no sale. */
@Component("live")
public class LiveApi {

    private static final Logger LOG = LoggerFactory.getLogger(LiveApi.class);
    private static final int MOST_STATUS_PAGES = 20;

    private final Integrations integrations;
    private final Platforms platforms;
    private final PointsRules rules;
    private final Foresight foresight;
    private final SalesSources sources;
    private final StatusesSeen statusesSeen;
    private final JdbcClient jdbc;
    private final Clock clock;

    public LiveApi(Integrations integrations, Platforms platforms, PointsRules rules, Foresight foresight, SalesSources sources, StatusesSeen statusesSeen,
                   JdbcClient jdbc, Clock clock) {
        this.integrations = integrations;
        this.platforms = platforms;
        this.rules = rules;
        this.foresight = foresight;
        this.sources = sources;
        this.statusesSeen = statusesSeen;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** One call of a check and how it went. {@code detail} is for the merchant. */
    public record Step(String name, boolean ok, String detail, long millis) {
    }

    /**
     * @param source {@code platform}: it was asked; {@code documented}: its documentation says so; {@code seen}: on orders
     *               of this integration
     */
    public record Status(String id, String name, String suggestion, String source) {
    }

    public record Store(String id, String name) {
    }

    /** An order as it came and what would become of it. */
    public record Previewed(JsonNode raw, Sale sale, String decision, long points, String reason) {
    }

    /** Sets the variables that the platform's own routes read. */
    public void connect(Exchange exchange) {
        ApiRequest request = exchange.getVariable("request", ApiRequest.class);
        Integration integration = integrations.find(request.merchant(), request.id("integration")).orElseThrow(Problem::notFound);
        Platform platform = platforms.get(integration.platform());
        int limit = request.has("limit") ? request.field("limit").asInt() : 10;
        exchange.setVariable("integration", integration);
        exchange.setVariable("settings", integration.settings());
        exchange.setVariable("platform", platform.name());
        exchange.setVariable("interactive", true);
        exchange.setVariable("limit", limit);
        exchange.setVariable("asked", platform.can("statuses"));
        exchange.setVariable("knowsAll", platform.can("statuses") && platform.statuses().documented().isEmpty());
        exchange.setVariable("results", new ArrayList<>());
        window(exchange, platform.polling().firstPage(), limit);
    }

    private void window(Exchange exchange, String page, int size) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        Platform platform = platforms.get(integration.platform());
        Instant now = clock.instant();
        // Where a platform cannot sort, what it gives of the window that polls read is the best there is.
        Duration back = platform.polling().lookBack().compareTo(Duration.ofDays(1)) > 0 ? platform.polling().lookBack() : Duration.ofDays(1);
        exchange.setVariable("window", new Window(now.minus(back), now, now, integration.timezone(), page,
                Math.min(size, platform.polling().pageSize()), true));
    }

    // check

    public List<Platform.CheckStep> steps(Exchange exchange) {
        return platforms.get(exchange.getVariable("platform", String.class)).check();
    }

    public void begin(Exchange exchange) {
        Platform.CheckStep step = exchange.getMessage().getBody(Platform.CheckStep.class);
        exchange.setVariable("step", step);
        exchange.setVariable("call", step.call());
        exchange.setVariable("began", System.nanoTime());
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    public void succeeded(Exchange exchange) {
        add(exchange, true, "ok");
    }

    public void failed(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause instanceof PlatformFailure failure) {
            LOG.info("a check failed: {}", failure.toString());
            add(exchange, false, failure.getMessage());
        } else {
            LOG.warn("a check failed in an unforeseen way", cause);
            add(exchange, false, "a resposta da plataforma não pôde ser entendida");
        }
    }

    private static void add(Exchange exchange, boolean ok, String detail) {
        long millis = (System.nanoTime() - exchange.getVariable("began", Long.class)) / 1_000_000;
        results(exchange).add(new Step(exchange.getVariable("step", Platform.CheckStep.class).name(), ok, detail, millis));
    }

    public Map<String, Object> checked(Exchange exchange) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        List<Object> steps = results(exchange);
        boolean ok = steps.stream().allMatch(step -> ((Step) step).ok());
        jdbc.sql("UPDATE integrations SET check_ok = ?, checked_at = ? WHERE merchant_id = ? AND id = ?")
                .params(ok, Timestamp.from(clock.instant()), integration.merchantId(), integration.id()).update();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ok", ok);
        answer.put("steps", steps);
        return answer;
    }

    // statuses

    /** Takes in a page of statuses, and says by {@code more} whether there is another. */
    public void takeStatuses(Exchange exchange) {
        JsonNode answer = exchange.getMessage().getBody(JsonNode.class);
        Platform platform = platforms.get(exchange.getVariable("platform", String.class));
        if (!answer.path("statuses").isArray()) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, platform.title() + " respondeu sem uma lista de situações", "the answer has no list of statuses");
        }
        for (JsonNode status : answer.get("statuses")) {
            String id = status.path("id").asText();
            String name = status.path("name").asText(id);
            // A platform that marks its statuses by more than a name has a mapping that knows the marks.
            String suggestion = status.path("suggestion").asText(platform.statuses().suggestionFor(name));
            results(exchange).add(new Status(id, name, suggestion, status.path("source").asText("platform")));
        }
        String next = answer.path("next").asText(null);
        int pages = exchange.getVariable("pages", 0, Integer.class) + 1;
        exchange.setVariable("pages", pages);
        exchange.setVariable("more", next != null && pages < MOST_STATUS_PAGES);
        window(exchange, next, platform.polling().pageSize());
        exchange.getMessage().removeHeaders("*");
    }

    /**
     * For a platform that cannot be asked, or does not tell all: what its documentation names, what was seen on this
     * integration's orders, and what the platform answered. The shop's own name for a status outweighs the documentation's.
     */
    public void knownStatuses(Exchange exchange) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        Platform.Statuses statuses = platforms.get(integration.platform()).statuses();
        Map<String, Status> known = new LinkedHashMap<>();
        for (Platform.Statuses.Documented one : statuses.documented()) {
            known.put(one.id(), new Status(one.id(), one.name(),
                    one.suggestion() == null ? statuses.suggestionFor(one.name()) : one.suggestion(), "documented"));
        }
        List<Object> results = results(exchange);
        Stream.concat(statusesSeen.of(integration).entrySet().stream()
                        .map(seen -> new Status(seen.getKey(), seen.getValue(), statuses.suggestionFor(seen.getValue()), "seen")),
                results.stream().map(Status.class::cast)).forEach(shops ->
                known.merge(shops.id(), shops, (documented, own) -> documented.name().equals(own.name()) ? documented : own));
        results.clear();
        results.addAll(known.values());
    }

    // stores

    /** {@code {"stores": [{"id", "name"}]}} → the stores. */
    public List<Store> stores(Exchange exchange) {
        JsonNode stores = exchange.getMessage().getBody(JsonNode.class).path("stores");
        List<Store> found = new ArrayList<>();
        stores.forEach(store -> found.add(new Store(store.path("id").asText(), store.path("name").asText(store.path("id").asText()))));
        return found;
    }

    /** Asks the one call that has them, or nobody. */
    public void connectStores(Exchange exchange) {
        connect(exchange);
        exchange.setVariable("asked", platforms.get(exchange.getVariable("platform", String.class)).can("stores"));
        exchange.getMessage().setBody(List.of());
    }

    // preview

    /** What the list mapping made of the newest orders → as many rows as were asked for. */
    public List<PageRead.Row> open(Exchange exchange, String idPointer) {
        JsonNode orders = exchange.getMessage().getBody(JsonNode.class).path("orders");
        if (!orders.isArray()) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a plataforma respondeu sem uma lista de pedidos", "the answer has no list of orders");
        }
        Integration integration = exchange.getVariable("integration", Integration.class);
        exchange.setVariable("verdicts", new ArrayList<Verdict>());
        rules.forIntegration(integration).ifPresent(rule -> exchange.setVariable("rule", rule));
        exchange.getMessage().removeHeaders("*");
        List<JsonNode> raw = new ArrayList<>();
        orders.forEach(raw::add);
        List<PageRead.Row> rows = Pages.rows(raw, JsonPointer.compile(idPointer));
        return rows.subList(0, Math.min(rows.size(), exchange.getVariable("limit", Integer.class)));
    }

    public void decide(Exchange exchange) {
        Sale sale = exchange.getMessage().getBody(Sale.class);
        Integration integration = exchange.getVariable("integration", Integration.class);
        PointsRule rule = exchange.getVariable("rule", PointsRule.class);
        boolean changed = platforms.get(integration.platform()).polling().listsChanges();
        if (rule == null && Orders.effectOf(sale, integration, changed) == Verdict.Effect.EARNS) {
            results(exchange).add(new Previewed(raw(exchange), sale, "awarded", 0, "nenhuma regra de pontos vale para esta integração"));
            return;
        }
        Verdict verdict = Orders.verdict(sale, "", integration, rule, changed);
        verdicts(exchange).add(verdict);
        String decision = switch (verdict.effect()) {
            case EARNS -> "awarded";
            case REVERSES -> "reversed";
            case NEITHER -> "ignored";
        };
        results(exchange).add(new Previewed(raw(exchange), sale, decision, verdict.points(), verdict.reason()));
    }

    public void explain(Exchange exchange) {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause instanceof PlatformFailure failure && !failure.concernsOnlyThisCall()) {
            throw failure;
        }
        results(exchange).add(new Previewed(raw(exchange), null, null, 0, "não pôde ser lido: " + Orders.reason(cause)));
    }

    public List<Object> answer(Exchange exchange) {
        return results(exchange);
    }

    /** What another source has a say in is decided for all of them together. */
    public List<Object> previewed(Exchange exchange) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        Source source = new Source(integration.merchantId(), integration.id(), platforms.get(integration.platform()).kind(), integration.sharesSales());
        Map<String, Foresight.NotCounted> notCounted = foresight.of(source, integration.importSales() ? integration.salesCutover() : integration.salesFrom(),
                sources.shops(integration.merchantId()), verdicts(exchange));
        return results(exchange).stream().map(Previewed.class::cast).map(one -> {
            Foresight.NotCounted why = one.sale() == null ? null : notCounted.get(one.sale().id());
            return why == null ? (Object) one : new Previewed(one.raw(), one.sale(), why.decision(), 0, why.reason());
        }).toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Verdict> verdicts(Exchange exchange) {
        return exchange.getVariable("verdicts", List.class);
    }

    private static JsonNode raw(Exchange exchange) {
        JsonNode detail = exchange.getVariable("detail", JsonNode.class);
        return detail == null ? exchange.getVariable("row", PageRead.Row.class).raw() : detail;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> results(Exchange exchange) {
        return exchange.getVariable("results", List.class);
    }
}
