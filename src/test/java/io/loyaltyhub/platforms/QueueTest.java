package io.loyaltyhub.platforms;

import static io.loyaltyhub.platforms.OpenShop.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.sandbox.JetOpenApiShop;
import io.loyaltyhub.sandbox.JetQueueShop;
import io.loyaltyhub.sandbox.kit.Order;
import io.loyaltyhub.sandbox.kit.Shop;
import io.loyaltyhub.sandbox.kit.Stage;
import io.loyaltyhub.sandbox.kit.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Where an order comes from a queue, or by its announcement alone, no list gives it a second time: nothing may be lost on the way. */
class QueueTest extends EveryPlatform {

    private static final String READ = "GET /api/v1/adm_order/GetQueue";
    private static final String DELETE = "POST /api/v1/adm_order/DeleteQueue";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void entriesAreTakenOffTheQueueOnceTheyAreInTheDatabaseAndNotBefore() {
        try (OpenShop open = queue()) {
            List<Integer> posted = new ArrayList<>();
            open.shop().onCall(DELETE, () -> posted.add(sales(open)));
            for (int person = 0; person < 60; person++) {
                open.shop().place(Order.ofHundred().person(person));
            }

            assertThat(outcome(open.poll())).isEqualTo("ok");

            assertThat(posted).as("sales in the database whenever a batch is taken off").containsExactly(25, 50, 60);
            assertThat(waiting(open)).isZero();
            open.assertBalancesExact("after three batches");
        }
    }

    @Test
    void asLongAsTheHubCannotKeepThemTheyStayInTheQueue() {
        try (OpenShop open = queue()) {
            open.shop().place(Order.ofHundred().person(1));
            hub.jdbc().execute("ALTER TABLE balances RENAME TO balances_away");
            try {
                assertThat(outcome(open.poll())).isEqualTo("failed");
            } finally {
                hub.jdbc().execute("ALTER TABLE balances_away RENAME TO balances");
            }

            assertThat(open.shop().calls(DELETE)).isZero();
            assertThat(waiting(open)).isEqualTo(1);
            open.recover();
            open.assertBalancesExact("once the database is back");
            assertThat(waiting(open)).isZero();
        }
    }

    @Test
    void anOrderThatChangedSeveralTimesBetweenTwoReadsStandsWhereItCameTo() {
        try (OpenShop open = queue()) {
            Shop shop = open.shop();
            long sent = shop.place(Order.ofHundred().person(1).stage(Stage.NEW));
            long cancelled = shop.place(Order.ofHundred().person(2).stage(Stage.PAID));
            shop.move(sent, Stage.PAID);
            shop.edit(sent, "80.00");
            shop.move(sent, Stage.SENT);
            shop.move(cancelled, Stage.CANCELLED);
            assertThat(waiting(open)).isEqualTo(6);

            assertThat(outcome(open.poll())).isEqualTo("ok");

            open.assertBalancesExact("after six entries of two orders");
            assertThat(open.programme().sale(sent).get("points").asInt()).isEqualTo(80);
            assertThat(waiting(open)).isZero();
        }
    }

    @Test
    void aQueueThatGivesAgainWhatItWasToldToForgetIsNotReadForEver() {
        try (OpenShop open = queue()) {
            open.shop().place(Order.ofHundred().person(1));
            open.shop().resetCounters();
            open.shop().fail(DELETE, Shop.ALWAYS, Trouble.HTML_200);

            JsonNode poll = open.poll();

            assertThat(outcome(poll)).isEqualTo("failed");
            assertThat(poll.get("error").asText()).contains("repetiu");
            assertThat(open.shop().calls(READ)).isEqualTo(2);
            open.recover();
            open.assertBalancesExact("once it forgets");
        }
    }

    @Test
    void whoOnlyLooksLeavesTheQueueAsItIs() {
        try (OpenShop open = queue()) {
            open.shop().place(Order.ofHundred().person(1));
            String path = open.programme().integrationPath();

            assertThat(open.programme().client().post(path + "/check", null).expect(200).json().get("ok").asBoolean()).isTrue();
            assertThat(open.programme().client().post(path + "/preview", Map.of("limit", 5)).expect(200).json()).hasSize(1);
            open.programme().client().get(path + "/statuses").expect(200);

            assertThat(open.shop().calls(DELETE)).isZero();
            assertThat(waiting(open)).isEqualTo(1);
            open.poll();
            open.assertBalancesExact("after all that");
        }
    }

