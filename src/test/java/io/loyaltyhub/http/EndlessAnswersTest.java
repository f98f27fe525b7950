package io.loyaltyhub.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.loyaltyhub.demo.HubClient;
import io.loyaltyhub.route.RoutesCopy;
import io.loyaltyhub.support.RunningHub;
import io.loyaltyhub.support.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Platforms whose answers have no end: whoever runs one must not keep the hub's threads. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EndlessAnswersTest {

    private static RunningHub hub;
    private ServerSocket server;

    @BeforeAll
    static void startHub() {
        hub = RunningHub.start(TestDatabase.create(), Map.of("hub.http.max-answer-bytes", 100_000, "hub.http.answer-timeout", "PT1S", "hub.http.response-timeout", 700,
                "hub.feed.download-timeout", "PT5S", "hub.routes-dir", RoutesCopy.of("tray")));
    }

    @AfterAll
    static void stopHub() {
        hub.close();
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    @Test
    void aBodyWithoutEndIsLeftUnread() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "400\r\n" + " ".repeat(1024) + "\r\n", 0))
                .contains("grande demais");
    }

    @Test
    void aBodyThatDripsForEverIsGivenUp() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", 50))
                .contains("demorou demais");
    }

    @Test
    void aHeaderWithoutEndIsNotKeptInMemory() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\nX-Long: ", "a".repeat(1024), 0)).contains("não foi possível");
    }

    @Test
    void headersWithoutNumberAreNotKeptInMemory() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\n", "X-One: more\r\n", 0)).contains("não foi possível");
    }

    @Test
    void headersThatDripForEverAreGivenUp() throws IOException {
        assertThat(check("HTTP/1.1 200 OK\r\n", "X", 200)).contains("demorou demais");
    }

    @Test
    void aFeedMayComeForLongerThanAnyOtherAnswerButNotForEver() throws IOException {
        String feed = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n<rss><channel>";
        String item = "<item><id>P</id><title>Caneca</title><price>10.00 BRL</price></item>";

        JsonNode slow = catalog(feed, item, 300, 10);
        assertThat(slow.get("outcome").asText()).isEqualTo("ok");
        assertThat(slow.get("read").asInt()).isEqualTo(10);

        JsonNode endless = catalog(feed, item, 300, Integer.MAX_VALUE);
        assertThat(endless.get("outcome").asText()).isEqualTo("failed");
        assertThat(endless.get("error").asText()).contains("demorou demais");

        assertThat(catalog(feed, item, 0, 10).get("outcome").asText()).as("the next is read as if nothing had been").isEqualTo("ok");
    }

    private JsonNode catalog(String beginning, String part, int millisBetween, int parts) throws IOException {
        serve(beginning, part, millisBetween, parts, "</channel></rss>");
        String integration = integration(Map.of("catalogFeedUrl", "http://localhost:" + server.getLocalPort() + "/feed.xml"));
        long id = hub.operator().post(integration + "/catalog/refresh", null).expect(202).json().get("runId").asLong();
        return hub.runUntil("catalog-feed", () -> hub.operator().get(integration + "/catalog").expect(200).json(),
                run -> run.get("id").asLong() == id && !run.get("finishedAt").isNull());
    }

    /** What the check says of a platform that begins its answer so and goes on for ever. */
    private String check(String beginning, String part, int millisBetween) throws IOException {
        serve(beginning, part, millisBetween, Integer.MAX_VALUE, "");
        JsonNode check = hub.operator().post(integration(Map.of()) + "/check", null).expect(200).json();
        assertThat(check.get("ok").asBoolean()).isFalse();
        return check.at("/steps/0/detail").asText();
    }

    private String integration(Map<String, Object> more) {
        HubClient operator = hub.operator();
        String merchant = "merchants/" + operator.post("merchants", Map.of("name", "Loja")).expect(201).json().get("id").asText();
        Map<String, Object> integration = new HashMap<>(Map.of("platform", "tray", "name", "Loja",
                "settings", Map.of("apiAddress", "http://localhost:" + server.getLocalPort(), "code", "1", "consumerKey", "2", "consumerSecret", "3")));
        integration.putAll(more);
        return merchant + "/integrations/" + operator.post(merchant + "/integrations", integration).expect(201).json().get("id").asText();
    }

    private void serve(String beginning, String part, int millisBetween, int parts, String end) throws IOException {
        if (server != null) {
            server.close();
        }
        ServerSocket opened = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server = opened;
        Thread accepting = new Thread(() -> accept(opened, socket -> answer(opened, socket, beginning, part, millisBetween, parts, end)));
        accepting.setDaemon(true);
        accepting.start();
    }

    private static void accept(ServerSocket server, Consumer<Socket> answer) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread answering = new Thread(() -> answer.accept(socket));
                answering.setDaemon(true);
                answering.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(ServerSocket server, Socket socket, String beginning, String part, int millisBetween, int parts, String end) {
        try (socket; OutputStream out = socket.getOutputStream()) {
            out.write(beginning.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < parts && !server.isClosed(); i++) {
                out.write(part.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(millisBetween);
            }
            out.write(end.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | InterruptedException hungUp) {
            // as it should
        }
    }
}
