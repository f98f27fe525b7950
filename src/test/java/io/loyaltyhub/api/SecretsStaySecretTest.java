package io.loyaltyhub.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient.Answer;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxOrder;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.ApiContract;
import io.loyaltyhub.support.Programme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A merchant's credentials go to the platform and nowhere else: not back to the merchant, not into log, audit or database. */
class SecretsStaySecretTest extends ApiOverHttp {

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();

    @Test
    void credentialsAndTokensShowUpNowhere() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event.getFormattedMessage() + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
        };
        listener.setContext(root.getLoggerContext());
        listener.start();
        root.addAppender(listener);
        Set<String> secrets = new HashSet<>();
        List<String> answers = new ArrayList<>();
        try (SandboxTray shop = SandboxTray.start()) {
            secrets.addAll(List.of(shop.code(), shop.consumerKey(), shop.consumerSecret()));
            shop.place(SandboxOrder.ofHundred());
            Programme programme = hub.programme(shop);
            programme.poll();
            secrets.addAll(tokens(shop));
            everyAnswer(programme, answers);

            // Where things go wrong, people are tempted to say what they were doing.
            shop.forgetTokens();
            assertThat(programme.poll().get("outcome").asText()).isEqualTo("ok");
            shop.expireAccessToken();
            assertThat(programme.poll().get("outcome").asText()).isEqualTo("ok");
            secrets.addAll(tokens(shop));
            for (Fault fault : List.of(Fault.html(), Fault.unauthorised(1000), echo(), Fault.connectionDropped())) {
                shop.fail("**", 2, fault);
                everyAnswer(programme, answers);
            }
            shop.clearFaults();
            everyAnswer(programme, answers);

            // Wrong ones are secrets of somewhere else.
            String wrong = "um-codigo-que-nao-e-daqui-4711";
            secrets.add(wrong);
            answers.add(operator.patch(programme.integrationPath(), fields("settings", fields("code", wrong))).text());
            answers.add(operator.patch(programme.integrationPath(), fields("settings", fields("code", wrong, "cor", "azul"))).text());
            answers.add(operator.patch(programme.integrationPath(), fields("settings", fields("code", wrong + "x".repeat(300)))).text());
            answers.add(operator.patch(programme.integrationPath(), fields("settings", fields("code", List.of(wrong)))).text());
            answers.add(operator.unchecked().send("PATCH", programme.integrationPath(), "{\"settings\": {\"code\": \"" + wrong + "\"").text());
            answers.add(operator.unchecked().send("PATCH", programme.integrationPath(), "{\"settings\": {\"code\": " + wrong + "}}").text());
            everyAnswer(programme, answers);
        } finally {
            root.detachAppender(listener);
        }
        answers.add(operator.get("audit?limit=200").expect(200).text());

        assertThat(secrets).hasSizeGreaterThanOrEqualTo(8).allSatisfy(secret -> assertThat(secret).hasSizeGreaterThan(8));
        assertThat(logged).isNotEmpty();
        for (String secret : secrets) {
            assertThat(answers).noneMatch(answer -> answer.contains(secret));
            assertThat(logged).noneMatch(line -> line.contains(secret));
            assertThat(Database.tablesWith(hub, secret)).isEmpty();
        }
        assertThat(answers).anyMatch(answer -> answer.contains("********"));
        assertThat(logged).noneMatch(line -> line.contains(io.loyaltyhub.support.RunningHub.PASSWORD));
    }

    /** A platform that says back what it was told. */
    private static Fault echo() {
        return (call, shop) -> Fault.status(500).answer(new TrayCall(call.method(), call.path() + "?" + call.query() + call.body(), call.query(),
                call.headers(), call.body()), shop);
    }

    private static Set<String> tokens(SandboxTray shop) {
        Set<String> tokens = new HashSet<>();
        for (TrayCall call : shop.newestCalls()) {
            for (String name : List.of("access_token", "refresh_token")) {
                if (call.query(name) != null) {
                    tokens.add(call.query(name));
                }
            }
        }
        return tokens;
    }

    /** Everything that can be read or tried of an integration. */
    private static void everyAnswer(Programme programme, List<String> answers) {
        Map<String, String> ids = Map.of("merchant", programme.merchant(), "integration", programme.integration());
        for (ApiContract.Operation operation : ApiContract.current().operations()) {
            boolean reads = operation.method().equals("GET") || List.of("checkIntegration", "previewIntegration").contains(operation.id());
            if (reads && ids.keySet().containsAll(operation.parameters())) {
                String path = operation.path();
                for (Map.Entry<String, String> id : ids.entrySet()) {
                    path = path.replace("{" + id.getKey() + "}", id.getValue());
                }
                Answer answer = operator.send(operation.method(), path.substring(1), null);
                answers.add(answer.text());
                answers.add(answer.headers().toString());
            }
        }
        JsonNode participants = operator.get(programme.path() + "/participants").json().get("items");
        participants.forEach(one -> answers.add(operator.get(programme.path() + "/participants/" + one.get("id").asText() + "/entries").text()));
        programme.poll();
    }
}