    @Test
    void statusesAreLearntFromTheHistoryOfOrdersAndTheShopsOwnNamesOutweighTheDocumentations() {
        try (OpenShop open = queue()) {
            assertThat(statuses(open)).contains("03 Aprovado documented", "09 Não aprovado documented");
            open.shop().place(Order.ofHundred().person(1).stage(Stage.SENT));
            open.poll();
            assertThat(hub.jdbc().queryForList("SELECT status_id || ' ' || name FROM order_statuses WHERE merchant_id = ? ORDER BY 1", String.class, merchant(open)))
                    .containsExactly("01 Novo", "04 Despachado");
            hub.jdbc().update("UPDATE order_statuses SET status_id = '12', name = 'Em separação' WHERE status_id = '01' AND merchant_id = ?", merchant(open));
            hub.jdbc().update("UPDATE order_statuses SET name = 'Enviado ao cliente' WHERE status_id = '04' AND merchant_id = ?", merchant(open));

            assertThat(statuses(open)).contains("01 Novo documented", "04 Enviado ao cliente seen", "12 Em separação seen")
                    .doesNotContain("04 Despachado documented").doesNotHaveDuplicates();
            open.assertBalancesExact("after one order");
        }
    }

    @Test
    void customersComeFromAQueueOfTheirOwnAndAreTakenOffItToo() {
        try (OpenShop open = queue()) {
            open.shop().place(Order.ofHundred().person(1));
            open.shop().place(Order.ofHundred().person(3).stage(Stage.NEW));

            open.programme().client().patch(open.programme().integrationPath(), Map.of("importCustomers", true)).expect(200);
            open.poll();

            open.programme().importUntil(() -> ((JetQueueShop) open.shop()).customersWaiting() == 0);
            JsonNode known = open.programme().client().get(open.programme().path() + "/participants?limit=200").expect(200).json().get("items");
            assertThat(known.findValuesAsText("document")).containsExactlyInAnyOrder(
                    open.shop().orders().get(0).document(), open.shop().orders().get(1).document());
            assertThat(known.findValuesAsText("email")).allMatch(email -> email.contains("@"));
            open.assertBalancesExact("with its customers imported");
        }
    }

    @Test
    void anOrderThatCouldNotBeReadAndIsGoneSinceIsReadAsItWasKept() throws IOException {
        try (OpenShop open = queue()) {
            String row = Files.readString(Path.of("routes/jet/samples/orders/paid/row.json"));
            hub.jdbc().update("""
                    INSERT INTO dead_letters (merchant_id, integration_id, order_key, step, reason, row, payload, created_at, last_attempt_at)
                    VALUES (?, ?::uuid, '55021', 'mapping', 'kept by an older mapping', ?, ?, now(), now())
                    """, merchant(open), open.programme().integration(), row, row);

            open.recover();

            assertThat(open.shop().calls("GET /api/v1/adm_order/GetOrder/55021")).isPositive();
            assertThat(open.programme().sale(55021).get("points").asInt()).isEqualTo(96);
        }
    }

    @Test
    void anAnnouncedOrderThatStaysUnknownIsNotForgottenWhereNoListWouldGiveIt() {
        try (OpenShop open = OpenShop.unlimited(hub, JetOpenApiShop.class)) {
            Order late = Order.ofHundred().person(1).id(95_001).number("15001");
            hub.jdbc().update("INSERT INTO hints VALUES (?, ?::uuid, '95001', now(), now(), 11)", merchant(open), open.programme().integration());
            open.askAgainNow();
            await().atMost(PATIENCE).until(() -> open.programme().deadLetters().size() == 1);
            assertThat(open.programme().deadLetters().get(0).get("orderKey").asText()).isEqualTo("95001");
            assertThat(hub.jdbc().queryForObject("SELECT count(*) FROM hints WHERE merchant_id = ?", Long.class, merchant(open))).isZero();

            open.shop().place(late);
            open.recover();

            open.assertBalancesExact("once the platform knows the order");
        }
    }

    private OpenShop queue() {
        return OpenShop.unlimited(hub, JetQueueShop.class);
    }

    private static int waiting(OpenShop open) {
        return ((JetQueueShop) open.shop()).waiting();
    }

    private int sales(OpenShop open) {
        return hub.jdbc().queryForObject("SELECT count(*) FROM sales WHERE merchant_id = ?", Integer.class, merchant(open));
    }

    private static List<String> statuses(OpenShop open) {
        List<String> statuses = new ArrayList<>();
        open.programme().client().get(open.programme().integrationPath() + "/statuses").expect(200).json().forEach(status -> statuses.add(
                status.get("id").asText() + " " + status.get("name").asText() + " " + status.get("source").asText()));
        return statuses;
    }

    private static UUID merchant(OpenShop open) {
        return UUID.fromString(open.programme().merchant());
    }
}
