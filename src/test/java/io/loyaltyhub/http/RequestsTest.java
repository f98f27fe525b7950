package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.integration.Settings;
import io.loyaltyhub.json.Json;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What platform routes put their requests together with. */
class RequestsTest {

    private static final String WITHIN = "https://{shop}.example.com/ws";
    private static final String WHOLE = "https://{shop}/ws";

    private final Requests requests = new Requests(new AddressGuard(true));
    private Exchange exchange;

    @BeforeEach
    void anExchange() {
        exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("path", "/orders.json");
    }

    @ParameterizedTest
    @CsvSource({
            WITHIN + ", minha-loja, https://minha-loja.example.com/ws/orders.json",
            WHOLE + ", www.minha-loja.com.br, https://www.minha-loja.com.br/ws/orders.json"})
    void aSettingStandsForAPartOfTheHostOrForAllOfIt(String usual, String shop, String address) {
        exchange.setVariable("settings", settings(Map.of("shop", shop)));

        requests.host(exchange, usual);

        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_URI)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.evil.com", "evil.com/", "evil.com#", "evil.com?a=b", "a@evil.com", "evil:8080", "-a", "a b", ""})
    void aPartOfTheHostIsOneLabelAndNothingThatEndsIt(String shop) {
        exchange.setVariable("settings", settings(Map.of("shop", shop)));

        assertThatThrownBy(() -> requests.host(exchange, WITHIN)).isInstanceOf(PlatformFailure.class).hasMessageContaining("shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loja", "www.loja.com.br/", "www.loja.com.br:8080", "user@www.loja.com.br", "www..com", ".com.br", "www.loja.com.", "www.loja-.com"})
    void aWholeHostIsANameAndNothingBesides(String shop) {
        exchange.setVariable("settings", settings(Map.of("shop", shop)));

        assertThatThrownBy(() -> requests.host(exchange, WHOLE)).isInstanceOf(PlatformFailure.class).hasMessageContaining("shop");
    }

    @Test
    void anotherAddressTakesThePlaceOfTheHost() {
        exchange.setVariable("settings", settings(Map.of("shop", "www.loja.com.br", "baseUrl", "https://proxy.example.com/here/")));

        requests.host(exchange, WHOLE);

        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_URI)).isEqualTo("https://proxy.example.com/here/ws/orders.json");
    }

    @Test
    void twoAnswersBecomeOneAndTheFirstStaysAsItWas() {
        JsonNode order = Json.parse("{\"id\": 1}");
        exchange.setVariable("order", order);
        exchange.getMessage().setBody(Json.parse("[2]"));

        requests.join(exchange, "order", "buyer");

        assertThat(exchange.getMessage().getBody()).isEqualTo(Json.parse("{\"id\": 1, \"buyer\": [2]}"));
        assertThat(order).isEqualTo(Json.parse("{\"id\": 1}"));
    }

    @Test
    void nobodyIsJoinedAsNullAndNothingStaysNothing() {
        exchange.setVariable("order", Json.parse("{\"id\": 1}"));
        requests.join(exchange, "order", "buyer");
        assertThat(exchange.getMessage().getBody()).isEqualTo(Json.parse("{\"id\": 1, \"buyer\": null}"));

        exchange.setVariable("order", NullNode.instance);
        requests.join(exchange, "order", "buyer");
        assertThat(exchange.getMessage().getBody()).isEqualTo(NullNode.instance);
    }

    @Test
    void aJsonBodyOfSettingsHasThemAsBase64AndLeavesOutWhatWasNotGiven() {
        exchange.setVariable("settings", credentials());

        requests.base64Json(exchange, "userName=user,Password=password,store=store");

        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("{\"userName\":\"YW5h\",\"Password\":\"YcOnw7pjYXI=\"}");
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    }

    @Test
    void asPartOfAQueryBase64IsEncodedOnceMore() {
        exchange.setVariable("settings", credentials());
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, "page=1");

        requests.addBase64ToQuery(exchange, "integrationKey", "key");

        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_QUERY)).isEqualTo("page=1&integrationKey=Pj5jaGF2ZT8%2F");
    }

    @Test
    void whatAnAnswerRepeatsOfASecretIsCoveredAsBase64Too() {
        assertThat(credentials().covered("no user ana with açúcar, YcOnw7pjYXI= or Pj5jaGF2ZT8/")).isEqualTo("no user ana with ********, ******** or ********");
    }

    private static Settings settings(Map<String, String> values) {
        ObjectNode open = Json.mapper().createObjectNode();
        values.forEach(open::put);
        return new Settings(open, Json.mapper().createObjectNode(), Map.of());
    }

    private static Settings credentials() {
        return new Settings(Json.mapper().createObjectNode().put("user", "ana"),
                Json.mapper().createObjectNode().put("password", "açúcar").put("key", ">>chave??"), Map.of());
    }
}
