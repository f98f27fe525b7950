package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A shop that answers too late, too slowly or without end must not hold a worker for as long as it pleases. */
class SlowAnswersRouteTest extends ShopAndHub {

    private static final Fault SILENCE = Fault.hang(Duration.ofMinutes(10));
    /** A byte now and then: hours for a page, and never silent for as long as the time-out. */
    private static final Fault DRIP = Fault.slowDrip(1, Duration.ofMillis(100));
    private static final Fault WITHOUT_END = Fault.hugeBody(Long.MAX_VALUE / 2);

    @Override
    Map<String, Object> properties() {
        return Map.of("hub.http.response-timeout", "500", "hub.http.answer-timeout", "PT1S", "hub.http.max-answer-bytes", "1000000");
    }

    @Test
    void noAnswerWithinTheTimeOutIsTriedAgain() {
        isTriedAgain(SILENCE);
    }

    @Test
    void noAnswerAtAllFailsThePoll() {
        failsThePoll(SILENCE, "demorou demais");
    }

    @Test
    void aDrippingAnswerIsGivenUpAndTriedAgain() {
        isTriedAgain(DRIP);
    }

    @Test
    void anAnswerThatAlwaysDripsFailsThePoll() {
        failsThePoll(DRIP, "demorou demais");
    }

    @Test
    void anAnswerWithoutEndIsGivenUpAndTriedAgain() {
        isTriedAgain(WITHOUT_END);
    }

    @Test
    void answersWithoutEndFailThePoll() {
        failsThePoll(WITHOUT_END, "grande demais");
    }

    @Test
    void aDetailThatNeverComesWaitsApart() {
        Programme programme = open();
        long silent = placeHundred(1);
        placeHundred(2);
        shop.fail("/orders/" + silent + "/complete", SandboxTray.ALWAYS, SILENCE);

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(programme.deadLetters().findValuesAsText("orderKey")).containsExactly("" + silent);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    private void isTriedAgain(Fault fault) {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders", 1, fault);

        assertThat(outcome(poll(programme))).isEqualTo("ok");

        assertThat(shop.calls("/orders")).isEqualTo(2);
        assertThat(points(programme.sale(order))).isEqualTo(100);
    }

    private void failsThePoll(Fault fault, String says) {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders", SandboxTray.ALWAYS, fault);

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(error(failed)).contains(says);
        shop.clearFaults();
        poll(programme);
        assertThat(points(programme.sale(order))).isEqualTo(100);
    }
}
