package io.loyaltyhub.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong, and whoever notices it: the answer is problem+json. */
class ErrorsOverHttpTest extends HubOverHttp {

    private static final int MEGABYTE = 1024 * 1024;

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/nothing", "/api/nothing", "/api/docs/nothing", "/nothing"})
    void anUnknownPathIsAProblem(String path) throws Exception {
        assertProblem(send(asOperator(path)), 404, "Não encontrado");
    }

    @Test
    void theBodyOfARequestThatNobodyTakesIsNotGivenBack() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/nothing").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"apiKey\":\"segredo\"}")));

        assertProblem(response, 404, "Não encontrado");
        assertThat(response.body()).doesNotContain("segredo");
    }

    @Test
    void aMethodThatThePathDoesNotTakeIsAProblemThatNamesThoseItTakes() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/who").DELETE());

        assertProblem(response, 405, "Método não permitido");
        assertThat(header(response, "Allow")).isEqualTo("GET");
        assertThat(send(asOperator("/hooks/loja/token")).statusCode()).isEqualTo(405);
    }

    @Test
    void anExceptionInARouteIsAProblemThatDoesNotSayWhatItSaid() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/explode"));

        assertProblem(response, 500, "Erro interno");
        assertThat(response.body()).doesNotContain("hunter2").doesNotContain("IllegalState");
        assertThat(bodyOf(response).path("detail").textValue()).containsPattern("referência: [0-9a-f]{10}");
    }

    @Test
    void aPathThatTheFirewallRefusesIsAProblem() throws Exception {
        assertProblem(send(asOperator("/api//v1/who")), 400, "Requisição inválida");
    }

    @Test
    void whoPrefersEnglishIsAnsweredInEnglish() throws Exception {
        assertProblem(send(asOperator("/api/v1/nothing").header("Accept-Language", "en-US,en;q=0.9,pt;q=0.5")), 404, "Not found");
        assertProblem(send(request("/api/v1/who").header("Accept-Language", "en")), 401, "Login required");
        assertProblem(send(asOperator("/api/v1/nothing").header("Accept-Language", "pt-BR,en;q=0.9")), 404, "Não encontrado");
        assertProblem(send(asOperator("/api/v1/nothing").header("Accept-Language", "???")), 404, "Não encontrado");
    }

    @Test
    void aBodyOfAMegabyteIsReadToItsEnd() throws Exception {
        String body = "ç".repeat(MEGABYTE / 2);

        HttpResponse<String> response = send(asOperator("/api/v1/echo").header("Content-Type", "text/plain; charset=utf-8")
                .POST(BodyPublishers.ofString(body)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/echo", "/hooks/loja/token"})
    void aLargerBodyIsRefusedWhetherItSaysSoOrComesInPieces(String path) throws Exception {
        byte[] body = new byte[MEGABYTE + 1];
        HttpRequest.BodyPublisher inPieces = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));

        assertProblem(send(asOperator(path).POST(BodyPublishers.ofByteArray(body))), 413, "Grande demais");
        assertProblem(send(asOperator(path).POST(inPieces)), 413, "Grande demais");
    }

    /** It asks for all MBeans at once, of each step of each route. */
    @Test
    void theConsolesLargerBodyIsRead() throws Exception {
        assertThat(send(asOperator("/jolokia").POST(BodyPublishers.ofByteArray(new byte[MEGABYTE + 1]))).statusCode()).isNotEqualTo(413);
        assertProblem(send(request("/jolokia").POST(BodyPublishers.ofByteArray(new byte[MEGABYTE + 1]))), 401, "É preciso entrar");
    }

    @Test
    void aStrangersLargeBodyIsRefusedForHisLackOfALogin() throws Exception {
        assertProblem(send(request("/api/v1/echo").POST(BodyPublishers.ofByteArray(new byte[MEGABYTE + 1]))), 401, "É preciso entrar");
    }

    @Test
    void aPackedBodyIsRefusedUnopened() throws Exception {
        assertProblem(send(asOperator("/api/v1/echo").header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("x"))), 415, "Conteúdo não aceito");
    }

    @Test
    void aBodyThatCannotBeReadIsTheCallersMistakeEvenOnAnOpenPath() throws Exception {
        for (String[] bad : new String[][] {{"text/plain; charset=nonsense", "x"}, {"text/plain; charset=???", "x"},
            {"application/x-www-form-urlencoded", "a=1&b"}, {"application/x-www-form-urlencoded", "a=%zz"}}) {
            assertProblem(send(request("/hooks/loja/token").header("Content-Type", bad[0])
                    .POST(BodyPublishers.ofString(bad[1]))), 400, "Requisição inválida");
        }
        assertThat(send(request("/hooks/loja/token").header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("seller_id=1&scope_name=order&note="))).statusCode()).isEqualTo(200);
    }

    @Test
    void noHeaderParameterOrFormFieldThatSteersARouteReachesOne() throws Exception {
        String[] smuggled = {"CamelHttpUri", "camelfileName", "CAMELSqlQuery", "org.apache.camel.x", "mail.smtp.host", "Mail.SMTPS.auth"};
        HttpRequest.Builder inHeaders = asOperator("/api/v1/headers").header("X-Harmless", "1");
        StringBuilder query = new StringBuilder("?harmless=1");
        StringBuilder form = new StringBuilder("harmless=1");
        for (String name : smuggled) {
            inHeaders.header(name, "x");
            query.append('&').append(name).append("=x");
            form.append('&').append(name).append("=x");
        }

        List<String> headers = namesIn(send(inHeaders));
        List<String> parameters = namesIn(send(asOperator("/api/v1/headers" + query)));
        List<String> fields = namesIn(send(asOperator("/api/v1/headers").header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.toString()))));

        assertThat(headers).contains("x-harmless");
        assertThat(parameters).contains("harmless");
        assertThat(fields).contains("harmless");
        for (String name : smuggled) {
            // Camel's own, which it sets itself, are no trace of ours.
            if (!name.equals("CamelHttpUri")) {
                assertThat(Stream.of(headers, parameters, fields).flatMap(List::stream)).doesNotContain(name.toLowerCase());
            }
        }
    }

    @Test
    void aSmuggledHeaderDoesNotReplaceCamelsOwn() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/who").header("CamelHttpPath", "/api/v1/only-operator"));

        assertThat(response.body()).isEqualTo("operator");
    }

    @Test
    void neitherTheCallersHeadersNorThoseForAPlatformAreInTheAnswer() throws Exception {
        HttpResponse<String> response = send(asOperator("/api/v1/headers?document=52998224725").header("X-Own", "1"));

        assertThat(response.headers().map()).doesNotContainKeys("authorization", "document", "x-own", "x-token-for-the-platform");
        assertThat(header(response, "Location")).isEqualTo("/somewhere");
    }

    @Test
    void aRouteDoesNotSeeTheCallersCredentials() throws Exception {
        assertThat(namesIn(send(asOperator("/api/v1/headers").header("Cookie", "a=b")))).contains("user-agent")
                .doesNotContain("authorization", "cookie");
    }

    @Test
    void beyondWhatTheThreadsAndTheirQueueHoldTheAnswerIsBusy() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 32 + 64 + 4; i++) {
            waiting.add(http.sendAsync(asOperator("/api/v1/wait").build(), HttpResponse.BodyHandlers.ofString()));
        }
        try {
            await().until(() -> waiting.stream().filter(CompletableFuture::isDone).count() == 4);
        } finally {
            StandInHub.DONE_WAITING.countDown();
        }
        List<HttpResponse<String>> answers = waiting.stream().map(CompletableFuture::join).toList();

        HttpResponse<String> refused = answers.stream().filter(response -> response.statusCode() >= 300).findFirst().orElseThrow();
        assertProblem(refused, 503, "Ocupado");
        assertThat(header(refused, "Retry-After")).isNotEmpty();
        assertThat(answers).filteredOn(response -> response.statusCode() < 300).hasSize(96);
    }

    private List<String> namesIn(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return List.of(response.body().toLowerCase().split(","));
    }

    private void assertProblem(HttpResponse<String> response, int status, String title) throws Exception {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).startsWith("application/problem+json");
        assertThat(bodyOf(response).path("status").intValue()).isEqualTo(status);
        assertThat(bodyOf(response).path("title").textValue()).isEqualTo(title);
        assertThat(bodyOf(response).path("type").textValue()).isNotEmpty();
        assertThat(bodyOf(response).path("detail").textValue()).isNotEmpty();
        assertThat(bodyOf(response).path("errors").isArray()).isTrue();
    }
}
