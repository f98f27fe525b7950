package io.loyaltyhub.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.api.Contract;
import io.loyaltyhub.http.Answers;
import io.loyaltyhub.http.PlatformFailure;
import io.loyaltyhub.http.Tokens;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.mapping.Mappings;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.platform.RoutesDirectory;
import io.loyaltyhub.points.Verdict;
import io.loyaltyhub.poll.Orders;
import io.loyaltyhub.sale.SaleReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * What the hub makes of an answer, in the words of {@code expected.json}. The same beans read it that the routes call,
 * in the same order; only the database, the network and Camel's own machinery are missing.
 */
final class Reading {

    private static final Locale BRAZIL = new Locale("pt", "BR");

    private final RoutesDirectory routes;
    private final Platforms platforms;
    private final Mappings mappings;
    private final Orders orders = new Orders();
    private final Answers answers;

    Reading(RoutesDirectory routes, Platforms platforms) {
        this.routes = routes;
        this.platforms = platforms;
        this.mappings = new Mappings(routes);
        // No sample shows a token, so the tokens are never asked to forget one.
        this.answers = new Answers(platforms, new Tokens(null, null, null), Clock.systemUTC(), 1 << 20, Duration.ofMinutes(1));
    }

    /** A row, and the detail behind it where the row's status makes the hub ask for it. */
    JsonNode order(Sample sample) {
        Exchange exchange = exchange(sample);
        exchange.getMessage().setBody(mapped(sample, "order.jslt", sample.read("row.json")));
        orders.read(exchange);
        orders.judge(exchange);
        boolean counts = !exchange.getVariable("effect", String.class).equals("NEITHER");
        assertThat(sample.has("detail.json"))
                .as("there is a detail.json exactly where the hub would ask for the detail")
                .isEqualTo(counts && OrdersRoute.in(routes.path().resolve(sample.platform().name())).detail());
        if (sample.has("detail.json")) {
            exchange.getMessage().setBody(mapped(sample, "order.jslt", sample.read("detail.json")));
            orders.readDetail(exchange);
        }
        orders.score(exchange);
        return decision(exchange.getMessage().getBody(Verdict.class));
    }

    private static JsonNode decision(Verdict verdict) {
        ObjectNode decision = Json.mapper().createObjectNode();
        switch (verdict.effect()) {
            case EARNS -> decision.put("decision", "award").put("points", verdict.points());
            case REVERSES -> decision.put("decision", "reverse");
            case NEITHER -> decision.put("decision", "ignore");
        }
        return decision.set("sale", Json.parse(Json.write(verdict.sale())));
    }

    /** A page of orders: the ids that the route would find in its rows. */
    JsonNode list(Sample sample) {
        JsonNode page = mapped(sample, "list.jslt", sample.read("answer.json"));
        assertThat(page.path("orders").isArray()).as("a list without rows is still a list").isTrue();
        OrdersRoute route = OrdersRoute.in(routes.path().resolve(sample.platform().name()));
        ArrayNode ids = Json.mapper().createArrayNode();
        page.get("orders").forEach(row -> ids.add(row.at(route.orderId()).asText(null)));
        ObjectNode made = Json.mapper().createObjectNode();
        made.set("orders", ids);
        return made.put("more", page.path("next").asText(null) != null);
    }

    JsonNode statuses(Sample sample) {
        JsonNode page = mapped(sample, "statuses.jslt", sample.read("answer.json"));
        ObjectNode made = Json.mapper().createObjectNode();
        ArrayNode statuses = made.putArray("statuses");
        for (JsonNode status : page.path("statuses")) {
            String name = status.path("name").asText();
            String suggestion = status.path("suggestion").asText(sample.platform().statuses().suggestionFor(name));
            statuses.add(((ObjectNode) status.deepCopy()).put("suggestion", suggestion));
        }
        return made.put("more", page.path("next").asText(null) != null);
    }

    JsonNode customer(Sample sample) {
        JsonNode mapped = mapped(sample, "customer.jslt", sample.read("answer.json"));
        return Json.parse(Json.write(SaleReader.customer(mapped, new ArrayList<>())));
    }

    /** The customers of a page, as far as its rows tell, and whether there are more. */
    JsonNode customers(Sample sample) {
        JsonNode page = mapped(sample, "customers.jslt", sample.read("answer.json"));
        ObjectNode made = Json.mapper().createObjectNode();
        ArrayNode ids = made.putArray("customers");
        for (JsonNode row : page.path("customers")) {
            ids.add(SaleReader.customer(mapped(sample, "customer.jslt", row), new ArrayList<>()).id());
        }
        return made.put("more", page.path("next").asText(null) != null);
    }

    JsonNode hook(Sample sample) {
        return mapped(sample, "hook.jslt", sample.read("body.json"));
    }

    JsonNode stores(Sample sample) {
        return mapped(sample, "stores.jslt", sample.read("answer.json"));
    }

    /** Of the several mappings on the way of a coupon, the one that the file is named after. */
    JsonNode coupon(Sample sample) {
        String step = sample.only("coupon");
        return mapped(sample, step + ".jslt", sample.read(step + ".json"));
    }

    JsonNode token(Sample sample) {
        return mapped(sample, "token.jslt", sample.read("answer.json"));
    }

    JsonNode error(Sample sample) {
        JsonNode answer = sample.read("answer.json");
        Exchange exchange = exchange(sample);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, answer.path("status").asInt());
        exchange.getMessage().setBody(new ByteArrayInputStream(answer.path("body").toString().getBytes(StandardCharsets.UTF_8)));
        try {
            answers.read(exchange);
        } catch (PlatformFailure failure) {
            assertThat(failure.getMessage()).as("what the merchant is told").isNotBlank();
            return Json.mapper().createObjectNode().put("means", failure.meaning().word());
        }
        return Json.mapper().createObjectNode().put("means", "no error at all");
    }

    JsonNode settings(Sample sample) {
        ObjectNode made = Json.mapper().createObjectNode();
        ArrayNode errors = made.putArray("errors");
        Contract.check(platforms.settingsSchema(sample.platform().name()), sample.read("settings.json"), "settings", BRAZIL).stream()
                .map(Contract.Violation::field).sorted().forEach(errors::add);
        return made;
    }

    private JsonNode mapped(Sample sample, String mapping, JsonNode input) {
        Map<String, JsonNode> variables = new HashMap<>(sample.integration().mappingVariables());
        variables.put("window", sample.has("window.json") ? sample.read("window.json") : NullNode.instance);
        variables.put("row", sample.has("row.json") ? sample.read("row.json") : NullNode.instance);
        return mappings.apply(sample.platform().name() + "/" + mapping, input, variables);
    }

    private static Exchange exchange(Sample sample) {
        Integration integration = sample.integration();
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("platform", integration.platform());
        exchange.setVariable("integration", integration);
        exchange.setVariable("rule", sample.rule());
        return exchange;
    }
}
