package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.http.Budget;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.support.Programme;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/**
 * The hub keeps to a platform's limits by itself: the shop never has to say 429. The shop's clock runs twenty times as
 * fast, so that its minute is 3 s of the hub's: of 1,220 calls a minute, 20 of them at once, 80 fit into it.
 */
class LimitsRouteTest extends ShopAndHub {

    private static final int FASTER = 20;
    private static final int FIT_INTO_3_SECONDS = 80;
    private static final int PER_DAY = 130;

    @Override
    Map<String, Object> properties() {
        return Map.of("hub.routes-dir", RoutesCopy.of("tray").with("perMinute", 1_220).with("burst", 20).with("perDay", PER_DAY));
    }

    @Override
    SandboxTray startShop() {
        SandboxTray started = SandboxTray.start(new FastClock(Instant.now(), ZoneOffset.UTC));
        // A call may take a little longer on its way than the next one.
        started.limits(FIT_INTO_3_SECONDS + 5, 100_000);
        started.enforceLimits(true);
        return started;
    }

    @Test
    void manyDetailsAreAskedForWithoutEverBeingTooMany() {
        Programme programme = open();
        placeHundreds(100);

        JsonNode poll = poll(programme);

        assertThat(outcome(poll)).isEqualTo("ok");
        assertThat(programme.totalOfBalances()).isEqualTo(10_000);
        // A refused call would have been made once more.
        assertThat(shop.calls("/orders/*/complete")).isEqualTo(100);
        assertThat(shop.calls("/orders")).isEqualTo(2);
        assertThat(shop.callsPerMinuteMax()).isLessThanOrEqualTo(FIT_INTO_3_SECONDS + 5);
    }

    @Test
    void aDaysCallsAreNotExceededAndWhatWasReadUntilThenIsKept() {
        Programme programme = open();
        placeHundreds(150);
        int before = usedToday(programme);

        JsonNode failed = poll(programme);

        assertThat(outcome(failed)).isEqualTo("failed");
        assertThat(error(failed)).contains("limite diário de " + PER_DAY + " chamadas");
        assertThat(shop.calls("/**")).isEqualTo(PER_DAY - before);
        assertThat(usedToday(programme)).isEqualTo(PER_DAY);
        assertThat(programme.deadLetters()).isEmpty();
        long paid = programme.totalOfBalances();
        assertThat(paid).isEqualTo(100L * shop.calls("/orders/*/complete"));
        assertThat(OffsetDateTime.parse(programme.health().get("nextPollAt").asText()))
                .isAfter(OffsetDateTime.parse(failed.get("finishedAt").asText()).plus(Duration.ofMinutes(50)));

        shop.resetCounters();
        poll(programme);
        assertThat(shop.calls("/**")).isZero();
        assertThat(programme.totalOfBalances()).isEqualTo(paid);
    }

    @Test
    void aCallThatComesLateOutOfTheRowTakesThoseBehindAlong() throws Exception {
        Programme programme = open();
        Exchange exchange = new DefaultExchange(hub.bean(CamelContext.class));
        exchange.setVariable("integration", hub.bean(Integrations.class).find(UUID.fromString(programme.merchant()), UUID.fromString(programme.integration()))
                .orElseThrow());
        hub.bean(Budget.class).take(exchange);
        assertThat(nextFreeIn(programme)).as("seconds until the next call is free").isLessThan(1);
        CompletableFuture<Void> late;
        try (Connection other = hub.database().dataSource().getConnection(); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT FROM call_budgets FOR UPDATE");
            late = CompletableFuture.runAsync(() -> {
                try {
                    hub.bean(Budget.class).take(exchange);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> hub.jdbc().queryForObject("SELECT count(*) FROM pg_locks WHERE NOT granted", Integer.class) > 0);
            Thread.sleep(2_000);
            other.rollback();
        }
        late.get(30, TimeUnit.SECONDS);

        assertThat(nextFreeIn(programme)).as("seconds until the next call is free").isGreaterThan(1);
    }

    private double nextFreeIn(Programme programme) {
        return hub.jdbc().queryForObject("SELECT extract(epoch FROM next_free_at - clock_timestamp()) FROM call_budgets WHERE integration_id = ?::uuid",
                Double.class, programme.integration());
    }

    private void placeHundreds(int count) {
        for (int i = 0; i < count; i++) {
            placeHundred(i % 40);
        }
    }

    private static int usedToday(Programme programme) {
        return programme.health().at("/budget/usedToday").asInt();
    }

    private static final class FastClock extends Clock {

        private final Instant start;
        private final ZoneId zone;

        FastClock(Instant start, ZoneId zone) {
            this.start = start;
            this.zone = zone;
        }

        @Override
        public Instant instant() {
            return start.plus(Duration.between(start, Instant.now()).multipliedBy(FASTER));
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new FastClock(start, other);
        }
    }
}
