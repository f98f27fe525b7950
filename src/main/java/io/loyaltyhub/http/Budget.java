package io.loyaltyhub.http;

import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.platform.Platform;
import io.loyaltyhub.platform.Platforms;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps every integration within the calls its platform allows, over all nodes and restarts: each call takes its place
 * in a row of evenly spaced ones (GCRA), of which a few may be made at once, and is counted for the day.
 *
 * <p>With B calls at once and the rest spaced at 60 s / (limit − B), no window of 60 s ever sees more than the limit. Whoever comes out
 * of the row late, on a machine that has much else to do, takes those behind along: they would follow too closely.
 */
@Component("budget")
public class Budget {

    private static final String TAKE = """
            INSERT INTO call_budgets AS b (merchant_id, integration_id, day, used, next_free_at)
            VALUES (?, ?, ?, 1, clock_timestamp() + make_interval(secs => ?))
            ON CONFLICT (merchant_id, integration_id) DO UPDATE
               SET day = excluded.day,
                   used = CASE WHEN b.day = excluded.day THEN b.used + 1 ELSE 1 END,
                   next_free_at = greatest(b.next_free_at, clock_timestamp()) + make_interval(secs => ?)
             WHERE b.day <> excluded.day OR b.used < ?
            RETURNING extract(epoch FROM next_free_at - clock_timestamp()) - ?
            """;

    private static final String MOVE_ON = """
            UPDATE call_budgets SET next_free_at = next_free_at + make_interval(secs => ?) WHERE merchant_id = ? AND integration_id = ?
            """;

    /** Calls differ by as much on their way to the platform. */
    private static final double PUNCTUAL_SECONDS = 0.1;

    private static final String USED = "SELECT used FROM call_budgets WHERE merchant_id = ? AND integration_id = ? AND day = ?";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Platforms platforms;
    private final Clock clock;
    private final Duration longestWait;

    public Budget(JdbcTemplate jdbc, TransactionTemplate transaction, Platforms platforms, Clock clock,
                  @Value("${hub.http.longest-wait:PT30S}") Duration longestWait) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.platforms = platforms;
        this.clock = clock;
        this.longestWait = longestWait;
    }

    /** Takes one call of the budget of the exchange's integration, waiting for its turn where that is soon. */
    public void take(Exchange exchange) throws InterruptedException {
        Integration integration = exchange.getVariable("integration", Integration.class);
        Platform.Limits limits = platforms.get(integration.platform()).limits();
        double spacing = 60.0 / Math.max(1, limits.perMinute() - limits.burst());
        long came = System.nanoTime();
        Double ahead = transaction.execute(status -> {
            // A call counted and lost in a power cut costs nothing; waiting for the disk at every call would.
            jdbc.execute("SET LOCAL synchronous_commit = off");
            return jdbc.query(TAKE, row -> row.next() ? row.getDouble(1) : null,
                    integration.merchantId(), integration.id(), today(), spacing, spacing, limits.perDay(), spacing * limits.burst());
        });
        if (ahead == null) {
            throw new PlatformFailure(ErrorMeaning.RATE_LIMITED, 0,
                    "o limite diário de " + limits.perDay() + " chamadas à plataforma foi atingido",
                    "the daily budget is used up", Duration.ofHours(1), null);
        }
        if (ahead > longestWait.toSeconds()) {
            throw new PlatformFailure(ErrorMeaning.RATE_LIMITED, 0, "o limite de chamadas por minuto foi atingido",
                    "the next free call is " + Math.round(ahead) + " s away", Duration.ofMillis((long) (ahead * 1000)), null);
        }
        if (ahead > 0) {
            Thread.sleep((long) Math.ceil(ahead * 1000));
        }
        double late = (System.nanoTime() - came) / 1e9 - Math.max(0, ahead);
        if (late > PUNCTUAL_SECONDS) {
            jdbc.update(MOVE_ON, late, integration.merchantId(), integration.id());
        }
    }

    public int usedToday(UUID merchantId, UUID integrationId) {
        Integer used = jdbc.query(USED, row -> row.next() ? row.getInt(1) : 0, merchantId, integrationId, today());
        return used == null ? 0 : used;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.ofHours(-3));
    }
}
