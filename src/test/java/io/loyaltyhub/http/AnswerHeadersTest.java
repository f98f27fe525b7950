package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.platform.RoutesDirectory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** Some platforms say in the headers of an answer what a route has to know, such as how many pages there are. */
class AnswerHeadersTest {

    private final Platforms platforms = new Platforms(new RoutesDirectory(Path.of("routes"), false));
    private final Requests requests = new Requests(new AddressGuard(false));
    private final Answers answers = new Answers(platforms, new Tokens(null, null, null), Clock.systemUTC(), 1 << 20, Duration.ofMinutes(1));

    @Test
    void headersThatWereAskedForComeWithTheBody() {
        assertThat(answered("X-Pages, X-Total")).isEqualTo(Json.parse("{\"headers\": {\"X-Pages\": \"3\"}, \"body\": [1]}"));
    }

    @Test
    void theyComeWithABodyOfNothingAsWell() {
        assertThat(answered("X-Pages", "any", "")).isEqualTo(Json.parse("{\"headers\": {\"X-Pages\": \"3\"}, \"body\": \"\"}"));
    }

    @Test
    void theBodyIsAloneWhereNoneWereAskedFor() {
        assertThat(answered(null)).isEqualTo(Json.parse("[1]"));
    }

    /** What a call asking for these headers gets from a shop that knows one of them. */
    private JsonNode answered(String wanted) {
        return answered(wanted, "json", "[1]");
    }

    private JsonNode answered(String wanted, String format, String body) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("platform", platforms.all().iterator().next().name());
        exchange.getMessage().setHeader(Exchange.HTTP_URI, "https://93.184.216.34/orders");
        exchange.getMessage().setHeader(Answers.HEADERS, wanted);
        exchange.getMessage().setHeader(Answers.FORMAT, format);
        requests.guard(exchange);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
        exchange.getMessage().setHeader("X-Pages", "3");
        exchange.getMessage().setHeader("Set-Cookie", "a=b");
        exchange.getMessage().setBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        answers.read(exchange);
        return exchange.getMessage().getBody(JsonNode.class);
    }
}
