package io.loyaltyhub.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.loyaltyhub.merchant.ApiKeys.IssuedKey;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhoMayCallWhatTest extends HubOverHttp {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/who", "/api/v1/nothing", "/api/docs/", "/", "/hawtio/index.html", "/hawtio/jolokia",
        "/jolokia", "/jolokia/list", "/prometheus", "/actuator", "/actuator/prometheus", "/error", "/health/db",
        "/api/v1", "/hawtio/auth/login", "/hawtio/plugin", "/hawtio/proxy/x", "/hawtio/keycloak/enabled"})
    void withoutALoginNothingIsAnswered(String path) throws Exception {
        HttpResponse<String> response = send(request(path));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(header(response, "Content-Type")).startsWith("application/problem+json");
        assertThat(header(response, "WWW-Authenticate")).startsWith("Basic realm=");
        assertThat(bodyOf(response).path("status").intValue()).isEqualTo(401);
    }

    @Test
    void theOperatorLogsInWithThePassword() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/who"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("operator");
        assertThat(header(response, "Set-Cookie")).isEmpty();
    }

    @Test
    void aWrongPasswordOrAnotherUserIsRefused() throws Exception {
        assertThat(send(request("/api/v1/who").header("Authorization", basic("operator", "errada"))).statusCode()).isEqualTo(401);
        assertThat(send(request("/api/v1/who").header("Authorization", basic("admin", PASSWORD))).statusCode()).isEqualTo(401);
        assertThat(send(request("/api/v1/who").header("Authorization", "Basic ???")).statusCode()).isEqualTo(401);
    }

    @Test
    void aMerchantLogsInWithAKeyUntilItIsRevoked() throws Exception {
        UUID merchant = aMerchant();
        IssuedKey key = keys.issue(merchant);

        HttpResponse<String> before = send(withKey("/api/v1/who", key.text()));
        keys.revoke(merchant, key.id());
        HttpResponse<String> after = send(withKey("/api/v1/who", key.text()));

        assertThat(before.body()).isEqualTo("merchant:" + merchant);
        assertThat(after.statusCode()).isEqualTo(401);
        assertThat(header(after, "WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void anothersThingsDoNotExistForAMerchantAndTheOperatorSeesAll() throws Exception {
        UUID mine = aMerchant();
        UUID anothers = aMerchant();
        String key = keys.issue(mine).text();

        assertThat(send(withKey("/api/v1/merchants/" + mine, key)).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = send(withKey("/api/v1/merchants/" + anothers, key));
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(bodyOf(refused).path("title").textValue()).isEqualTo("Não encontrado");
        assertThat(send(asOperator("/api/v1/merchants/" + anothers)).body()).isEqualTo("operator");
    }

    @Test
    void whatIsTheOperatorsIsRefusedToAMerchant() throws Exception {
        String key = keys.issue(aMerchant()).text();

        assertThat(send(withKey("/api/v1/only-operator", key)).statusCode()).isEqualTo(403);
        assertThat(send(withKey("/prometheus", key)).statusCode()).isEqualTo(403);
        assertThat(send(withKey("/hawtio/index.html", key)).statusCode()).isEqualTo(403);
        HttpResponse<String> jolokia = send(withKey("/hawtio/jolokia/version", key));
        assertThat(jolokia.statusCode()).isEqualTo(403);
        assertThat(bodyOf(jolokia).path("title").textValue()).isEqualTo("Sem permissão");
        assertThat(send(asOperator("/prometheus")).body()).contains("jvm_memory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness", "/actuator/health", "/actuator/health/readiness"})
    void healthIsOpenAndSaysNoMore(String path) throws Exception {
        HttpResponse<String> response = send(request(path));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(bodyOf(response).path("status").textValue()).isEqualTo("UP");
        assertThat(bodyOf(response).has("components")).isFalse();
        assertThat(bodyOf(response).has("details")).isFalse();
    }

    @Test
    void healthSaysNoMoreToTheOperatorEitherSinceItStandsInTheOpen() throws Exception {
        assertThat(send(asOperator("/health/db")).statusCode()).isEqualTo(404);
    }

    @Test
    void aHookNeedsNoLogin() throws Exception {
        HttpResponse<String> response = send(request("/hooks/loja/token").POST(BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("heard");
    }

    @Test
    void theApiRefusesAFormThatAnotherSiteSendsWithTheOperatorsLogin() throws Exception {
        assertThat(send(asOperator("/api/v1/echo").header("Origin", "https://mau.exemplo.com")
                .POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(403);
        assertThat(send(asOperator("/api/v1/echo").header("Origin", "http://localhost:" + port)
                .POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(200);
        assertThat(send(withKey("/api/v1/echo", keys.issue(aMerchant()).text()).header("Origin", "https://loja.exemplo.com")
                .POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(200);
    }

    @Test
    void ourPagesMayLoadOnlyWhatIsOurs() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/who"));

        assertThat(header(response, "Content-Security-Policy")).contains("default-src 'self'");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "X-Frame-Options")).isEqualTo("DENY");
    }
}
