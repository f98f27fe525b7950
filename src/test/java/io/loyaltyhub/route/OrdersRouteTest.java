package io.loyaltyhub.route;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxStatus;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of an order through the real route, from a shop that speaks the platform's protocol to the ledger. */
class OrdersRouteTest {

    private static RunningHub hub;
    private SandboxTray shop;

    @BeforeAll
    static void startHub() {
        hub = RunningHub.start();
    }

    @AfterAll
    static void stopHub() {
        hub.close();
    }

    @BeforeEach
    void openShop() throws Exception {
        shop = SandboxTray.start();
    }

    @AfterEach
    void closeShop() throws Exception {
        shop.close();
        assertLedgerCoherent(hub);
    }

    @Test
    void aPaidOrderBecomesPoints() {
        long order = shop.place(SandboxOrder.ofHundred().status(SandboxStatus.A_ENVIAR));
        Programme programme = hub.programme(shop);

        JsonNode poll = programme.poll();

        assertThat(poll.get("outcome").asText()).isEqualTo("ok");
        JsonNode sale = programme.sale(order);
        assertThat(sale.get("decision").asText()).isEqualTo("awarded");
        assertThat(sale.get("points").asLong()).isEqualTo(100);
        assertThat(programme.totalOfBalances()).isEqualTo(100);
    }
}
