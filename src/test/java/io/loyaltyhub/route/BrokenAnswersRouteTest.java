package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayAnswer;
import io.loyaltyhub.support.Programme;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A shop that answers wrongly: once, and the poll goes on; for good, and the poll fails, says why, and loses nothing. */
class BrokenAnswersRouteTest extends ShopAndHub {

    private static final int MORE_THAN_ALLOWED = 17 * 1024 * 1024;

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments("HTTP 500", Fault.serverError(), "HTTP 500"),
                arguments("HTTP 502", Fault.status(502), "HTTP 502"),
                arguments("HTTP 429", Fault.tooManyRequests(), "pediu para esperar"),
                arguments("HTML with 200", Fault.html(), "não é JSON"),
                arguments("half a JSON", Fault.halfJson(), "não é JSON"),
                arguments("empty body", Fault.emptyBody(), "não é JSON"),
                arguments("connection dropped", Fault.connectionDropped(), "não foi possível conectar"),
                arguments("body cut off", Fault.cutOff(), "interrompida"),
                arguments("huge body", Fault.hugeBody(MORE_THAN_ALLOWED), "grande demais"),
                arguments("redirect", Fault.redirect(URI.create("http://localhost:1/outra")), "redirecionou"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void onceInAListIsTriedAgainWithinThePoll(String name, Fault fault, String says) {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders", 1, fault);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(shop.calls("/orders")).isEqualTo(2);
        assertThat(points(programme.sale(order))).isEqualTo(100);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void onceInADetailIsTriedAgainWithinThePoll(String name, Fault fault, String says) {
        Programme programme = open();
        placeHundred(1);
        long order = placeHundred(2);
        shop.fail("/orders/" + order + "/complete", 1, fault);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(programme.deadLetters()).isEmpty();
        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void forGoodFailsThePollSaysWhyAndRecoveryPaysAll(String name, Fault fault, String says) {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders", SandboxTray.ALWAYS, fault);

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(error(failed)).contains(says);
        assertThat(failed.get("read").asInt()).isZero();
        assertThat(shop.calls("/orders")).isEqualTo(3);
        JsonNode health = programme.health();
        assertThat(health.get("state").asText()).isEqualTo("failing");
        assertThat(health.get("lastError").asText()).isEqualTo(error(failed));
        assertThat(health.get("consecutiveFailures").asInt()).isEqualTo(1);
        assertThat(programme.deadLetters()).isEmpty();

        shop.clearFaults();
        assertThat(outcome(poll(programme))).isEqualTo("ok");
        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.health().get("state").asText()).isEqualTo("healthy");
        assertThat(programme.health().get("consecutiveFailures").asInt()).isZero();
        assertThat(programme.health().get("lastError").isNull()).isTrue();
    }

    @Test
    void theMoreOftenAPollFailedTheLaterTheNextOneComes() {
        Programme programme = open();
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.serverError());

        // The first postponement is 30 s in these tests.
        for (int failures = 1, seconds = 30; failures <= 4; failures++, seconds *= 2) {
            JsonNode failed = poll(programme);
            assertThat(programme.health().get("consecutiveFailures").asInt()).isEqualTo(failures);
            assertThat(untilNextPoll(programme, failed)).isBetween(Duration.ofSeconds(seconds - 10), Duration.ofSeconds(seconds + 10));
        }
    }

    @Test
    void aFailedPollIsNotRepeatedBeforeItsTime() {
        Programme programme = open();
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.serverError());
        poll(programme);
        shop.resetCounters();

        tick(hub);
        tick(hub);

        assertThat(shop.calls("/**")).isZero();
    }

