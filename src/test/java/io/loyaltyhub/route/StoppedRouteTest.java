package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.poll.Polls;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Meeting;
import io.loyaltyhub.support.Programme;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;

/** An operator stops a platform's route in the console and does not wait for the polls to end. */
class StoppedRouteTest extends ShopAndHub {

    @Override
    Map<String, Object> properties() {
        return Map.of("hub.poll.workers", 1, "hub.poll.lease", "PT3S", "hub.poll.renewal", "PT1S");
    }

    @Test
    void aPollThatWasCutOffByItIsTakenUpOnceTheRouteRunsAgain() throws Exception {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders", SandboxTray.ALWAYS, Fault.hang(Duration.ofSeconds(6)));
        programme.client().post(programme.integrationPath() + "/poll", null).expect(202);
        await().until(() -> hub.bean(Polls.class).working() == 1);
        CamelContext camel = hub.bean(CamelContext.class);

        camel.getRouteController().stopRoute("tray-orders", 1, TimeUnit.SECONDS);
        shop.clearFaults();
        await().atMost(Duration.ofSeconds(30)).until(() -> hub.bean(Polls.class).working() == 0);
        camel.getRouteController().startRoute("tray-orders");

        await().atMost(Duration.ofSeconds(30)).until(() -> programme.sale(order) != null);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
        assertThat(programme.deadLetters()).as("no order is to blame").isEmpty();
    }

    @Test
    void whatWasBeingPostedIsPostedAndWhatWasReadMeanwhileIsLeftForLater() throws Exception {
        Programme programme = open();
        for (int person = 0; person < 60; person++) {
            placeHundred(person);
        }
        CamelContext camel = hub.bean(CamelContext.class);
        Meeting atPageTwo = new Meeting(2);
        shop.onCall(call -> call.path().equals("/orders") && call.page() == 2, () -> {
            atPageTwo.join();
            // Here again once the route is stopped.
            atPageTwo.join();
        });
        long poll = whileNobodyCanBeRegistered(programme, () -> {
            long begun = programme.client().post(programme.integrationPath() + "/poll", null).expect(202).json().get("pollId").asLong();
            atPageTwo.join();
            stop(camel);
            atPageTwo.join();
            return begun;
        });

        JsonNode cutOff = programme.awaitPoll(poll);

        assertThat(outcome(cutOff)).isEqualTo("more");
        assertThat(cutOff.get("awarded").asInt()).isEqualTo(50);
        assertThat(programme.totalOfBalances()).isEqualTo(5_000);
        await().until(() -> hub.bean(Polls.class).working() == 0);
        shop.clearFaults();
        camel.getRouteController().startRoute("tray-orders");
        await().atMost(Duration.ofSeconds(30)).until(() -> programme.totalOfBalances() == 6_000);
    }

    private static void stop(CamelContext camel) {
        try {
            camel.getRouteController().stopRoute("tray-orders", 1, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
