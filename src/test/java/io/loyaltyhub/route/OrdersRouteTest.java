package io.loyaltyhub.route;

import static java.time.format.DateTimeFormatter.ISO_OFFSET_DATE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.BrazilianPeople;
import io.loyaltyhub.sandbox.SandboxItem;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.support.Programme;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.spi.TypeConverterRegistry;
import org.junit.jupiter.api.Test;

/** The way of an order through the real route, from a shop that speaks the platform's protocol to the ledger. */
class OrdersRouteTest extends ShopAndHub {

    private static final String DETAILS = "/orders/*/complete";

    @Test
    void aPaidOrderBecomesPoints() {
        Programme programme = open();
        long order = placeHundred(1);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(poll.get("read").asInt()).isEqualTo(1);
        assertThat(poll.get("awarded").asInt()).isEqualTo(1);
        assertThat(decision(programme.sale(order))).isEqualTo("awarded");
        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void theNamesOfConstantsAreReadByConvertersOfTheirOwn() {
        TypeConverterRegistry converters = hub.bean(CamelContext.class).getTypeConverterRegistry();

        assertThat(converters.lookup(HttpMethods.class, String.class)).isNotNull();
        assertThat(converters.lookup(LoggingLevel.class, String.class)).isNotNull();
    }

    @Test
    void theClockStartsAPollWithoutBeingAsked() {
        long order = placeHundred(1);
        Programme programme = hub.programme(shop);

        programme.poll();

        assertThat(points(programme.sale(order))).isEqualTo(100);
    }

    @Test
    void anOrderNotYetPaidIsRecordedAndNotAskedFor() {
        Programme programme = open();
        long order = placeHundred(1, SandboxStatus.AGUARDANDO_PAGAMENTO);

        JsonNode poll = poll(programme);

        assertThat(poll.get("ignored").asInt()).isEqualTo(1);
        assertThat(decision(programme.sale(order))).isEqualTo("ignored");
        assertThat(reason(programme.sale(order))).contains("AGUARDANDO PAGAMENTO");
        assertThat(shop.calls(DETAILS)).isZero();
        assertThat(programme.balances()).isEmpty();

        SandboxStatus other = new SandboxStatus(777, "EM SEPARACAO", "open", "#EEEEEE");
        shop.addStatus(other);
        shop.changeStatus(order, other);
        poll(programme);
        assertThat(reason(programme.sale(order))).as("the status it has now").contains("EM SEPARACAO");
    }

    @Test
    void anOrderEarnsOnceItIsPaid() {
        Programme programme = open();
        long order = placeHundred(1, SandboxStatus.AGUARDANDO_PAGAMENTO);
        poll(programme);
        shop.changeStatus(order, SandboxStatus.A_ENVIAR);

        poll(programme);

        assertThat(decision(programme.sale(order))).isEqualTo("awarded");
        assertThat(reason(programme.sale(order))).isEqualTo("null");
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void aFurtherScoringStatusPaysNothingMoreAndAsksForTheNewVersionOnly() {
        Programme programme = open();
        long order = placeHundred(1);
        placeHundred(2);
        poll(programme);
        assertThat(shop.calls(DETAILS)).isEqualTo(2);
        shop.changeStatus(order, SandboxStatus.ENVIADO);
        shop.resetCounters();

        JsonNode poll = poll(programme);

        assertThat(shop.calls(DETAILS)).isEqualTo(1);
        assertThat(shop.calls("/orders/" + order + "/complete")).isEqualTo(1);
        assertThat(poll.get("awarded").asInt()).isZero();
        assertThat(poll.get("duplicate").asInt()).isEqualTo(2);
        shop.changeStatus(order, SandboxStatus.FINALIZADO);
        poll(programme);
        assertThat(programme.sale(order).at("/sale/status/name").asText()).isEqualTo("FINALIZADO");
        assertThat(programme.totalOfBalances()).isEqualTo(200);
    }

    @Test
    void aPollInWhichNothingChangedMakesNoDetailCall() {
        Programme programme = open();
        placeHundred(1);
        placeHundred(2, SandboxStatus.AGUARDANDO_PAGAMENTO);
        placeHundred(3, SandboxStatus.CANCELADO);
        poll(programme);
        shop.resetCounters();

        JsonNode poll = poll(programme);

        assertThat(shop.calls(DETAILS)).isZero();
        assertThat(shop.calls("/orders")).isEqualTo(1);
        assertThat(poll.get("duplicate").asInt()).isEqualTo(3);
    }

    @Test
    void anOrderCancelledAfterItScoredGivesItsPointsBack() {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        shop.changeStatus(order, SandboxStatus.CANCELADO);

        JsonNode poll = poll(programme);

        assertThat(poll.get("reversed").asInt()).isEqualTo(1);
        assertThat(decision(programme.sale(order))).isEqualTo("reversed");
        assertThat(points(programme.sale(order))).isZero();
        assertThat(programme.totalOfBalances()).isZero();
        assertThat(entries(programme, 1)).containsExactly("reversal -100", "earn 100");
    }

    @Test
    void aReversalTakesBackWhatWasRecordedAfterTheRuleChanged() {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        payPerReal(programme, "3");
        shop.changeStatus(order, SandboxStatus.CANCELADO);

        poll(programme);

        assertThat(entries(programme, 1)).containsExactly("reversal -100", "earn 100");
        assertThat(programme.totalOfBalances()).isZero();
    }

    @Test
    void aChangedRuleAloneNeverTouchesWhatWasEarned() {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        payPerReal(programme, "3");
        shop.changeStatus(order, SandboxStatus.ENVIADO);

        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(100);
        assertThat(entries(programme, 1)).containsExactly("earn 100");
    }

    @Test
    void aReversalOfSpentPointsLeavesTheBalanceBelowZeroAndSaysSo() {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        String participant = participant(programme, "document=" + BrazilianPeople.person(1).document()).get("id").asText();
        programme.client().post(programme.path() + "/participants/" + participant + "/adjustments", Map.of("points", -80, "reason", "Resgate no balcão")).expect(201);
        shop.changeStatus(order, SandboxStatus.CANCELADO);

        poll(programme);

        assertThat(programme.totalOfBalances()).isEqualTo(-80);
        assertThat(reason(programme.sale(order))).contains("negativo").contains("-80");
        assertThat(entries(programme, 1)).containsExactly("reversal -100", "adjust -80", "earn 100");
    }

    @Test
    void anOrderCancelledBeforeItEverScoredMovesNothing() {
        Programme programme = open();
        long order = placeHundred(1, SandboxStatus.AGUARDANDO_PAGAMENTO);
        long neverSeenBefore = placeHundred(2, SandboxStatus.CANCELADO);
        poll(programme);
        shop.changeStatus(order, SandboxStatus.CANCELADO);

        poll(programme);

        for (long cancelled : List.of(order, neverSeenBefore)) {
            assertThat(decision(programme.sale(cancelled))).isEqualTo("reversed");
            assertThat(points(programme.sale(cancelled))).isZero();
            assertThat(reason(programme.sale(cancelled))).isEqualTo("pedido cancelado antes de pontuar");
        }
        assertThat(programme.balances()).isEmpty();
    }

    @Test
    void anOrderPaidAgainAfterItsCancellationEarnsAgain() {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        shop.changeStatus(order, SandboxStatus.CANCELADO);
        poll(programme);
        shop.changeStatus(order, SandboxStatus.A_ENVIAR);
        poll(programme);
        assertThat(decision(programme.sale(order))).isEqualTo("awarded");
        assertThat(programme.totalOfBalances()).isEqualTo(100);

        shop.changeStatus(order, SandboxStatus.CANCELADO);
        poll(programme);

        assertThat(programme.totalOfBalances()).isZero();
        assertThat(entries(programme, 1)).containsExactly("reversal -100", "earn 100", "reversal -100", "earn 100");
    }

    @Test
    void thePointsOfAnOrderEditedWhilePaidFollowItsNewAmount() {
        Programme programme = open();
        long order = placeHundred(1);
        poll(programme);
        shop.edit(order, basket -> basket.items(SandboxItem.of("CAN-300", "Caneca 300ml", 1, "40.00")));
        poll(programme);
        assertThat(programme.totalOfBalances()).isEqualTo(40);
        shop.edit(order, basket -> basket.items(SandboxItem.of("CAN-300", "Caneca 300ml", 3, "100.00")));

        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(300);
        assertThat(programme.totalOfBalances()).isEqualTo(300);
        assertThat(entries(programme, 1)).containsExactly("earn 300", "reversal -40", "earn 40", "reversal -100", "earn 100");
    }

    @Test
    void freightAndSurchargesEarnNothingAndDiscountsAreTakenOff() {
        Programme programme = open();
        long order = shop.place(SandboxOrder.ofHundred().customer(1).freight("19.90").surcharge("7.00").coupon("FIDEL10", "25.00").discount("5.50"));

        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(69);
        assertThat(programme.sale(order).at("/sale/coupon").asText()).isEqualTo("FIDEL10");
    }

    @Test
    void anOrderLastChangedBeforeTheImportBeganPaysNothing() {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.ofHours(-3)).withNano(0);
        long before = shop.place(SandboxOrder.ofHundred().customer(1).placedAt(now.minusHours(3).toLocalDateTime()));
        long after = shop.place(SandboxOrder.ofHundred().customer(2).placedAt(now.minusHours(1).toLocalDateTime()));
        Programme programme = open(Map.of("importFrom", ISO_OFFSET_DATE_TIME.format(now.minusHours(2))));

        poll(programme);

        // A shop that filters by day gives it all the same.
        assertThat(decision(programme.sale(before))).isEqualTo("ignored");
        assertThat(reason(programme.sale(before))).isEqualTo("alterado antes do início da importação");
        assertThat(points(programme.sale(after))).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }

    @Test
    void anOrderPlacedBeforeTheImportBeganAndPaidSinceEarns() {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.ofHours(-3)).withNano(0);
        LocalDateTime yesterday = now.minusDays(1).toLocalDateTime();
        Programme programme = open(Map.of("importFrom", ISO_OFFSET_DATE_TIME.format(now.minusMinutes(10))));
        long order = shop.place(SandboxOrder.ofHundred().customer(1).status(SandboxStatus.AGUARDANDO_PAGAMENTO).placedAt(yesterday));
        shop.changeStatus(order, SandboxStatus.A_ENVIAR);

        poll(programme);

        assertThat(points(programme.sale(order))).isEqualTo(100);
    }

    private static void payPerReal(Programme programme, String points) {
        String rules = programme.path() + "/points-rules";
        String rule = programme.client().get(rules).expect(200).json().at("/items/0/id").asText();
        programme.client().patch(rules + "/" + rule, Map.of("pointsPerReal", points)).expect(200);
    }

    /** Newest first. */
    private static List<String> entries(Programme programme, int person) {
        String id = participant(programme, "document=" + BrazilianPeople.person(person).document()).get("id").asText();
        return programme.client().get(programme.path() + "/participants/" + id + "/entries").expect(200).json().get("items")
                .findParents("kind").stream().map(entry -> entry.get("kind").asText() + " " + entry.get("points").asLong()).toList();
    }
}
