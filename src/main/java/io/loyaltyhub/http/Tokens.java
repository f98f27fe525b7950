package io.loyaltyhub.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.loyaltyhub.integration.Integration;
import io.loyaltyhub.json.Json;
import io.loyaltyhub.security.Secrets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Access tokens, one pair per integration, sealed. A refresh token often works only once: two nodes that refresh at the
 * same time burn each other's. So who wants a new pair first takes a short claim on doing so; the others wait for the
 * pair that comes of it.
 */
@Component("tokens")
public class Tokens {

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);

    /** A token this close to its end is not used any more. */
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final Duration REFRESH_TAKES_AT_MOST = Duration.ofSeconds(90);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(150);

    private static final String ENSURE = """
            INSERT INTO tokens (merchant_id, integration_id) VALUES (:merchant, :integration) ON CONFLICT DO NOTHING
            """;

    private static final String READ = """
            SELECT generation, pair, access_expires_at, refresh_expires_at FROM tokens
             WHERE merchant_id = :merchant AND integration_id = :integration
            """;

    private static final String CLAIM_REFRESH = """
            UPDATE tokens SET refresher = :refresher, refresher_until = now() + make_interval(secs => :seconds)
             WHERE merchant_id = :merchant AND integration_id = :integration AND generation = :generation
               AND (refresher IS NULL OR refresher_until < now())
            """;

    private static final String STORE = """
            UPDATE tokens
               SET pair = :pair, access_expires_at = :accessExpiresAt, refresh_expires_at = :refreshExpiresAt,
                   generation = generation + 1, refresher = NULL, refresher_until = NULL
             WHERE merchant_id = :merchant AND integration_id = :integration AND refresher = :refresher
            """;

    private static final String GIVE_UP = """
            UPDATE tokens SET refresher = NULL, refresher_until = NULL
             WHERE merchant_id = :merchant AND integration_id = :integration AND refresher = :refresher
            """;

    private static final String EXPIRE = """
            UPDATE tokens SET access_expires_at = 'epoch', refresh_expires_at = CASE WHEN :all THEN 'epoch' ELSE refresh_expires_at END
             WHERE merchant_id = :merchant AND integration_id = :integration AND generation = :generation
            """;

    private final JdbcClient jdbc;
    private final Secrets secrets;
    private final Clock clock;

    public Tokens(JdbcClient jdbc, Secrets secrets, Clock clock) {
        this.jdbc = jdbc;
        this.secrets = secrets;
        this.clock = clock;
    }

    private record Stored(long generation, byte[] pair, Instant accessExpiresAt, Instant refreshExpiresAt) {
    }

    /**
     * Body: the access token; or null, and then this exchange is the one to get a new pair, with the refresh token in
     * the variable {@code refreshToken} if there is a usable one.
     */
    public void current(Exchange exchange) throws InterruptedException {
        Integration integration = integration(exchange);
        String refresher = UUID.randomUUID().toString();
        sql(ENSURE, integration).update();
        Instant giveUpAt = clock.instant().plus(REFRESH_TAKES_AT_MOST).plus(MARGIN.dividedBy(10));
        while (clock.instant().isBefore(giveUpAt)) {
            Stored stored = read(integration);
            if (isGood(stored.pair(), stored.accessExpiresAt(), MARGIN)) {
                exchange.getMessage().setBody(pair(integration, stored).path("accessToken").asText());
                return;
            }
            boolean mine = sql(CLAIM_REFRESH, integration)
                    .param("refresher", refresher)
                    .param("seconds", REFRESH_TAKES_AT_MOST.toSeconds())
                    .param("generation", stored.generation())
                    .update() == 1;
            if (mine) {
                exchange.setVariable("refresher", refresher);
                exchange.setVariable("refreshToken", isGood(stored.pair(), stored.refreshExpiresAt(), Duration.ZERO)
                        ? pair(integration, stored).path("refreshToken").asText(null) : null);
                exchange.getMessage().removeHeaders("*");
                exchange.getMessage().setBody(null);
                return;
            }
            Thread.sleep(LOOK_AGAIN.toMillis());
        }
        throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a autorização da plataforma está sendo renovada há tempo demais",
                "another refresh did not end");
    }

    /** Stores the pair in the body; the access token becomes the body. The pair is not used unless it was stored. */
    public void store(Exchange exchange) {
        endAnonymity(exchange);
        Integration integration = integration(exchange);
        JsonNode given = exchange.getMessage().getBody(JsonNode.class);
        if (!given.hasNonNull("accessToken")) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a plataforma respondeu sem uma chave de acesso", "no access token in the answer");
        }
        ObjectNode pair = Json.mapper().createObjectNode();
        pair.set("accessToken", given.get("accessToken"));
        pair.set("refreshToken", given.path("refreshToken").isMissingNode() ? null : given.get("refreshToken"));
        int stored = sql(STORE, integration)
                .param("pair", secrets.seal(integration.id(), Json.write(pair)))
                .param("accessExpiresAt", time(given, "accessExpiresAt"))
                .param("refreshExpiresAt", time(given, "refreshExpiresAt"))
                .param("refresher", exchange.getVariable("refresher", String.class))
                .update();
        if (stored == 0) {
            throw new PlatformFailure(ErrorMeaning.UNAVAILABLE, "a autorização da plataforma foi renovada por outro processo", "the claim on the refresh is gone");
        }
        LOG.debug("new pair of tokens for integration {}", integration.id());
        exchange.getMessage().setBody(pair.path("accessToken").asText());
    }

    /** Lets others try, and passes on why this refresh failed. */
    public void giveUp(Exchange exchange) throws Exception {
        sql(GIVE_UP, integration(exchange)).param("refresher", exchange.getVariable("refresher", String.class)).update();
        endAnonymity(exchange);
        throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }

    /** Camel carries the variables of an enrichment over into the exchange that asked: the next call is no token call. */
    private static void endAnonymity(Exchange exchange) {
        exchange.removeVariable("anonymous");
        exchange.removeVariable("refreshToken");
    }

    /** Whether the platform refused what was shown to it, as opposed to being out of order. */
    public boolean isRefusal(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught instanceof PlatformFailure failure && switch (failure.meaning()) {
            case TOKEN_EXPIRED, REAUTHORISE, CREDENTIALS, REJECTED, NOT_FOUND -> true;
            default -> false;
        };
    }

    /** The platform no longer takes the token that this exchange showed it: nobody is to use it again. */
    void refused(Exchange exchange, PlatformFailure failure) {
        String shown = exchange.getVariable("accessToken", String.class);
        boolean aboutTheToken = failure.meaning() == ErrorMeaning.TOKEN_EXPIRED || failure.meaning() == ErrorMeaning.REAUTHORISE;
        if (!aboutTheToken) {
            return;
        }
        if (shown == null) {
            // What was shown is no token of ours: there is nothing else to show, and it would be refused again.
            failure.exhaust();
            return;
        }
        Integration integration = integration(exchange);
        Stored stored = read(integration);
        if (stored.pair() != null && pair(integration, stored).path("accessToken").asText().equals(shown)) {
            sql(EXPIRE, integration)
                    .param("generation", stored.generation())
                    .param("all", failure.meaning() == ErrorMeaning.REAUTHORISE)
                    .update();
        }
    }

    /** New credentials make the old tokens worthless. */
    public void forget(UUID merchantId, UUID integrationId) {
        jdbc.sql("DELETE FROM tokens WHERE merchant_id = ? AND integration_id = ?").params(merchantId, integrationId).update();
    }

    private boolean isGood(byte[] pair, Instant expiresAt, Duration margin) {
        return pair != null && (expiresAt == null || clock.instant().plus(margin).isBefore(expiresAt));
    }

    private JsonNode pair(Integration integration, Stored stored) {
        return Json.parse(secrets.open(integration.id(), stored.pair()));
    }

    private Stored read(Integration integration) {
        return sql(READ, integration).query((row, number) -> new Stored(
                row.getLong("generation"),
                row.getBytes("pair"),
                instant(row.getTimestamp("access_expires_at")),
                instant(row.getTimestamp("refresh_expires_at")))).single();
    }

    private JdbcClient.StatementSpec sql(String sql, Integration integration) {
        return jdbc.sql(sql).param("merchant", integration.merchantId()).param("integration", integration.id());
    }

    private static Integration integration(Exchange exchange) {
        return exchange.getVariable("integration", Integration.class);
    }

    private static Timestamp time(JsonNode node, String name) {
        return node.hasNonNull(name) ? Timestamp.from(OffsetDateTime.parse(node.get(name).asText()).toInstant()) : null;
    }

    private static Instant instant(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
