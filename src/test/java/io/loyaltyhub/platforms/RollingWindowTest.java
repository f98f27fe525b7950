package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.GestaoClickShop;
import io.loyaltyhub.sandbox.Simplo7Shop;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Platforms that cannot be asked for what changed: some weeks are read again at every poll, store by store where there are stores. */
class RollingWindowTest extends EveryPlatform {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(classes = {GestaoClickShop.class, Simplo7Shop.class})
    void whatHappensToAnOrderOfWeeksAgoIsSeen(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            long id = open.shop().place(Order.ofHundred().person(1).stage(Stage.NEW).placedAt(daysAgo(40)));
            open.poll();
            assertThat(open.programme().totalOfBalances()).isZero();

            open.shop().move(id, Stage.PAID);
            open.poll();
            open.assertBalancesExact("once it is paid");

            open.shop().move(id, Stage.CANCELLED);
            open.poll();
            open.assertBalancesExact("once it is cancelled");
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {GestaoClickShop.class, Simplo7Shop.class})
    void aWindowOfManyPagesIsReadToItsEnd(Class<? extends Shop> type) {
        try (OpenShop open = OpenShop.unlimited(hub, type)) {
            for (int order = 0; order < 205; order++) {
                open.shop().place(Order.ofHundred().person(order % 7));
            }
            open.shop().resetCounters();

            assertThat(outcome(open.poll())).isEqualTo("ok");

            assertThat(open.shop().calls(open.shop()::isList)).as("pages").isGreaterThan(3);
            open.assertBalancesExact("after many pages");
        }
    }

    @Test
    void aPreviewSeesOrdersOfTheSameWeeks() {
        try (OpenShop open = OpenShop.unlimited(hub, Simplo7Shop.class)) {
            Order old = Order.ofHundred().person(1).placedAt(daysAgo(20));
            open.shop().place(old);

            JsonNode previewed = open.programme().client().post(open.programme().integrationPath() + "/preview", Map.of("limit", 5)).expect(200).json();

            assertThat(previewed).hasSize(1);
            assertThat(previewed.at("/0/sale/status/name").asText()).as("a row has the number alone").isEqualTo("Pagamento aprovado");
        }
    }

    @Test
    void aPageThatIsNoLongerThereIsTheEnd() {
        try (OpenShop open = OpenShop.unlimited(hub, Simplo7Shop.class)) {
            for (int order = 0; order < 25; order++) {
                open.shop().place(Order.ofHundred().person(order));
            }
            hub.jdbc().update("UPDATE polling SET window_started_at = now(), next_page = '7' WHERE merchant_id = ?::uuid", open.programme().merchant());

            assertThat(outcome(open.poll())).isEqualTo("ok");
            open.poll();

            open.assertBalancesExact("after a window that had shrunk");
        }
    }

    @Test
    void buyersAreImportedFromOrdersEachOnce() {
        try (OpenShop open = OpenShop.unlimited(hub, Simplo7Shop.class)) {
            for (int order = 0; order < 30; order++) {
                open.shop().place(Order.ofHundred().person(order % 3).stage(Stage.NEW).placedAt(daysAgo(400)));
            }

            open.programme().client().patch(open.programme().integrationPath(), Map.of("importCustomers", true)).expect(200);

            open.programme().importUntil(() -> !open.programme().health().at("/customers/lastSuccessAt").isNull());
            assertThat(open.programme().balances().keySet()).containsExactlyInAnyOrder(
                    open.shop().orders().stream().map(Order::document).distinct().toArray(String[]::new));
            assertThat(hub.jdbc().queryForList("SELECT customer_id FROM imported_customers WHERE merchant_id = ?::uuid", String.class, open.programme().merchant()))
                    .as("tells nobody who bought").hasSize(3).allMatch(id -> id.matches("[0-9a-f]{64}"));
        }
    }

    @Test
    void onlyTheChosenStoresSalesCount() {
        try (OpenShop open = OpenShop.unlimited(hub, GestaoClickShop.class)) {
            open.programme().client().patch(open.programme().integrationPath(),
                    Map.of("settings", Map.of("stores", List.of(GestaoClickShop.BRANCH)))).expect(200);
            long inMain = open.shop().place(Order.ofHundred().person(1).id(95_000));
            long inBranch = open.shop().place(Order.ofHundred().person(2).id(95_001));

            open.poll();

            await().atMost(PATIENCE).until(() -> open.programme().sale(inBranch) != null);
            assertThat(open.programme().sale(inMain)).isNull();
            assertThat(open.programme().sale(inBranch).at("/sale/branch").asText()).isEqualTo("Filial Shopping");
        }
    }

    private static Instant daysAgo(int days) {
        return Instant.now().minus(Duration.ofDays(days));
    }
}
