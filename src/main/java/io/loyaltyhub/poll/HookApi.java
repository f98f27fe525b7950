package io.loyaltyhub.poll;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.api.Problem;
import io.loyaltyhub.integration.HookTokens;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.security.SignedIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * {@code POST /hooks/{platform}/{token}}: a platform says that an order changed, in JSON or as a form, and in whatever
 * words it has; {@code <platform>/hook.jslt} makes order ids of them. What cannot be understood is answered with 400 and
 * costs nothing: polling finds the order.
 */
@Component("hooks")
public class HookApi {

    private static final Logger LOG = LoggerFactory.getLogger(HookApi.class);
    private static final int MOST_ORDERS = 100;
    private static final int LONGEST_ID = 100;

    private final HookTokens tokens;
    private final Integrations integrations;
    private final Platforms platforms;
    private final Hints hints;

    public HookApi(HookTokens tokens, Integrations integrations, Platforms platforms, Hints hints) {
        this.tokens = tokens;
        this.integrations = integrations;
        this.platforms = platforms;
        this.hints = hints;
    }

    /** Body: what the platform sent, as a tree; null where it only looks whether anybody answers. */
    public void receive(Exchange exchange) {
        Message message = exchange.getMessage();
        String[] path = message.getHeader(Exchange.HTTP_PATH, "", String.class).replaceFirst("^/+", "").split("/");
        // What matched the prefix may or may not stand before it.
        String token = path[path.length - 1];
        String platform = path.length < 2 ? "" : path[path.length - 2];
        SignedIds.Named owner = tokens.owner(token).orElseThrow(Problem::notFound);
        Integration integration = integrations.find(owner.merchantId(), owner.id())
                .filter(one -> one.platform().equals(platform)).orElseThrow(Problem::notFound);
        if (!platforms.get(platform).can("webhooks")) {
            throw Problem.notFound();
        }
        exchange.setVariable("integration", integration);
        exchange.setVariable("platform", platform);
        String method = message.getHeader(Exchange.HTTP_METHOD, "", String.class);
        Object sent = message.getBody();
        JsonNode said = sent instanceof Map<?, ?> form ? Json.mapper().valueToTree(form) : tree(message.getBody(String.class));
        message.removeHeaders("*");
        message.setBody(method.equals("POST") ? said : null);
    }

    /** Forms have become maps on their way here; whatever else comes is JSON, whatever it calls itself. */
    private static JsonNode tree(String text) {
        try {
            return text == null || text.isBlank() ? null : Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw Problem.badRequest("problem.status.400");
        }
    }

    /** {@code {"orders": ["80412"]}} → hints, for the next tick to follow up. */
    public void note(Exchange exchange) {
        Integration integration = exchange.getVariable("integration", Integration.class);
        List<String> orders = new ArrayList<>();
        for (JsonNode order : exchange.getMessage().getBody(JsonNode.class).path("orders")) {
            String id = order.isValueNode() && !order.isNull() ? order.asText().replace("\0", "").strip() : "";
            if (!id.isEmpty() && id.length() <= LONGEST_ID && orders.size() < MOST_ORDERS) {
                orders.add(id);
            }
        }
        if (!orders.isEmpty() && !hints.note(integration.merchantId(), integration.id(), orders)) {
            LOG.debug("{} is paused: its announcements are not followed up", integration.name());
        }
    }

    public void answer(Exchange exchange) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody("{}");
    }
}
