package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.integration.Settings;
import io.loyaltyhub.json.Json;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credentials in the forms that platforms want them in. */
class RequestsTest {

    private final Requests requests = new Requests(null);
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    @BeforeEach
    void settings() {
        exchange.setVariable("settings", new Settings(Json.mapper().createObjectNode().put("user", "ana"),
                Json.mapper().createObjectNode().put("password", "açúcar").put("key", ">>chave??"), Map.of()));
    }

    @Test
    void aJsonBodyOfSettingsHasThemAsBase64AndLeavesOutWhatWasNotGiven() {
        requests.base64Json(exchange, "userName=user,Password=password,store=store");

        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("{\"userName\":\"YW5h\",\"Password\":\"YcOnw7pjYXI=\"}");
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    }

    @Test
    void asPartOfAQueryBase64IsEncodedOnceMore() {
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, "page=1");

        requests.addBase64ToQuery(exchange, "integrationKey", "key");

        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_QUERY)).isEqualTo("page=1&integrationKey=Pj5jaGF2ZT8%2F");
    }

    @Test
    void whatAnAnswerRepeatsOfASecretIsCoveredAsBase64Too() {
        Settings settings = exchange.getVariable("settings", Settings.class);

        assertThat(settings.covered("no user ana with açúcar, YcOnw7pjYXI= or Pj5jaGF2ZT8/")).isEqualTo("no user ana with ********, ******** or ********");
    }
}
