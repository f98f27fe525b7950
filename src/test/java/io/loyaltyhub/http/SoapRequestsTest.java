package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes are made by routes; the values that they put into them are texts there, whatever they hold. */
class SoapRequestsTest {

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final Requests requests = new Requests(new AddressGuard(true));

    @ParameterizedTest
    @ValueSource(strings = {"abc123", "a & b", "</key><admin>1</admin>", "\"quoted\" and 'so'", "]]>", "{key}", "{user} ${body} {{x}}", "ção ✓", "$1\\2"})
    void aValueIsReadAsItWasGiven(String value) throws Exception {
        exchange.getMessage().setBody("<login><user>{user}</user><key>{key}</key></login>");

        requests.fill(exchange, "key", value);
        requests.fill(exchange, "user", "hub");

        String xml = exchange.getMessage().getBody(String.class);
        assertThat(XmlTree.read(xml.getBytes(StandardCharsets.UTF_8)).at("/key").asText()).isEqualTo(value);
        assertThat(XmlTree.read(xml.getBytes(StandardCharsets.UTF_8)).at("/user").asText()).isEqualTo("hub");
    }

    @Test
    void anElementTravelsInAnEnvelopeAndItsAnswerIsXml() throws Exception {
        exchange.getMessage().setBody("<urn:list><id>{id}</id></urn:list>");

        requests.soap(exchange, "urn:acme");
        requests.fill(exchange, "id", "1 < 2");

        String xml = exchange.getMessage().getBody(String.class);
        assertThat(XmlTree.read(xml.getBytes(StandardCharsets.UTF_8)).at("/Body/list/id").asText()).isEqualTo("1 < 2");
        assertThat(exchange.getMessage().getHeaders()).containsEntry(Exchange.CONTENT_TYPE, "text/xml; charset=utf-8")
                .containsEntry(Exchange.HTTP_METHOD, "POST").containsEntry("SOAPAction", "\"\"").containsEntry(Answers.FORMAT, "xml");
    }

    @Test
    void whereThereIsNoValueThereIsNoText() {
        exchange.getMessage().setBody("<id>{id}</id>");

        requests.fill(exchange, "id", null);

        assertThat(exchange.getMessage().getBody()).isEqualTo("<id></id>");
    }
}
