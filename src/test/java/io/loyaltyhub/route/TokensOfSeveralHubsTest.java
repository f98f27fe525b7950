package io.loyaltyhub.route;

import static io.loyaltyhub.support.Coherence.assertLedgerCoherent;
import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A pair of tokens belongs to the integration, not to the hub that fetched it: the next hub and the other hub use it too. */
class TokensOfSeveralHubsTest {

    private static RunningHub hub(TestDatabase database) {
        return RunningHub.start(database, Map.of("hub.routes-dir", RoutesCopy.of("tray")));
    }

    @Test
    void twoHubsRefreshOnceBetweenThemAndAHubThatStartsLaterNeedsNoNewPair() throws Exception {
        TestDatabase database = TestDatabase.create();
        try (SandboxTray shop = SandboxTray.start()) {
            Programme programme;
            try (RunningHub one = hub(database); RunningHub other = hub(database)) {
                programme = one.programme(shop);
                programme.poll();
                shop.place(SandboxOrder.ofHundred().customer(1));
                shop.resetCounters();
                shop.expireAccessToken();
                CyclicBarrier bothRefused = new CyclicBarrier(2);
                AtomicBoolean refreshing = new AtomicBoolean();
                shop.onCall("/auth", () -> refreshing.set(true));
                shop.onCall("/orders", () -> {
                    if (!refreshing.get()) {
                        TokensRouteTest.await(bothRefused);
                    }
                });

                CompletableFuture<Integer> preview = CompletableFuture.supplyAsync(
                        () -> other.operator().post(programme.integrationPath() + "/preview", Map.of("limit", 1)).status(), work -> new Thread(work).start());
                assertThat(programme.poll().get("outcome").asText()).isEqualTo("ok");

                assertThat(preview.get(30, TimeUnit.SECONDS)).isEqualTo(200);
                assertThat(shop.authCalls()).isEqualTo(1);
            }
            shop.clearFaults();
            shop.place(SandboxOrder.ofHundred().customer(2));

            try (RunningHub next = hub(database)) {
                Programme again = new Programme(next, next.operator(), programme.merchant(), programme.apiKey(), programme.integration());
                assertThat(again.poll().get("outcome").asText()).isEqualTo("ok");

                assertThat(shop.authCalls()).isEqualTo(1);
                assertThat(again.totalOfBalances()).isEqualTo(200);
                assertLedgerCoherent(next);
            }
        }
    }
}
