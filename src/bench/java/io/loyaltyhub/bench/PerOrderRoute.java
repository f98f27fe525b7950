package io.loyaltyhub.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.points.PointsRule;
import io.loyaltyhub.sale.Sale;
import io.loyaltyhub.sale.SaleReader;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.language.LanguageExpression;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The same integration as Camel's own components suggest it: split, transform, the JDBC idempotent repository, filters
 * and sql endpoints, one transaction an order. Mapping, rule and tables are the hub's; as in the hub, the merchant is asked for by a
 * subquery, lest the planner take one that is new to its statistics to have no rows.
 */
final class PerOrderRoute extends RouteBuilder {

    static final String FROM = "direct:per-order";

    private final JdbcMessageIdRepository seen;

    PerOrderRoute(DataSource dataSource, TransactionTemplate transaction) {
        this.seen = new JdbcMessageIdRepository(dataSource, transaction, "per-order");
    }

    @Override
    public void configure() {
        from(FROM).routeId("per-order")
                .setVariable("next", constant("1"))
                .loopDoWhile(simple("${variable.next} != null"))
                    .setBody(constant(null))
                    .setHeader(Exchange.HTTP_URI, simple("${variable.shop}/orders"))
                    .setHeader(Exchange.HTTP_QUERY, simple("limit=100&page=${variable.next}"))
                    .setHeader(Exchange.HTTP_METHOD, constant("GET"))
                    .to("http:shop")
                    .process(exchange -> exchange.getMessage().setBody(Json.mapper().readTree(exchange.getMessage().getBody(byte[].class))))
                    .transform(new LanguageExpression("mapping", "bench/list.jslt"))
                    .process(PerOrderRoute::nextPage)
                    .split(body()).to("direct:one-order").end()
                .end();

        from("direct:one-order").routeId("one-order")
                .transacted()
                .transform(new LanguageExpression("mapping", "bench/order.jslt"))
                .process(PerOrderRoute::read)
                .idempotentConsumer(simple("${variable.integrationId}/${variable.sale.id}/${variable.sale.status.id}"), seen)
                    .process(PerOrderRoute::score)
                    .filter(simple("${variable.decision} == 'awarded'"))
                        .to("sql:INSERT INTO participants (merchant_id, id, document, email, name, source, registered_at) "
                                + "VALUES (:#merchant, gen_random_uuid(), :#document, :#email, :#name, 'per-order', :#now) ON CONFLICT DO NOTHING")
                    .end()
                    .to("sql:INSERT INTO sales (merchant_id, integration_id, order_id, version, updated_at, status_id, sale, decision, "
                            + "participant_id, points, round, first_seen_at, posted_at) VALUES (:#merchant, :#integration, :#order, "
                            + ":#version, :#updated, :#status, CAST(:#sale AS jsonb), :#decision, (SELECT id FROM participants "
                            + "WHERE merchant_id = (SELECT CAST(:#merchant AS uuid)) AND document = :#document), :#points, :#round, :#now, :#now)")
                    .filter(simple("${variable.decision} == 'awarded'"))
                        .to("sql:INSERT INTO entries (merchant_id, participant_id, kind, points, integration_id, order_id, round, sale_id, "
                                + "rule_id, rule_version, description, created_by, created_at) SELECT merchant_id, participant_id, 'earn', "
                                + "points, integration_id, order_id, round, id, CAST(:#rule AS uuid), 1, 'Compra', 'per-order', posted_at FROM sales "
                                + "WHERE merchant_id = (SELECT CAST(:#merchant AS uuid)) AND integration_id = :#integration AND order_id = :#order")
                        .to("sql:INSERT INTO balances AS b (merchant_id, participant_id, balance) SELECT merchant_id, participant_id, points "
                                + "FROM sales WHERE merchant_id = (SELECT CAST(:#merchant AS uuid)) AND integration_id = :#integration AND order_id = :#order "
                                + "ON CONFLICT (merchant_id, participant_id) DO UPDATE SET balance = b.balance + excluded.balance")
                    .end()
                .end();
    }

    private static void nextPage(Exchange exchange) {
        JsonNode page = exchange.getMessage().getBody(JsonNode.class);
        exchange.setVariable("next", page.path("next").asText(null));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(page.path("orders"));
    }

    private static void read(Exchange exchange) {
        exchange.setVariable("sale", SaleReader.read(exchange.getMessage().getBody(JsonNode.class)));
    }

    /** Everything the statements need, by name, as the body. */
    private static void score(Exchange exchange) {
        Sale sale = exchange.getVariable("sale", Sale.class);
        PointsRule rule = exchange.getVariable("rule", PointsRule.class);
        String decision = ShopPages.SCORING.contains(sale.status().id()) ? "awarded"
                : ShopPages.REVERSAL.contains(sale.status().id()) ? "reversed" : "ignored";
        boolean awarded = decision.equals("awarded");
        Map<String, Object> row = new HashMap<>();
        row.put("merchant", exchange.getVariable("merchantId", UUID.class));
        row.put("integration", exchange.getVariable("integrationId", UUID.class));
        row.put("order", sale.id());
        row.put("version", sale.version());
        row.put("updated", timestamp(sale.updatedAt()));
        row.put("status", sale.status().id());
        row.put("sale", Json.write(sale));
        row.put("document", sale.customer().document());
        row.put("email", sale.customer().email());
        row.put("name", sale.customer().name());
        row.put("decision", decision);
        row.put("points", awarded ? rule.score(sale).points() : 0L);
        row.put("round", awarded ? 1 : 0);
        row.put("rule", rule.id().toString());
        row.put("now", Timestamp.from(Instant.now()));
        exchange.setVariable("decision", decision);
        exchange.getMessage().setBody(row);
    }

    private static Timestamp timestamp(OffsetDateTime time) {
        return time == null ? null : Timestamp.from(time.toInstant());
    }
}
