package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.loyaltyhub.platform.Platforms;
import io.loyaltyhub.platform.RoutesDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Platforms put secrets into addresses and echo them in answers; both end up in logs and before people's eyes. */
class SecretsInMessagesTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "GET https://loja.com.br/web_api/orders?access_token=S3CRET&page=1 failed",
            "GET https://loja.com.br/web_api/orders?page=1&access_token=S3CRET",
            "https://loja.com.br/auth?refresh_token=S3CRET HTTP/1.1",
            "consumer_key=S3CRET&consumer_secret=S3CRET&code=S3CRET",
            "https://api.example.com/pedidos?token=S3CRET&formato=json",
            "ACCESS_TOKEN=S3CRET", "api_key=S3CRET", "apiKey=S3CRET", "queue?integrationKey=S3CRET%3D", "app-secret=S3CRET", "client_secret=S3CRET", "password=S3CRET",
            "access_token=APP_ID-1-STORE_ID-2-S3CRET", "access_token=a%2FS3CRET", "token=abc+S3CRET/x==",
            "{\"access_token\": \"S3CRET\", \"refresh_token\" : \"S3CRET\"}",
            "{\"accessToken\":\"S3CRET\",\"refreshToken\":\"S3CRET\"}",
            "{\"password\": \"open, S3CRET\"}",
            "{\"password\": \"open} S3CRET]\"}",
            "{\"password\": \"a \\\" S3CRET\"}",
            "{\"client_secret\": \"S3CRET",
            "{\"Authorization\": \"Bearer S3CRET\"}",
            "<loginParam><username>hub</username><apiKey>S3CRET & more</apiKey></loginParam>",
            "<urn:sessionId>S3CRET</urn:sessionId>", "<row><password_hash>S3CRET", "<accessToken>S3CRET</accessToken>",
            "Authorization: Bearer S3CRET",
            "authorization: Basic S3CRET="})
    void secretsAreCovered(String text) {
        assertThat(Answers.masked(text)).doesNotContain("S3CRET").contains("********");
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"code\": 401, \"error_code\": 1000, \"causes\": [\"Token expirado\"]}",
            "{\"message\": \"o pedido 80412 não foi encontrado\"}",
            "<faultcode>5</faultcode><faultstring>Session expired.</faultstring>", "error_code=1000", "{\"postcode\": \"13010-000\"}",
            "HTTP 404: {\"url\": \"/web_api/orders/99\"}"})
    void whatAnEngineerNeedsStaysReadable(String text) {
        assertThat(Answers.masked(text)).isEqualTo(text);
    }

    @Test
    void whatComesAfterASecretStaysReadable() {
        assertThat(Answers.masked("orders?access_token=S3CRET&page=2: Connection reset")).isEqualTo("orders?access_token=********&page=2: Connection reset");
        assertThat(Answers.masked("{\"token\": \"S3CRET\", \"status\": \"ok\"}")).isEqualTo("{\"token\": \"********\", \"status\": \"ok\"}");
    }

    @Test
    void aLongTextIsMaskedAsWellAndCutOff() {
        assertThat(Answers.masked("\"password\": \"" + "\\\"x".repeat(900) + "S3CRET\" and more")).isEqualTo("\"password\": \"********\" and more");
        assertThat(Answers.masked("\"password\": \"" + "\\\"x".repeat(100_000) + "S3CRET\"")).isEqualTo("\"password\": \"********");
        assertThat(Answers.masked("token=" + "x".repeat(100_000))).isEqualTo("token=********");
        assertThat(Answers.masked("x".repeat(100_000))).hasSizeLessThan(5000);
    }

    @Test
    void aFailedConnectionDoesNotTellTheAddressItsToken() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IOException("https://loja.com.br/web_api/orders?access_token=S3CRET&page=1: reset"));

        PlatformFailure failure = catchThrowableOfType(PlatformFailure.class,
                () -> new Retries(Duration.ofMillis(1), Duration.ofSeconds(1)).connectionFailed(exchange));

        assertThat(failure.meaning()).isEqualTo(ErrorMeaning.UNAVAILABLE);
        assertThat(failure.toString()).doesNotContain("S3CRET").contains("page=1: reset");
        assertThat(failure.getMessage()).isEqualTo("não foi possível conectar à plataforma");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 500})
    void whatAnAnswerEchoesIsCovered(int status) {
        String body = "<p>refused: /web_api/orders?access_token=S3CRET\r\n{\"code\": \"S3CRET\"}</p>";

        assertThatThrownBy(() -> answer(status, body)).isInstanceOfSatisfying(PlatformFailure.class, failure -> {
            assertThat(failure.toString()).doesNotContain("S3CRET").contains("HTTP " + status).contains("refused");
            assertThat(failure.detail()).doesNotContain("\r", "\n");
        });
    }

    @Test
    void noMoreOfAnAnswerIsQuotedThanAPersonReads() {
        assertThatThrownBy(() -> answer(500, "x".repeat(100_000))).isInstanceOfSatisfying(PlatformFailure.class,
                failure -> assertThat(failure.detail()).hasSizeLessThan(600));
    }

    private static void answer(int status, String body) {
        Platforms platforms = new Platforms(new RoutesDirectory(Path.of("routes"), false));
        // No call here shows a token, so the tokens are never asked to forget one.
        Answers answers = new Answers(platforms, new Tokens(null, null, null), Clock.systemUTC(), 1 << 20, Duration.ofMinutes(1));
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable("platform", platforms.all().iterator().next().name());
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        exchange.getMessage().setBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
        answers.read(exchange);
    }
}
