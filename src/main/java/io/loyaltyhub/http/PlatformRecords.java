package io.loyaltyhub.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.integration.Integrations;
import io.loyaltyhub.json.Json;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Answers that are good for a while: a platform whose orders name their buyer by a number only is asked once a day who that
 * is, and not with every order. Routes say by the variables {@code remember} and {@code rememberKey} what it is about and by
 * {@code rememberFor} for how long. An answer is an integration's own, and goes when the integration gets other settings.
 */
@Component("records")
public class PlatformRecords {

    private static final String RECALL = """
            SELECT answer FROM platform_records
             WHERE merchant_id = :merchant AND integration_id = :integration AND name = :name AND key = :key AND good_until > :now
            """;

    private static final String REMEMBER = """
            INSERT INTO platform_records (merchant_id, integration_id, name, key, answer, read_at, good_until)
            VALUES (:merchant, :integration, :name, :key, :answer, :now, :goodUntil)
            ON CONFLICT (merchant_id, integration_id, name, key) DO UPDATE
               SET answer = excluded.answer, read_at = excluded.read_at, good_until = excluded.good_until
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Integrations integrations;
    private final Clock clock;

    public PlatformRecords(JdbcClient jdbc, TransactionTemplate transaction, Integrations integrations, Clock clock) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.integrations = integrations;
        this.clock = clock;
    }

    /** The body: the remembered answer, or null where the platform has to be asked. */
    public void recall(Exchange exchange) {
        String answer = about(RECALL, exchange).param("now", Timestamp.from(clock.instant())).query(String.class).optional().orElse(null);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(answer == null ? null : Json.parse(answer));
    }

    /** Keeps the body, which stays where it is. What is no object and no array is no answer; for no time at all, nothing is kept. */
    public void remember(Exchange exchange) {
        Duration time = Duration.parse(exchange.getVariable("rememberFor", String.class));
        if (!(exchange.getMessage().getBody() instanceof JsonNode answer) || !answer.isContainerNode() || time.isZero()) {
            return;
        }
        Integration integration = integration(exchange);
        Instant now = clock.instant();
        transaction.executeWithoutResult(status -> {
            if (hasItsSettings(integration)) {
                about(REMEMBER, exchange).param("answer", Json.write(answer)).param("now", Timestamp.from(now))
                        .param("goodUntil", Timestamp.from(now.plus(time))).update();
            }
        });
    }

    /** What was asked with settings that were changed meanwhile must not outlive them. */
    private boolean hasItsSettings(Integration integration) {
        jdbc.sql("SELECT 1 FROM integrations WHERE merchant_id = ? AND id = ? FOR SHARE")
                .params(integration.merchantId(), integration.id()).query(Integer.class).optional();
        return integrations.find(integration.merchantId(), integration.id()).filter(now -> now.settings().equals(integration.settings())).isPresent();
    }

    public void forget(UUID merchantId, UUID integrationId) {
        jdbc.sql("DELETE FROM platform_records WHERE merchant_id = ? AND integration_id = ?").params(merchantId, integrationId).update();
    }

    @Scheduled(initialDelayString = "PT5M", fixedDelayString = "PT1H")
    public void forgetWhatIsOver() {
        jdbc.sql("DELETE FROM platform_records WHERE good_until <= ?").param(Timestamp.from(clock.instant())).update();
    }

    private JdbcClient.StatementSpec about(String sql, Exchange exchange) {
        Integration integration = integration(exchange);
        return jdbc.sql(sql).param("merchant", integration.merchantId()).param("integration", integration.id())
                .param("name", exchange.getVariable("remember", String.class)).param("key", exchange.getVariable("rememberKey", String.class));
    }

    private static Integration integration(Exchange exchange) {
        return exchange.getVariable("integration", Integration.class);
    }
}
