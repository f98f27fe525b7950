package io.loyaltyhub.route;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import io.loyaltyhub.sandbox.Fault;
import io.loyaltyhub.sandbox.SandboxTray;
import io.loyaltyhub.sandbox.TrayAnswer;
import io.loyaltyhub.sandbox.TrayCall;
import io.loyaltyhub.support.Programme;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever goes wrong, and however loudly the shop repeats what it was told: no credential is logged, stored or shown. */
class SecretsStaySecretRouteTest extends ShopAndHub {

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Map<Logger, Level> levels = new ConcurrentHashMap<>();

    @BeforeEach
    void listen() {
        log.list = Collections.synchronizedList(new ArrayList<>());
        log.start();
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(log);
        setLevel("io.loyaltyhub", Level.DEBUG);
        setLevel("org.apache.camel", Level.INFO);
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        levels.forEach(Logger::setLevel);
    }

    @Test
    void aPollThatGoesWellLogsNoSecret() {
        Programme programme = open();
        placeHundred(1);
        shop.expireAccessToken();

        poll(programme);

        assertNothingLeaked(programme);
    }

    @Test
    void aShopThatRepeatsTheWholeCallInItsErrorsGivesNothingAway() {
        Programme programme = open();
        placeHundred(1);
        for (Fault fault : List.of(echo(500), echo(401), echo(404), echo(200), Fault.connectionDropped(), Fault.cutOff(), Fault.unauthorised(1001))) {
            shop.fail("/orders", 3, fault);
            poll(programme);
            assertThat(programme.health().get("state").asText()).isEqualTo("failing");
            shop.clearFaults();
        }

        assertNothingLeaked(programme);
    }

    @Test
    void aDetailThatRepeatsTheCallGivesNothingAwayInTheDeadLetters() {
        Programme programme = open();
        long order = placeHundred(1);
        shop.fail("/orders/" + order + "/complete", SandboxTray.ALWAYS, echo(404));

        poll(programme);

        assertThat(programme.deadLetters()).hasSize(1);
        assertNothingLeaked(programme);
    }

    @Test
    void anAuthorisationThatRepeatsTheCredentialsGivesNothingAway() {
        Programme programme = open();
        for (int status : new int[] {500, 400, 401, 200}) {
            shop.forgetTokens();
            shop.fail("/auth", 3, echo(status));
            poll(programme);
            assertThat(programme.health().get("state").asText()).isEqualTo("failing");
            programme.client().post(programme.integrationPath() + "/check", null).expect(200);
            shop.clearFaults();
        }

        assertNothingLeaked(programme);
    }

    /** Everything the shop was told, in the forms in which servers write such things. */
    private static Fault echo(int status) {
        return (call, ask) -> TrayAnswer.of(status, "text/html", "Erro em " + call.path() + "?" + call.query() + " " + call.body()
                + " {\"request\": {" + quoted(call) + "}} valor " + String.join(" ", call.query().values()));
    }

    private static String quoted(TrayCall call) {
        return String.join(", ", call.query().entrySet().stream().map(entry -> '"' + entry.getKey() + "\": \"" + entry.getValue() + '"').toList());
    }

    private void assertNothingLeaked(Programme programme) {
        Set<String> secrets = secrets();
        assertThat(secrets).hasSizeGreaterThanOrEqualTo(4);
        List<String> seen = new ArrayList<>();
        synchronized (log.list) {
            log.list.forEach(event -> seen.add(event.getFormattedMessage() + text(event.getThrowableProxy())));
        }
        assertThat(seen).as("the log itself").isNotEmpty();
        seen.add(programme.deadLetters().toString());
        seen.add(programme.health().toString());
        seen.add(programme.client().get(programme.integrationPath() + "/polls?limit=50").expect(200).text());
        seen.add(programme.client().get(programme.integrationPath()).expect(200).text());
        seen.add(programme.client().post(programme.integrationPath() + "/check", null).expect(200).text());
        seen.addAll(hub.jdbc().queryForList("SELECT detail::text FROM audit WHERE merchant_id = ?::uuid", String.class, programme.merchant()));
        seen.addAll(hub.jdbc().queryForList("SELECT row || reason || payload FROM dead_letters WHERE merchant_id = ?::uuid", String.class, programme.merchant()));
        seen.addAll(hub.jdbc().queryForList("SELECT settings::text FROM integrations WHERE merchant_id = ?::uuid", String.class, programme.merchant()));
        for (String secret : secrets) {
            for (String text : seen) {
                assertThat(text).as("a secret in clear").doesNotContain(secret);
            }
        }
    }

    /** The credentials, and each token that ever travelled. */
    private Set<String> secrets() {
        Set<String> secrets = new LinkedHashSet<>(Set.of(shop.code(), shop.consumerKey(), shop.consumerSecret()));
        for (TrayCall call : shop.newestCalls()) {
            for (String name : List.of("access_token", "refresh_token")) {
                if (call.query(name) != null) {
                    secrets.add(URLDecoder.decode(call.query(name), StandardCharsets.UTF_8));
                }
            }
        }
        return secrets;
    }

    private static String text(IThrowableProxy thrown) {
        return thrown == null ? "" : " " + ThrowableProxyUtil.asString(thrown);
    }

    private void setLevel(String name, Level level) {
        Logger logger = (Logger) LoggerFactory.getLogger(name);
        if (logger.getLevel() != null) {
            levels.put(logger, logger.getLevel());
        }
        logger.setLevel(level);
    }
}
