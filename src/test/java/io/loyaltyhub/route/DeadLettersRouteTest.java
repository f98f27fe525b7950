package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.Poison;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayAnswer;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.Programme;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders that cannot be read: they wait apart, stop nobody else, and are paid once as soon as they can be. */
class DeadLettersRouteTest extends ShopAndHub {

    @ParameterizedTest
    @EnumSource(value = Poison.class, names = {"TOTAL_IS_TEXT", "TOTAL_MISSING"})
    void aPoisonOrderInTheMiddleOfAPageWaitsApartAndTheOthersArePaid(Poison poison) {
        Programme programme = open();
        List<Long> orders = place(5);
        shop.poison(orders.get(2), poison);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(poll.get("awarded").asInt()).isEqualTo(4);
        assertThat(poll.get("deadLettered").asInt()).isEqualTo(1);
        assertThat(programme.totalOfBalances()).isEqualTo(400);
        JsonNode letter = onlyLetter(programme);
        assertThat(letter.get("orderKey").asText()).isEqualTo("" + orders.get(2));
        assertThat(letter.get("step").asText()).isEqualTo("mapping");
        assertThat(letter.get("reason").asText()).isNotBlank();
        assertThat(letter.get("attempts").asInt()).isEqualTo(1);
        JsonNode payload = Json.parse(letter.get("payload").asText());
        assertThat(payload.at("/Order/id").asText()).isEqualTo("" + orders.get(2));
        assertThat(programme.health().get("state").asText()).isEqualTo("healthy");
    }

    @Test
    void thePayloadIsTheOrderAsTheShopSentIt() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.poison(order, Poison.TOTAL_IS_TEXT);

        poll(programme);