    @Test
    void aShortRetryAfterIsWaitedForWithinThePoll() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders", 1, Fault.tooManyRequests(1));

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(shop.calls("/orders")).isEqualTo(2);
    }

    @Test
    void aLongRetryAfterPostponesThePollToThatMomentWithoutHammering() {
        Programme programme = open();
        placeHundred(1);
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.tooManyRequests(7_200));

        JsonNode failed = poll(programme);
        tick(hub);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(shop.calls("/orders")).isEqualTo(1);
        assertThat(untilNextPoll(programme, failed)).isBetween(Duration.ofSeconds(7_190), Duration.ofSeconds(7_210));
    }

    @Test
    void aRetryAfterMayBeADate() {
        Programme programme = open();
        String inTwoHours = DateTimeFormatter.RFC_1123_DATE_TIME.format(OffsetDateTime.now(ZoneOffset.UTC).plusHours(2));
        shop.fail("/orders", SandboxTray.ALWAYS, (call, ask) -> Fault.tooManyRequests().answer(call, ask).withHeader("Retry-After", inTwoHours));

        JsonNode failed = poll(programme);

        assertThat(shop.calls("/orders")).isEqualTo(1);
        assertThat(untilNextPoll(programme, failed)).isBetween(Duration.ofSeconds(7_150), Duration.ofSeconds(7_210));
    }

    @Test
    void aRetryAfterOfYearsIsNotTakenAtItsWord() {
        Programme programme = open();
        shop.fail("/orders", SandboxTray.ALWAYS, (call, ask) -> Fault.tooManyRequests().answer(call, ask).withHeader("Retry-After", "Thu, 31 Dec 2099 23:59:59 GMT"));

        assertThat(untilNextPoll(programme, poll(programme))).isBetween(Duration.ofHours(23), Duration.ofHours(25));
    }

    @Test
    void aLongRetryAfterAmongTheDetailsKeepsWhatWasReadAndLosesNothing() {
        Programme programme = open();
        long first = placeHundred(1);
        long second = placeHundred(2);
        placeHundred(3);
        shop.fail("/orders/" + second + "/complete", 1, Fault.tooManyRequests(7_200));

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(shop.calls("/orders/*/complete")).isEqualTo(2);
        assertThat(points(programme.sale(first))).isEqualTo(100);
        assertThat(programme.deadLetters()).isEmpty();
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(300);
    }

    @Test
    void theNameOfAContentTypeDoesNotMatterIfItIsJson() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/**", SandboxTray.ALWAYS, Fault.wrongContentType());

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(points(programme.sale(order))).isEqualTo(100);
    }

    @Test
    void aRedirectIsNotFollowed() {
        Programme programme = open();
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.redirect(URI.create(shop.apiAddress() + "/customers")));

        poll(programme);

        assertThat(shop.calls("/customers")).isZero();
    }

    @Test
    void jsonWithoutAListOfOrdersIsNoEmptyList() {
        for (String answer : List.of("{}", "{\"Orders\": null, \"paging\": {\"total\": 0, \"page\": 1, \"limit\": 50}}", "{\"Orders\": \"nenhum\"}", "[]", "\"ok\"", "null")) {
            Programme programme = open();
            long order = placeHundred(1);
            shop.fail("/orders", 3, (call, ask) -> TrayAnswer.json(200, answer.getBytes(StandardCharsets.UTF_8)));

            JsonNode failed = poll(programme);

            assertThat(outcome(failed)).as(answer).isEqualTo("failed");
            assertThat(error(failed)).as(answer).containsAnyOf("sem uma lista de pedidos", "não é JSON");
            shop.clearFaults();
            poll(programme);
            assertThat(points(programme.sale(order))).as(answer).isEqualTo(100);
        }
    }

    @Test
    void aPreviewSaysThatTheShopIsOutOfOrderInsteadOfShowingNothing() {
        Programme programme = open();
        placeHundred(1, SandboxStatus.A_ENVIAR);
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.serverError());

        HubClient.Answer answer = programme.client().post(programme.integrationPath() + "/preview", Map.of("limit", 5));

        assertThat(answer.status()).isBetween(500, 504);
        assertThat(answer.json().get("detail").asText()).contains("Tray está fora do ar");
        assertThat(shop.calls("/orders")).isEqualTo(1);
    }

    private static Duration untilNextPoll(Programme programme, JsonNode poll) {
        return Duration.between(OffsetDateTime.parse(poll.get("finishedAt").asText()), OffsetDateTime.parse(programme.health().get("nextPollAt").asText()));
    }
}
