package io.loyaltyhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxTrayAuthTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2024-05-15T14:20:11Z"));
    private final SandboxTray shop = SandboxTray.start(clock);
    private final SandboxClient client = new SandboxClient(shop);

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void theKeysAndTheCodeCreateAPairOfTokensWithExpiryInBrasiliaTime() throws Exception {
        SandboxClient.Reply reply = client.authorise(shop.consumerKey(), shop.consumerSecret(), shop.code());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("message").asText()).isEqualTo("Created tokens");
        assertThat(reply.json().path("access_token").asText()).startsWith("APP_ID-991-STORE_ID-445566-");
        assertThat(reply.json().path("date_expiration_access_token").asText()).isEqualTo("2024-05-15 14:20:11");
        assertThat(reply.json().path("date_expiration_refresh_token").asText()).isEqualTo("2024-06-14 11:20:11");
        assertThat(reply.json().path("api_host").asText()).isEqualTo(shop.apiAddress().toString());
        assertThat(client.get("/orders").status()).isEqualTo(200);
    }

    @Test
    void jsonIsTakenAsWellAsAForm() throws Exception {
        SandboxClient.Reply reply = client.send("POST", "/auth", "application/json", """
                {"consumer_key": "%s", "consumer_secret": "%s", "code": "%s"}
                """.formatted(shop.consumerKey(), shop.consumerSecret(), shop.code()));

        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void wrongKeysAreRefusedAndMissingOnesAreABadRequest() throws Exception {
        assertThat(client.authorise("x", shop.consumerSecret(), shop.code()).status()).isEqualTo(401);
        assertThat(client.authorise(shop.consumerKey(), "x", shop.code()).status()).isEqualTo(401);
        assertThat(client.authorise(shop.consumerKey(), shop.consumerSecret(), "x").status()).isEqualTo(401);
        assertThat(client.authorise(shop.consumerKey(), shop.consumerSecret(), "").status()).isEqualTo(400);
        assertThat(client.send("DELETE", "/auth", null, "").status()).isEqualTo(405);
    }

    @Test
    void aRefreshTokenWorksOnceAndTheOldAccessTokenDies() throws Exception {
        client.authorised();
        String firstAccess = client.access();
        String firstRefresh = client.refreshToken();

        assertThat(client.refresh().json().path("message").asText()).isEqualTo("Refreshed tokens");

        assertThat(client.get("/orders").status()).isEqualTo(200);
        assertThat(client.send("GET", "/orders?access_token=" + firstAccess, null, "").errorCode()).isEqualTo(1099);
        assertThat(client.refresh(firstRefresh).status()).isEqualTo(401);
        assertThat(client.get("/orders").status()).as("a refused refresh harms nobody").isEqualTo(200);
    }

    @Test
    void anAccessTokenEndsAfterThreeHoursAndARefreshTokenAfterThirtyDays() throws Exception {
        client.authorised();
        clock.advance(Duration.ofHours(3).minusSeconds(1));
        assertThat(client.get("/orders").status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(1));
        assertThat(client.get("/orders").errorCode()).isEqualTo(1000);
        assertThat(client.refresh().status()).isEqualTo(200);
        clock.advance(Duration.ofDays(30));
        assertThat(client.refresh().errorCode()).isEqualTo(1000);
        assertThat(client.authorised().get("/orders").status()).isEqualTo(200);
    }

    @Test
    void tokensCanBeExpiredForgottenAndRevoked() throws Exception {
        client.authorised();
        shop.expireAccessToken();
        assertThat(client.get("/orders").errorCode()).isEqualTo(1000);
        client.refresh();
        shop.forgetTokens();
        assertThat(client.get("/orders").errorCode()).isEqualTo(1099);
        assertThat(client.refresh().status()).isEqualTo(401);
        client.authorised();
        shop.revoke(1001);
        assertThat(client.get("/orders").errorCode()).isEqualTo(1001);
        assertThat(client.refresh().errorCode()).isEqualTo(1001);
        shop.restore();
        assertThat(client.get("/orders").status()).isEqualTo(200);
    }

    @Test
    void aTokenInAHeaderIsNotLookedAt() throws Exception {
        client.authorised();
        HttpRequest request = HttpRequest.newBuilder(URI.create(shop.apiAddress() + "/orders"))
                .header("Authorization", "Bearer " + client.access()).build();

        assertThat(client.send(request).status()).isEqualTo(401);
    }

    @Test
    void twoInstallationsDoNotBurnEachOthersTokens() throws Exception {
        client.authorised();
        SandboxClient other = new SandboxClient(shop);
        other.authorise(shop.consumerKey(), shop.consumerSecret(), shop.install());

        assertThat(client.get("/orders").status()).isEqualTo(200);
        assertThat(other.get("/orders").status()).isEqualTo(200);
    }
}