        assertThat(Json.parse(onlyLetter(programme).get("payload").asText()).at("/Order/total").asText()).isEqualTo("abc");
        assertThat(onlyLetter(programme).get("reason").asText()).contains("abc");
    }

    @Test
    void aZeroDateOfChangeCostsNobodyThePoints() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.poison(order, Poison.DATE_IS_ZERO);

        poll(programme);
        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.deadLetters()).isEmpty();
    }

    @Test
    void readingAPoisonOrderAgainCountsAttemptsAndMakesNoSecondRow() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.poison(order, Poison.TOTAL_IS_TEXT);
        poll(programme);
        poll(programme);

        poll(programme);

        assertThat(onlyLetter(programme).get("attempts").asInt()).isEqualTo(3);
        assertThat(programme.sale(order)).isNull();
    }

    @Test
    void aHealedOrderIsPaidWhenTheShopGivesItAgainAndItsLetterGoes() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.poison(order, Poison.TOTAL_IS_TEXT);
        poll(programme);
        shop.heal(order);

        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.deadLetters()).isEmpty();
    }

    @Test
    void aReplayAfterTheCureIsPaidOnceAndASecondReplayPaysNothing() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, Fault.status(404));
        poll(programme);
        long letter = onlyLetter(programme).get("id").asLong();
        shop.clearFaults();

        assertThat(programme.client().post(programme.path() + "/dead-letters/" + letter + "/replay", null).expect(202).json().get("queued").asInt()).isEqualTo(1);
        tick(hub);
        poll(programme);

        assertThat(programme.deadLetters()).isEmpty();
        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.client().post(programme.path() + "/dead-letters/" + letter + "/replay", null).status()).isEqualTo(404);
        programme.client().post(programme.path() + "/dead-letters/replay", Map.of()).expect(202);
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aReplayPaysAnOrderThatTheShopNoLongerLists() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, Fault.status(404));
        poll(programme);
        shop.clearFaults();
        // The list skips it from now on: only the replay knows of it.
        shop.modifiedAt(order, LocalDateTime.of(2020, 1, 1, 12, 0));

        programme.client().post(programme.path() + "/dead-letters/replay", Map.of()).expect(202);
        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.deadLetters()).isEmpty();
    }

    @Test
    void aReplayThatFailsAgainStaysAndCountsTheAttempt() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.poison(order, Poison.TOTAL_IS_TEXT);
        poll(programme);
        shop.modifiedAt(order, LocalDateTime.of(2020, 1, 1, 12, 0));

        programme.client().post(programme.path() + "/dead-letters/replay", Map.of()).expect(202);
        poll(programme);

        assertThat(onlyLetter(programme).get("attempts").asInt()).isEqualTo(2);
        assertThat(onlyLetter(programme).get("replayRequestedAt").isNull()).isTrue();
    }

    @Test
    void anOrderWhoseDetailKeepsFailingIsLeftAloneForAWhileUnlessItChangesOrItsReplayIsAskedFor() {
        Programme programme = open();
        long order = placeHundred(1);
        String detail = "/orders/" + order + "/complete";
        shop.fail(detail, SandboxTray.ALWAYS, Fault.status(404));
        for (int i = 0; i < 5; i++) {
            poll(programme);
        }
        assertThat(shop.calls(detail)).isEqualTo(3);
        assertThat(onlyLetter(programme).get("attempts").asInt()).isEqualTo(3);

        shop.changeStatus(order, SandboxStatus.ENVIADO);
        poll(programme);
        assertThat(shop.calls(detail)).as("it changed").isEqualTo(4);

        shop.clearFaults();
        programme.client().post(programme.path() + "/dead-letters/replay", Map.of()).expect(202);
        poll(programme);
        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.deadLetters()).isEmpty();
    }

    @Test
    void aDiscardedLetterIsGone() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.poison(order, Poison.TOTAL_IS_TEXT);
        poll(programme);

        programme.client().delete(programme.path() + "/dead-letters/" + onlyLetter(programme).get("id").asLong()).expect(204);

        assertThat(programme.deadLetters()).isEmpty();
    }

    // details that fail

    @Test
    void anOrderWhoseDetailIsNotFoundWaitsApartAtThatStepAndTheOthersArePaid() {
        Programme programme = open();
        List<Long> orders = place(4);
        shop.fail("/orders/" + orders.get(1) + "/complete", SandboxTray.ALWAYS, Fault.status(404));

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(onlyLetter(programme).get("step").asText()).isEqualTo("detail");
        assertThat(onlyLetter(programme).get("reason").asText()).contains("404");
        assertThat(programme.totalOfBalances()).isEqualTo(300);
        assertThat(shop.calls("/orders/" + orders.get(1) + "/complete")).isEqualTo(1);
    }

    @Test
    void anOrderWhoseDetailFailsForEverStopsNobody() {
        Programme programme = open();
        List<Long> orders = place(4);
        shop.fail("/orders/" + orders.get(1) + "/complete", SandboxTray.ALWAYS, Fault.serverError());

        assertThat(outcome(poll(programme))).isEqualTo("ok");
        long later = placeHundred(9);
        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(onlyLetter(programme).get("step").asText()).isEqualTo("detail");
        assertThat(onlyLetter(programme).get("attempts").asInt()).isEqualTo(2);
        assertThat(points(programme.sale(later))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(400);
    }

    @Test
    void anOrderReadWrongOnOnePageAndRightOnTheNextLeavesNoDeadLetter() {
        Programme programme = open();
        List<Long> orders = place(60);
        shop.fail("/orders/" + orders.get(0) + "/complete", 3, Fault.serverError());
        AtomicReference<JsonNode> first = new AtomicReference<>();
        shop.fail("/orders", 1, (call, ask) -> {
            TrayAnswer answer = ask.apply(call);
            first.set(read(answer));
            return answer;
        });
        shop.fail("/orders", 1, (call, ask) -> {
            JsonNode second = read(ask.apply(call));
            ((ArrayNode) second.get("Orders")).insert(0, first.get().at("/Orders/0"));
            return ask.apply(call).withBody(second.toString().getBytes(StandardCharsets.UTF_8));
        });

        assertThat(poll(programme).get("deadLettered").asInt()).isEqualTo(1);

        assertThat(programme.deadLetters()).isEmpty();
        assertThat(programme.totalOfBalances()).isEqualTo(6_000);
    }

    private static JsonNode read(TrayAnswer answer) {
        return Json.parse(new String(answer.body(), StandardCharsets.UTF_8));
    }

    @Test
    void manyOrdersWhoseDetailsAreNotFoundStopNobody() {
        Programme programme = open();
        List<Long> orders = place(8);
        orders.subList(1, 7).forEach(order -> shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, Fault.status(404)));

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(programme.deadLetters()).hasSize(6);
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    @Test
    void ordersOnEndWhoseDetailsFailForEverHoldUpTheOthersForAFewPollsOnly() {
        Programme programme = open();
        List<Long> orders = place(9);
        orders.subList(1, 6).forEach(order -> shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, Fault.serverError()));

        assertThat(outcome(poll(programme))).isEqualTo("failed");
        assertThat(outcome(poll(programme))).isEqualTo("failed");
        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(programme.deadLetters()).hasSize(5);
        assertThat(programme.totalOfBalances()).isEqualTo(400);
        assertThat(programme.health().get("state").asText()).isEqualTo("healthy");
    }

    @Test
    void ifAllDetailsFailItIsThePlatformsFaultAndRecoveryPaysAll() {
        Programme programme = open();
        List<Long> orders = place(10);
        shop.fail("/orders/*/complete", SandboxTray.ALWAYS, Fault.serverError());

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(programme.deadLetters().size()).isLessThan(3);
        assertThat(programme.balances()).isEmpty();
        assertThat(programme.health().get("state").asText()).isEqualTo("failing");

        shop.clearFaults();
        assertThat(outcome(poll(programme))).isEqualTo("ok");
        orders.forEach(order -> assertThat(points(programme.sale(order))).isEqualTo(100));
        assertThat(programme.deadLetters()).isEmpty();
        assertThat(programme.health().get("state").asText()).isEqualTo("healthy");
    }

    @Test
    void unpaidOrdersInBetweenDoNotHideThatAllDetailsFail() {
        Programme programme = open();
        IntStream.rangeClosed(1, 8).forEach(person -> {
            placeHundred(person);
            placeHundred(person, SandboxStatus.AGUARDANDO_PAGAMENTO);
        });
        shop.fail("/orders/*/complete", SandboxTray.ALWAYS, Fault.serverError());

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(programme.deadLetters().size()).isLessThan(3);
        shop.clearFaults();
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(800);
        assertThat(programme.deadLetters()).isEmpty();
    }

    @Test
    void aDetailThatIsAnotherOrderIsNotTakenForIt() {
        Programme programme = open();
        long order = placeHundred(1);
        long other = placeHundred(2);
        shop.fail("/orders/" + order + "/complete", 1, (call, ask) -> ask.apply(
                new TrayCall(call.method(), "/orders/" + other + "/complete", call.query(), call.headers(), call.body())));

        poll(programme);

        assertThat(programme.sale(order)).isNull();
        assertThat(onlyLetter(programme).get("orderKey").asText()).isEqualTo("" + order);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    private List<Long> place(int orders) {
        return IntStream.rangeClosed(1, orders).mapToObj(this::placeHundred).toList();
    }

    private static JsonNode onlyLetter(Programme programme) {
        assertThat(programme.deadLetters()).hasSize(1);
        return programme.deadLetters().get(0);
    }
}
