package io.loyaltyhub.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.SharedHubs;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** What the API does to an integration while one of its pages is being posted waits for the page, and not the page for it. */
class LockOrderTest {

    private static RunningHub hub;
    private static SandboxTray shop;
    private static JdbcTemplate jdbc;
    private Programme programme;

    @BeforeAll
    static void startHub() throws Exception {
        hub = SharedHubs.usual();
        hub.bean(CamelContext.class).getRouteController().stopRoute("tray-orders");
        shop = SandboxTray.start();
        jdbc = hub.jdbc();
    }

    @AfterAll
    static void stopHub() throws Exception {
        hub.bean(CamelContext.class).getRouteController().startRoute("tray-orders");
        SharedHubs.leave(hub);
        shop.close();
    }

    @BeforeEach
    void newProgramme() {
        programme = hub.programme(shop);
        jdbc.update("""
                INSERT INTO dead_letters (merchant_id, integration_id, order_key, step, reason, row, payload, created_at, last_attempt_at)
                VALUES (?, ?, '1', 'mapping', '-', '{}', '{}', now(), now())
                """, merchant(), integration());
    }

    @Test
    void aChange() {
        assertWaitsForThePage(() -> programme.client().patch(programme.integrationPath(), Map.of("name", "Outra")).expect(200));
    }

    @Test
    void aBackfill() {
        assertWaitsForThePage(() -> programme.client().post(programme.integrationPath() + "/backfill", Map.of("from", "2024-01-01T00:00:00Z")).expect(202));
    }

    @Test
    void aDeactivation() {
        assertWaitsForThePage(() -> programme.client().post(programme.integrationPath() + "/deactivate", null).expect(200));
    }

    @Test
    void aReplay() {
        assertWaitsForThePage(() -> programme.client().post(programme.path() + "/dead-letters/replay", null).expect(202));
        assertThat(jdbc.queryForObject("SELECT count(*) FROM dead_letters WHERE merchant_id = ? AND replay_requested_at IS NOT NULL", Integer.class, merchant()))
                .isEqualTo(1);
    }

    private void assertWaitsForThePage(Supplier<HubClient.Answer> call) {
        CompletableFuture<HubClient.Answer> answer = hub.bean(TransactionTemplate.class).execute(page -> {
            jdbc.queryForList("SELECT 1 FROM polling WHERE merchant_id = ? AND integration_id = ? FOR UPDATE", merchant(), integration());
            CompletableFuture<HubClient.Answer> calling = CompletableFuture.supplyAsync(call);
            await().until(LockOrderTest::someoneWaits);
            // What a page goes on to lock, in any order it likes; a deadlock would end this.
            jdbc.execute("SET LOCAL lock_timeout = '500ms'");
            jdbc.queryForList("SELECT 1 FROM merchants WHERE id = ? FOR NO KEY UPDATE", merchant());
            jdbc.queryForList("SELECT 1 FROM integrations WHERE merchant_id = ? AND id = ? FOR KEY SHARE", merchant(), integration());
            jdbc.queryForList("SELECT 1 FROM dead_letters WHERE merchant_id = ? FOR UPDATE", merchant());
            jdbc.queryForList("SELECT 1 FROM polls WHERE merchant_id = ? FOR UPDATE", merchant());
            return calling;
        });
        assertThat(answer.join()).isNotNull();
    }

    private static boolean someoneWaits() {
        Integer waiting = jdbc.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", Integer.class);
        return waiting != null && waiting > 0;
    }

    private UUID merchant() {
        return UUID.fromString(programme.merchant());
    }

    private UUID integration() {
        return UUID.fromString(programme.integration());
    }
}
