package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.loyaltyhub.poll.Polls;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
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
}
