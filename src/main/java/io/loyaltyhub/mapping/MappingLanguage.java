package io.loyaltyhub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.poll.Window;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.ExpressionToPredicateAdapter;
import org.apache.camel.support.LanguageSupport;
import org.springframework.stereotype.Component;

/**
 * The Camel language {@code mapping}: the expression names a JSLT file of the routes directory
 * ({@code <platform>/order.jslt}); it is applied to the body, a JsonNode, and gives a JsonNode.
 *
 * <p>camel-jslt serves text only and would parse and print every order twice; here the tree goes in and out as it is,
 * money stays decimal, and a mapping knows {@code $timezone} and {@code $settings} (never the secret ones) of the
 * integration at work, and {@code $window}, what the platform was asked for: {@code since} and {@code now} in UTC
 * ({@code 2024-05-14 19:03:27}), {@code page}, {@code pageSize}; and {@code $row}, the list's row that a detail was asked for, null elsewhere.
 */
@Component("mapping-language")
public class MappingLanguage extends LanguageSupport {

    private final Mappings mappings;

    public MappingLanguage(Mappings mappings) {
        this.mappings = mappings;
    }

    @Override
    public Expression createExpression(String file) {
        return new ExpressionAdapter() {
            @Override
            public Object evaluate(Exchange exchange) {
                JsonNode body = exchange.getMessage().getBody(JsonNode.class);
                Integration integration = exchange.getVariable("integration", Integration.class);
                return mappings.apply(file, body, integration == null ? Map.of() : variables(integration, exchange));
            }

            @Override
            public String toString() {
                return "mapping(" + file + ")";
            }
        };
    }

    private static Map<String, JsonNode> variables(Integration integration, Exchange exchange) {
        Map<String, JsonNode> variables = new HashMap<>(integration.mappingVariables());
        Window window = exchange.getVariable("window", Window.class);
        variables.put("window", window == null ? NullNode.instance : window.tree());
        variables.put("row", exchange.getVariable("row") instanceof ListRow row ? row.raw() : NullNode.instance);
        return variables;
    }

    @Override
    public Predicate createPredicate(String expression) {
        return ExpressionToPredicateAdapter.toPredicate(createExpression(expression));
    }
}
